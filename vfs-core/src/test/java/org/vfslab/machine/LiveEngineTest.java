package org.vfslab.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.memory.AtomicWord;

/** Real threads: how runs begin, end, and are called hung. */
@Timeout(60)
final class LiveEngineTest {

  private static final long MS = 1_000_000;

  @Test
  void run_endsOnlyWhenInterruptsWorkAndTimersAreDone() {
    for (int i = 0; i < 100; i++) {
      Machine machine = Machine.live(Schedules.WORD);
      AtomicInteger ran = new AtomicInteger();
      IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
      Work last = new Work(machine, "last", ran::incrementAndGet);
      Work first =
          new Work(
              machine, "first", () -> line.raise(() -> machine.systemWorkqueue().queueWork(last)));
      Timer timer = new Timer(machine, line, () -> machine.systemWorkqueue().queueWork(first));
      machine.task("a", () -> timer.start(1));
      assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
      assertThat(ran).hasValue(1);
    }
  }

  @Test
  void run_longerThanThePatience_isNotHungWhileItGoesOn() {
    Machine machine = Machine.live(Schedules.WORD.withHangAfterNs(250 * MS));
    RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
    machine.task(
        "a",
        () -> {
          while (machine.nowNs() < 700 * MS) {
            sem.downRead();
            sem.upRead();
          }
        });
    assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
    assertThat(machine.nowNs()).isGreaterThan(700 * MS);
  }

  @Test
  void run_ofATaskThatNobodyWakes_isADeadlock() {
    Machine machine = Machine.live(Schedules.WORD.withHangAfterNs(50 * MS));
    Completion never = new Completion(machine, "never");
    machine.task("a", never::waitForCompletion);
    RunResult result = machine.run();
    assertThat(result.outcome()).isEqualTo(Outcome.DEADLOCK);
    assertThat(result.hung()).extracting(Task::name).containsExactly("a");
  }

  @Test
  void run_ofASpinnerForWhomNothingChanges_isADeadlock() {
    Machine machine = Machine.live(Schedules.WORD.withHangAfterNs(50 * MS));
    AtomicWord word = new AtomicWord(machine, "word", 0);
    machine.task(
        "a",
        () -> {
          while (word.readOnce() == 0) {
            machine.spinUntilChanged(word);
          }
        });
    assertThat(machine.run().outcome()).isEqualTo(Outcome.DEADLOCK);
  }

  /** The dead task never enables interrupts again; the others must not outlive the run. */
  @Test
  void fault_withInterruptsDisabled_endsTheRunAndItsThreads() {
    Machine machine = Machine.live(Schedules.WORD.withCpus(1));
    AtomicWord off = new AtomicWord(machine, "off", 0);
    machine.task(
        "a",
        () -> {
          machine.current().localIrqSave();
          off.storeRelease(1);
          while (off.loadAcquire() == 1) {
            machine.spinUntilChanged(off);
          }
          throw new KernelFault(ReportKind.BUG, "BUG: on purpose");
        });
    machine.task(
        "b",
        () -> {
          while (off.loadAcquire() == 0) {
            machine.spinUntilChanged(off);
          }
          off.storeRelease(2);
          machine.current().localIrqSave();
        });
    assertThat(machine.run().outcome()).isEqualTo(Outcome.FAULT);
    assertThat(machine.reports()).extracting(Report::title).containsExactly("BUG: on purpose");
    await()
        .untilAsserted(
            () ->
                assertThat(machine.tasks())
                    .extracting(task -> task.thread)
                    .allSatisfy(
                        thread -> assertThat(thread == null || !thread.isAlive()).isTrue()));
  }

  @Test
  void exceptionOfTheModel_inAHandler_isReported() {
    Machine machine = Machine.live(Schedules.WORD);
    machine
        .irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0))
        .raise(
            () -> {
              throw new ArithmeticException("by zero");
            });
    machine.task("a", () -> new Completion(machine, "never").waitForCompletion());
    assertThat(machine.run().outcome()).isEqualTo(Outcome.FAULT);
    assertThat(machine.reports())
        .singleElement()
        .satisfies(report -> assertThat(report.title()).startsWith("irq threw"));
  }

  @Test
  void hardirq_andSectionsWithoutInterrupts_excludeEachOther() {
    Machine machine = Machine.live(Schedules.WORD.withCpus(1));
    long[] plain = new long[1];
    IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
    for (String name : List.of("a", "b")) {
      machine.task(
          name,
          () -> {
            for (int i = 0; i < 2_000; i++) {
              machine.current().localIrqSave();
              plain[0]++;
              machine.current().localIrqRestore();
              line.raise(() -> plain[0]++);
            }
          });
    }
    assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
    assertThat(plain[0]).isEqualTo(8_000);
  }

  @Test
  void timers_expireAllAndNotBeforeTheirTime() {
    Machine machine = Machine.live(Schedules.WORD);
    IrqLine line = machine.irqLine("timer", IrqLine.Kind.SOFT, machine.cpu(0));
    AtomicLong early = new AtomicLong();
    AtomicLong sum = new AtomicLong();
    machine.task(
        "a",
        () -> {
          long start = machine.nowNs();
          for (int ms : new int[] {9, 3, 6}) {
            new Timer(
                    machine,
                    line,
                    () -> {
                      sum.addAndGet(ms);
                      if (machine.nowNs() - start < ms * MS) {
                        early.incrementAndGet();
                      }
                    })
                .start(ms * MS);
          }
          Timer cancelled = new Timer(machine, line, () -> sum.set(-1_000));
          cancelled.start(60_000 * MS);
          assertThat(cancelled.cancel()).isTrue();
        });
    assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
    assertThat(sum).hasValue(18);
    assertThat(early).hasValue(0);
  }

  @Test
  void signal_endsAnInterruptibleSleep() {
    Machine machine = Machine.live(Schedules.WORD);
    WaitQueue queue = new WaitQueue(machine, "queue");
    AtomicLong result = new AtomicLong();
    Task sleeper =
        machine.task(
            "sleeper",
            () -> result.set(queue.waitEvent("test", TaskState.INTERRUPTIBLE, () -> false)));
    machine.task("killer", () -> sleeper.sendSignal(false));
    assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
    assertThat(result).hasValue(-Errno.ERESTARTSYS);
  }
}
