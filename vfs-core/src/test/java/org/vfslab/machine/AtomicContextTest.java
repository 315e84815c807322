package org.vfslab.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.RunResult.Outcome;

/** Where sleeping is forbidden, and what is said about it. */
final class AtomicContextTest {

  private static Schedules.Ending task(Consumer<Machine> body) {
    return Schedules.one(machine -> machine.task("a", () -> body.accept(machine)));
  }

  @Test
  void mightSleep_inAtomic_isReportedInTheKernelsWordsAndTheRunGoesOn() {
    Schedules.Ending ending =
        task(
            machine -> {
              RwSemaphore sem = new RwSemaphore(Lockdep.on(machine), "sem");
              machine.current().preemptDisable();
              sem.downRead(); // free: it would not have slept
              sem.upRead();
              machine.current().preemptEnable();
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
    assertThat(ending.machine().reports())
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.kind()).isEqualTo(ReportKind.ATOMIC_SLEEP);
              assertThat(report.text())
                  .isEqualTo(
                      """
                      BUG: sleeping function called from invalid context at down_read
                      in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 100, name: a
                      preempt_count: 1, expected: 0
                      RCU nest depth: 0, expected: 0\
                      """);
            });
  }

  @Test
  void mightSleep_withInterruptsOrBottomHalvesDisabled_isReported() {
    List<Consumer<Context>> sections = List.of(Context::localIrqSave, Context::localBhDisable);
    for (Consumer<Context> section : sections) {
      Schedules.Ending ending =
          task(
              machine -> {
                section.accept(machine.current());
                machine.currentTask().mightSleep("test");
              });
      assertThat(ending.complaints()).containsExactly(ReportKind.ATOMIC_SLEEP);
    }
  }

  @Test
  void mightSleep_inProcessContext_saysNothing() {
    assertThat(task(machine -> machine.currentTask().mightSleep("test")).complaints()).isEmpty();
  }

  @Test
  void schedule_withASpinLock_isSchedulingWhileAtomic() {
    Schedules.Ending ending =
        task(
            machine -> {
              new SpinLock(Lockdep.on(machine), "lock").lock();
              machine.currentTask().setCurrentState(TaskState.UNINTERRUPTIBLE);
              machine.currentTask().schedule();
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.FAULT);
    assertThat(ending.machine().reports())
        .extracting(Report::title)
        .containsExactly("BUG: scheduling while atomic: a/100/0x00000001");
  }

  @Test
  void sleepingLock_inAHandler_isAFault() {
    for (IrqLine.Kind kind : IrqLine.Kind.values()) {
      Schedules.Ending ending =
          Schedules.one(
              machine -> {
                RwSemaphore sem = new RwSemaphore(Lockdep.on(machine), "sem");
                machine.irqLine("irq", kind, machine.cpu(0)).raise(sem::downRead);
              });
      assertThat(ending.outcome()).isEqualTo(Outcome.FAULT);
      assertThat(ending.complaints()).containsExactly(ReportKind.ATOMIC_SLEEP);
    }
  }
}
