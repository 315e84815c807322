package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfslab.explore.Toy;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Completion;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Task;

/** The locks on real threads, under the JVM's memory model: short, but on every build. */
@Timeout(60)
final class LiveTortureTest {

  private static final MachineConfig FOUR_CPUS = Toy.WORD.withCpus(4);
  private static final int ROUNDS = 1_500;

  /** Plain Java data; two halves that only a writer may see differ. */
  private static final class Data {
    private long left;
    private long right;
    private final AtomicLong torn = new AtomicLong();

    void read() {
      if (left != right) {
        torn.incrementAndGet();
      }
    }

    void write() {
      left++;
      right++;
    }

    void check(long writes) {
      assertThat(torn).hasValue(0);
      assertThat(left).isEqualTo(writes);
      assertThat(right).isEqualTo(writes);
    }
  }

  private static void assertDone(Machine machine, RunResult result) {
    assertThat(machine.reports()).isEmpty();
    assertThat(result.hung()).isEmpty();
    assertThat(result.outcome()).isEqualTo(Outcome.DONE);
  }

  @Test
  void rwSemaphore_underReadersWritersAndInterrupts_excludes() {
    Machine machine = Machine.live(FOUR_CPUS);
    RwSemaphore sem = new RwSemaphore(Lockdep.on(machine), "sem");
    Data data = new Data();
    for (int i = 0; i < 2; i++) {
      machine.task(
          "writer" + i,
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              sem.downWrite();
              data.write();
              if (round % 3 == 0) {
                sem.downgradeWrite();
                data.read();
                sem.upRead();
              } else {
                sem.upWrite();
              }
            }
          });
      machine.task(
          "reader" + i,
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              if (round % 3 != 0 || !sem.downReadTrylock()) {
                sem.downRead();
              }
              data.read();
              sem.upRead();
            }
          });
      IrqLine line =
          machine.irqLine(
              "irq" + i, i == 0 ? IrqLine.Kind.HARD : IrqLine.Kind.SOFT, machine.cpu(i));
      machine.task(
          "submitter" + i,
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              sem.downReadNonOwner();
              line.raise(
                  () -> {
                    data.read();
                    sem.upReadNonOwner();
                  });
            }
          });
    }
    assertDone(machine, machine.run());
    data.check(2L * ROUNDS);
    assertThat(sem.countWord()).isZero();
  }

  @Test
  void percpuRwSemaphore_underReadersWritersAndInterrupts_excludes() {
    Machine machine = Machine.live(FOUR_CPUS);
    Lockdep silent = Lockdep.off(machine);
    PercpuRwSemaphore sem = new PercpuRwSemaphore(silent, new Rcu(silent), "sem");
    Data data = new Data();
    for (int i = 0; i < 2; i++) {
      IrqLine line = machine.irqLine("irq" + i, IrqLine.Kind.HARD, machine.cpu(3 - i));
      machine.task(
          "writer" + i,
          () -> {
            for (int round = 0; round < ROUNDS / 5; round++) {
              sem.downWrite();
              data.write();
              sem.upWrite();
            }
          });
      machine.task(
          "reader" + i,
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              if (round % 3 != 0 || !sem.downReadTrylock()) {
                sem.downRead();
              }
              data.read();
              sem.upRead();
            }
          });
      machine.task(
          "submitter" + i,
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              sem.downRead();
              line.raise(
                  () -> {
                    data.read();
                    sem.upRead();
                  });
            }
          });
    }
    assertDone(machine, machine.run());
    data.check(2L * (ROUNDS / 5));
    assertThat(sem.readers()).isZero();
    assertThat(sem.isBlocked()).isFalse();
  }

  @Test
  void machines_oneAfterTheOther_allEnd() {
    for (int i = 0; i < 100; i++) {
      Machine machine = Machine.live(Toy.WORD);
      RwSemaphore sem = new RwSemaphore(Lockdep.on(machine), "sem");
      Data data = new Data();
      Completion done = new Completion(machine, "done");
      IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
      machine.task(
          "a",
          () -> {
            sem.downWrite();
            data.write();
            sem.upWrite();
            line.raise(done::complete);
          });
      machine.task(
          "b",
          () -> {
            done.waitForCompletion();
            sem.downWrite();
            data.write();
            sem.upWrite();
          });
      assertDone(machine, machine.run());
      data.check(2);
    }
  }

  @Test
  void abba_ofTwoRwSemaphores_isADeadlockOfBoth() {
    Machine machine = Machine.live(FOUR_CPUS.withHangAfterNs(100_000_000L));
    Lockdep lockdep = Lockdep.off(machine);
    RwSemaphore one = new RwSemaphore(lockdep, "one");
    RwSemaphore two = new RwSemaphore(lockdep, "two");
    Completion hasOne = new Completion(machine, "a has one");
    Completion hasTwo = new Completion(machine, "b has two");
    machine.task(
        "a",
        () -> {
          one.downWrite();
          hasOne.complete();
          hasTwo.waitForCompletion();
          two.downWrite();
        });
    machine.task(
        "b",
        () -> {
          two.downWrite();
          hasTwo.complete();
          hasOne.waitForCompletion();
          one.downRead();
        });
    RunResult result = machine.run();
    assertThat(result.outcome()).isEqualTo(Outcome.DEADLOCK);
    assertThat(result.hung()).extracting(Task::name).containsExactly("a", "b");
    assertThat(result.hung().getFirst().waitsFor()).isSameAs(two);
    assertThat(result.hung().getLast().waitsFor()).isSameAs(one);
  }
}
