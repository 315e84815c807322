package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.RawLock;
import org.vfslab.memory.AtomicWord;

/** Spin locks against other tasks and against handlers on their own CPU. */
final class SpinLockTest {

  /** How a task takes the lock. */
  enum Way {
    PLAIN,
    IRQSAVE,
    BH;

    void lock(SpinLock lock) {
      switch (this) {
        case PLAIN -> lock.lock();
        case IRQSAVE -> lock.lockIrqSave();
        case BH -> lock.lockBh();
      }
    }

    void unlock(SpinLock lock) {
      switch (this) {
        case PLAIN -> lock.unlock();
        case IRQSAVE -> lock.unlockIrqRestore();
        case BH -> lock.unlockBh();
      }
    }
  }

  private static Toy tasks(int count, int cpus, Way way) {
    return new Toy(
        count + " tasks",
        Toy.WORD.withCpus(cpus),
        machine -> {
          SpinLock lock = new SpinLock(Lockdep.on(machine), "lock");
          Inside inside = new Inside(machine);
          for (int i = 0; i < count; i++) {
            machine.task(
                "t" + i,
                () -> {
                  way.lock(lock);
                  inside.write();
                  way.unlock(lock);
                });
          }
          return Properties.NONE;
        });
  }

  @Test
  void twoTasks_inEverySchedule_exclude() {
    for (Way way : Way.values()) {
      for (int cpus = 1; cpus <= 2; cpus++) {
        assertThat(tasks(2, cpus, way).explore(new DepthFirst()).verdict())
            .isEqualTo(Verdict.HOLDS_COMPLETE);
      }
    }
  }

  /** Two that spin must not keep each other busy for ever while the holder could go on. */
  @Test
  void threeTasks_inEverySchedule_excludeAndAllGetIn() {
    Toy toy = tasks(3, 3, Way.PLAIN);
    assertThat(
            new Toy(toy.name(), toy.machine().withStepsMax(300), toy.body())
                .explore(new DepthFirst())
                .verdict())
        .isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  /** Who tries in vain goes on with something else: that it was held shows. */
  @Test
  void tryLock_isAStepThatSeesTheLockHeldOrFree() {
    Exploration exploration =
        Toy.word(
                "try",
                machine -> {
                  RawLock lock = new RawLock(machine, "lock");
                  AtomicWord failed = new AtomicWord(machine, "failed", 0);
                  machine.task(
                      "holder",
                      () -> {
                        lock.lock(machine.current());
                        lock.unlock(machine.current());
                      });
                  machine.task(
                      "trier",
                      () -> {
                        if (lock.tryLock(machine.current())) {
                          lock.unlock(machine.current());
                        } else {
                          failed.writeOnce(1);
                        }
                      });
                  return new Properties() {
                    @Override
                    public String observation() {
                      return "failed=" + failed.peek();
                    }
                  };
                })
            .explore(new OptimalDpor());

    assertThat(exploration.observations()).isEqualTo(Map.of("failed=0", 2L, "failed=1", 1L));
  }

  /** The grid: how the task locks, which handler takes the same lock on the same CPU, who looks. */
  @ParameterizedTest
  @CsvSource({
    "PLAIN, HARD, deadlock, false",
    "PLAIN, HARD, deadlock, true",
    "PLAIN, SOFT, deadlock, false",
    "PLAIN, SOFT, deadlock, true",
    "BH, HARD, deadlock, false",
    "BH, HARD, deadlock, true",
    "BH, SOFT, holds, false",
    "BH, SOFT, holds, true",
    "IRQSAVE, HARD, holds, false",
    "IRQSAVE, HARD, holds, true",
    "IRQSAVE, SOFT, holds, false",
    "IRQSAVE, SOFT, holds, true"
  })
  void taskAgainstHandler_onOneCpu_hangsUnlessTheHandlerIsKeptAway(
      Way way, IrqLine.Kind kind, String end, boolean dpor) {
    Exploration exploration =
        new Toy(
                "handler",
                Toy.WORD.withCpus(1),
                machine -> {
                  SpinLock lock = new SpinLock(Lockdep.withoutProving(machine), "lock");
                  Inside inside = new Inside(machine);
                  IrqLine line = machine.irqLine("irq", kind, machine.cpu(0));
                  machine.task(
                      "task",
                      () -> {
                        way.lock(lock);
                        inside.write();
                        way.unlock(lock);
                      });
                  line.raise(
                      () -> {
                        lock.lock();
                        inside.write();
                        lock.unlock();
                      });
                  return Properties.NONE;
                })
            .explore(dpor ? new OptimalDpor() : new DepthFirst());
    if (end.equals("holds")) {
      assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    } else {
      assertThat(exploration.failures())
          .singleElement()
          .satisfies(
              failure -> {
                assertThat(failure.finding().kind()).isEqualTo(Finding.Kind.DEADLOCK);
                assertThat(failure.finding().title()).isEqualTo("deadlock of task");
              });
    }
  }

  /** Lockdep does not know on which CPU an interrupt comes, and would complain. */
  @Test
  void handlerOnAnotherCpu_needsNoIrqsave() {
    Exploration exploration =
        Toy.word(
                "other cpu",
                machine -> {
                  SpinLock lock = new SpinLock(Lockdep.withoutProving(machine), "lock");
                  Inside inside = new Inside(machine);
                  machine.task(
                      "task",
                      machine.cpu(0),
                      () -> {
                        lock.lock();
                        inside.write();
                        lock.unlock();
                      });
                  machine
                      .irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1))
                      .raise(
                          () -> {
                            lock.lock();
                            inside.write();
                            lock.unlock();
                          });
                  return Properties.NONE;
                })
            .explore(new DepthFirst());
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  @Test
  void abba_ofTwoSpinLocks_isADeadlockThatNamesTheHolders() {
    Exploration exploration =
        Toy.word(
                "ABBA",
                machine -> {
                  Lockdep lockdep = Lockdep.off(machine);
                  SpinLock a = new SpinLock(lockdep, "A");
                  SpinLock b = new SpinLock(lockdep, "B");
                  for (List<SpinLock> order : List.of(List.of(a, b), List.of(b, a))) {
                    machine.task(
                        order.get(0) == a ? "ab" : "ba",
                        () -> {
                          order.get(0).lock();
                          order.get(1).lock();
                          order.get(1).unlock();
                          order.get(0).unlock();
                        });
                  }
                  return Properties.NONE;
                })
            .explore(new DepthFirst());
    assertThat(exploration.failures().getFirst().finding().text())
        .isEqualTo(
            """
            ab waits for B, held by ba  [locked by ba]
            ba waits for A, held by ab  [locked by ab]\
            """);
  }
}
