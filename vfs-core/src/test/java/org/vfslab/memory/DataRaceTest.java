package org.vfslab.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Context;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Schedules;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.Timer;
import org.vfslab.machine.WaitQueue;
import org.vfslab.machine.Work;

/**
 * Plain data that two contexts use is reported unless something orders the uses; and then in every
 * schedule, not only in the one where they collide.
 */
final class DataRaceTest {

  private static final MachineConfig CALL =
      Schedules.WORD.withGranularity(MachineConfig.Granularity.CALL);

  private interface Program {
    void setUp(Machine machine, PlainWord data);
  }

  private static Consumer<Machine> on(Program program) {
    return machine -> program.setUp(machine, new PlainWord(machine, "data", 0));
  }

  private static void racesInEverySchedule(Program program) {
    for (MachineConfig config : List.of(Schedules.WORD, Schedules.WORD.withCpus(1), CALL)) {
      assertThat(Schedules.every(config, on(program)))
          .allSatisfy(
              ending -> assertThat(ending.complaints()).containsExactly(ReportKind.DATA_RACE));
    }
  }

  private static void neverRaces(MachineConfig config, Program program) {
    assertThat(Schedules.every(config, on(program)))
        .allSatisfy(ending -> assertThat(ending.machine().reports()).isEmpty());
  }

  // ---- nothing orders

  @Test
  void writeAndWrite_withNothingBetween_raceInEverySchedule() {
    racesInEverySchedule(
        (machine, data) -> {
          machine.task("a", () -> data.set(1));
          machine.task("b", () -> data.set(2));
        });
  }

  @Test
  void readAndWrite_withNothingBetween_raceInEverySchedule() {
    racesInEverySchedule(
        (machine, data) -> {
          machine.task("a", () -> data.set(1));
          machine.task("b", data::get);
        });
  }

  @Test
  void readAndRead_doNotRace() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          machine.task("a", data::get);
          machine.task("b", data::get);
        });
  }

  @Test
  void onceAccesses_orderNothing() {
    racesInEverySchedule(
        (machine, data) -> {
          AtomicWord flag = new AtomicWord(machine, "flag", 0);
          machine.task(
              "a",
              () -> {
                data.set(1);
                flag.writeOnce(1);
              });
          machine.task(
              "b",
              () -> {
                flag.readOnce();
                data.get();
              });
        });
  }

  @Test
  void failedCompareAndSet_ordersNothing() {
    racesInEverySchedule(
        (machine, data) -> {
          AtomicWord flag = new AtomicWord(machine, "flag", 0);
          machine.task(
              "a",
              () -> {
                data.set(1);
                flag.compareAndSet(5, 6);
              });
          machine.task(
              "b",
              () -> {
                flag.compareAndSet(5, 6);
                data.get();
              });
        });
  }

  @Test
  void locks_ofDifferentData_orderNothing() {
    racesInEverySchedule(
        (machine, data) -> {
          Lockdep lockdep = Lockdep.on(machine);
          for (String name : List.of("a", "b")) {
            SpinLock lock = new SpinLock(lockdep, name);
            machine.task(
                name,
                () -> {
                  lock.lock();
                  data.set(1);
                  lock.unlock();
                });
          }
        });
  }

  @Test
  void handlerAndTheTaskItInterrupts_raceInEverySchedule() {
    racesInEverySchedule(
        (machine, data) -> {
          IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
          machine.task("a", machine.cpu(0), () -> data.set(1));
          line.raise(() -> data.set(2));
        });
  }

  /** Softirqs are kept away; hard ones come all the same. */
  @Test
  void hardirqAndASectionWithoutBottomHalves_raceInEverySchedule() {
    racesInEverySchedule(
        (machine, data) -> {
          IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
          machine.task(
              "a",
              machine.cpu(0),
              () -> {
                machine.current().localBhDisable();
                data.set(1);
                machine.current().localBhEnable();
              });
          line.raise(() -> data.set(2));
        });
  }

  @Test
  void hardirqAndSoftirqOfOneCpu_raceInEverySchedule() {
    racesInEverySchedule(
        (machine, data) -> {
          machine.irqLine("hard", IrqLine.Kind.HARD, machine.cpu(0)).raise(() -> data.set(1));
          machine.irqLine("soft", IrqLine.Kind.SOFT, machine.cpu(0)).raise(() -> data.set(2));
        });
  }

  @Test
  void irqDisabledSections_ofDifferentCpus_raceInEverySchedule() {
    assertThat(
            Schedules.every(
                Schedules.WORD,
                on(
                    (machine, data) -> {
                      for (int cpu = 0; cpu < 2; cpu++) {
                        machine.task(
                            "t" + cpu,
                            machine.cpu(cpu),
                            () -> {
                              machine.current().localIrqSave();
                              data.set(1);
                              machine.current().localIrqRestore();
                            });
                      }
                    })))
        .allSatisfy(
            ending -> assertThat(ending.complaints()).containsExactly(ReportKind.DATA_RACE));
  }

  /** What another interrupt of the line was raised for does not order one that is taken before. */
  @Test
  void raise_ofAnotherInterruptOfTheLine_ordersNothing() {
    List<String> order = new ArrayList<>();
    List<String> taken = new ArrayList<>();
    List<Schedules.Ending> endings =
        Schedules.every(
            on(
                (machine, data) -> {
                  order.add(String.join(" ", taken));
                  taken.clear();
                  IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1));
                  line.raise(
                      () -> {
                        taken.add("reader");
                        data.get();
                      });
                  machine.task(
                      "a",
                      machine.cpu(0),
                      () -> {
                        data.set(1);
                        line.raise(() -> taken.add("other"));
                      });
                }));
    order.add(String.join(" ", taken));
    order.removeFirst();
    assertThat(order).contains("reader other", "other reader");
    for (int i = 0; i < order.size(); i++) {
      assertThat(endings.get(i).complaints().isEmpty()).isEqualTo(order.get(i).startsWith("other"));
    }
  }

  // ---- something orders

  @Test
  void spinLock_orders() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          SpinLock lock = new SpinLock(Lockdep.on(machine), "lock");
          for (String name : List.of("a", "b")) {
            machine.task(
                name,
                () -> {
                  lock.lock();
                  data.set(data.get() + 1);
                  lock.unlock();
                });
          }
        });
  }

  @Test
  void rwSemaphore_orders() {
    neverRaces(
        CALL,
        (machine, data) -> {
          RwSemaphore sem = new RwSemaphore(Lockdep.on(machine), "sem");
          machine.task(
              "r1",
              () -> {
                sem.downRead();
                data.get();
                sem.upRead();
              });
          machine.task(
              "w",
              () -> {
                sem.downWrite();
                data.set(1);
                sem.upWrite();
              });
          machine.task(
              "r2",
              () -> {
                sem.downRead();
                data.get();
                sem.upRead();
              });
        });
  }

  @Test
  void percpuRwSemaphore_orders() {
    neverRaces(
        CALL,
        (machine, data) -> {
          Lockdep lockdep = Lockdep.on(machine);
          PercpuRwSemaphore sem = new PercpuRwSemaphore(lockdep, new Rcu(lockdep), "sem");
          machine.task(
              "r",
              () -> {
                sem.downRead();
                data.get();
                sem.upRead();
              });
          for (String name : List.of("w1", "w2")) {
            machine.task(
                name,
                () -> {
                  sem.downWrite();
                  data.set(1);
                  sem.upWrite();
                });
          }
        });
  }

  @Test
  void completion_orders() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          Completion done = new Completion(machine, "done");
          machine.task(
              "a",
              () -> {
                data.set(1);
                done.complete();
              });
          machine.task(
              "b",
              () -> {
                done.waitForCompletion();
                data.set(2);
              });
        });
  }

  /** The word itself orders nothing: it is the wake-up that does. */
  @Test
  void wakeUp_ordersWhoWasAsleep() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          Task sleeper =
              machine.task(
                  "sleeper",
                  () -> {
                    machine.currentTask().setCurrentState(TaskState.UNINTERRUPTIBLE);
                    machine.currentTask().schedule();
                    data.get();
                  });
          machine.task(
              "waker",
              () -> {
                data.set(1);
                while (!sleeper.wakeUpProcess()) {
                  machine.spinUntilChanged(sleeper);
                }
              });
        });
  }

  @Test
  void waitEvent_orders() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          WaitQueue queue = new WaitQueue(machine, "queue");
          AtomicWord flag = new AtomicWord(machine, "flag", 0);
          machine.task(
              "sleeper",
              () -> {
                queue.waitEvent("test", () -> flag.loadAcquire() == 1);
                data.get();
              });
          machine.task(
              "waker",
              () -> {
                data.set(1);
                flag.storeRelease(1);
                queue.wakeUp();
              });
        });
  }

  @Test
  void releaseAndAcquire_order() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          AtomicWord flag = new AtomicWord(machine, "flag", 0);
          machine.task(
              "a",
              () -> {
                data.set(1);
                flag.storeRelease(1);
              });
          machine.task(
              "b",
              () -> {
                if (flag.loadAcquire() == 1) {
                  data.get();
                }
              });
        });
  }

  @Test
  void pointerPublication_orders() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          AtomicRef<PlainWord> pointer = new AtomicRef<>(machine, "pointer", null);
          machine.task(
              "a",
              () -> {
                data.set(1);
                pointer.storeRelease(data);
              });
          machine.task(
              "b",
              () -> {
                PlainWord seen = pointer.loadAcquire();
                if (seen != null) {
                  seen.get();
                }
              });
        });
  }

  @Test
  void readModifyWrites_order() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          AtomicWord turn = new AtomicWord(machine, "turn", 0);
          for (String name : List.of("a", "b", "c")) {
            machine.task(
                name,
                () -> {
                  if (turn.xchg(1) == 0) {
                    data.set(1);
                  }
                });
          }
        });
  }

  @Test
  void raise_ordersTheHandler() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1));
          machine.task(
              "a",
              machine.cpu(0),
              () -> {
                data.set(1);
                line.raise(() -> data.set(2));
              });
        });
  }

  @Test
  void handlers_ofOneCpu_orderEachOther() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          for (String name : List.of("one", "two")) {
            machine.irqLine(name, IrqLine.Kind.HARD, machine.cpu(0)).raise(() -> data.set(1));
          }
        });
  }

  @Test
  void irqDisabledSection_ordersHandlersOfItsCpu() {
    for (IrqLine.Kind kind : IrqLine.Kind.values()) {
      neverRaces(
          Schedules.WORD,
          (machine, data) -> {
            machine.irqLine("irq", kind, machine.cpu(0)).raise(() -> data.set(1));
            machine.task(
                "a",
                machine.cpu(0),
                () -> {
                  Context me = machine.current();
                  me.localIrqSave();
                  data.set(2);
                  me.localIrqRestore();
                });
          });
    }
  }

  @Test
  void bottomHalfDisabledSection_ordersSoftirqsOfItsCpu() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          machine.irqLine("irq", IrqLine.Kind.SOFT, machine.cpu(0)).raise(() -> data.set(1));
          machine.task(
              "a",
              machine.cpu(0),
              () -> {
                Context me = machine.current();
                me.localBhDisable();
                data.set(2);
                me.localBhEnable();
              });
        });
  }

  @Test
  void startOfATimer_ordersItsFunction() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          IrqLine line = machine.irqLine("timer", IrqLine.Kind.SOFT, machine.cpu(1));
          machine.task(
              "a",
              machine.cpu(0),
              () -> {
                data.set(1);
                new Timer(machine, line, data::get).start(10);
              });
        });
  }

  @Test
  void queueWork_ordersTheWork() {
    neverRaces(
        CALL,
        (machine, data) ->
            machine.task(
                "a",
                () -> {
                  data.set(1);
                  machine.systemWorkqueue().queueWork(new Work(machine, "work", data::get));
                }));
  }

  @Test
  void startOfATask_ordersIt() {
    neverRaces(
        Schedules.WORD,
        (machine, data) ->
            machine.task(
                "parent",
                () -> {
                  data.set(1);
                  machine.task("child", data::get);
                }));
  }

  @Test
  void gracePeriod_ordersReadersBeforeIt() {
    neverRaces(
        Schedules.WORD,
        (machine, data) -> {
          Rcu rcu = new Rcu(Lockdep.on(machine));
          AtomicRef<PlainWord> pointer = new AtomicRef<>(machine, "pointer", data);
          machine.task(
              "reader",
              () -> {
                rcu.readLock(machine.current());
                PlainWord seen = pointer.loadAcquire();
                if (seen != null) {
                  seen.get();
                }
                rcu.readUnlock(machine.current());
              });
          machine.task(
              "updater",
              () -> {
                pointer.storeRelease(null);
                rcu.synchronize();
                data.set(99);
              });
        });
  }

  @Test
  void report_namesBothSides() {
    Schedules.Ending ending =
        Schedules.one(
            on(
                (machine, data) -> {
                  machine.task("a", () -> data.set(1));
                  machine.task("b", () -> data.get());
                }));
    assertThat(ending.machine().reports())
        .singleElement()
        .satisfies(
            report ->
                assertThat(report.text())
                    .isEqualTo(
                        "data race on data: b reads it, and nothing orders that with its use by"
                            + " a"));
  }

  @Test
  void raceDetection_switchedOff_saysNothing() {
    assertThat(
            Schedules.every(
                Schedules.WORD.withRaceDetection(false),
                on(
                    (machine, data) -> {
                      machine.task("a", () -> data.set(1));
                      machine.task("b", () -> data.set(2));
                    })))
        .allSatisfy(ending -> assertThat(ending.machine().reports()).isEmpty());
  }
}
