package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.trace.Happening;

/** Verifies {@link PercpuRwSemaphore} word by word. */
final class PercpuRwSemaphoreTest {

  /** At the end nobody reads and nobody blocks. */
  private record Idle(PercpuRwSemaphore sem) implements Properties {
    @Override
    public @Nullable String atEnd(RunResult result) {
      return sem.readers() == 0 && !sem.isBlocked()
          ? null
          : "not idle at the end: " + sem.describe();
    }
  }

  private static PercpuRwSemaphore semaphore(Machine machine) {
    Lockdep lockdep = Lockdep.on(machine);
    return new PercpuRwSemaphore(lockdep, new Rcu(lockdep), "sem");
  }

  /** Tasks by letter: R reads, W writes, V writes twice, r tries to read. */
  private static Toy tasks(String letters) {
    return Toy.word(
        letters,
        machine -> {
          PercpuRwSemaphore sem = semaphore(machine);
          Inside inside = new Inside(machine);
          for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            machine.task(letter + String.valueOf(i), () -> use(letter, sem, inside));
          }
          return new Idle(sem);
        });
  }

  private static void use(char letter, PercpuRwSemaphore sem, Inside inside) {
    switch (letter) {
      case 'R' -> {
        sem.downRead();
        inside.read();
        sem.upRead();
      }
      case 'W' -> {
        sem.downWrite();
        inside.write();
        sem.upWrite();
      }
      case 'V' -> {
        use('W', sem, inside);
        use('W', sem, inside);
      }
      case 'r' -> {
        if (sem.downReadTrylock()) {
          inside.read();
          sem.upRead();
        }
      }
      default -> throw new IllegalArgumentException(String.valueOf(letter));
    }
  }

  private static List<String> findings(Exploration exploration) {
    return exploration.failures().stream()
        .map(FoundFailure::finding)
        .map(finding -> finding.title() + "\n" + finding.text())
        .toList();
  }

  /** Exclusion, order and no hang; the writer completes even where a trylock reader backs out. */
  @ParameterizedTest
  @CsvSource({
    "RW, 4", "rW, 4", "WW, 4", "VR, 3", "Vr, 3", "RRW, 3", "RWW, 2", "rWR, 2", "WWW, 2", "VV, 2",
    "RVW, 2"
  })
  void tasks_withinABound_excludeAndNeverHang(String letters, int preemptions) {
    Exploration exploration = tasks(letters).explore(new DepthFirst(preemptions));
    assertThat(findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
  }

  /** Each on its own CPU, as a fast reader can't be preempted while it looks whether it may. */
  @Test
  void tasks_onThreeCpus_excludeAndNeverHang() {
    for (String letters : List.of("RWW", "WWR", "RRW")) {
      Toy three = new Toy(letters, Toy.WORD.withCpus(3), tasks(letters).body());
      assertThat(findings(three.explore(new DepthFirst(2)))).isEmpty();
    }
  }

  @Test
  void tasks_onOneCpu_excludeAndNeverHang() {
    for (String letters : List.of("RW", "WW", "RVr")) {
      Toy one = new Toy(letters, Toy.WORD.withCpus(1), tasks(letters).body());
      assertThat(findings(one.explore(new DepthFirst(2)))).isEmpty();
    }
  }

  @Test
  void tasks_atTheGranularityOfCalls_excludeAndNeverHang() {
    for (String letters : List.of("RVW", "RRWW", "rVR")) {
      Toy calls =
          new Toy(
              letters,
              Toy.WORD.withGranularity(MachineConfig.Granularity.CALL),
              tasks(letters).body());
      assertThat(findings(calls.explore(new DepthFirst(2)))).isEmpty();
    }
  }

  private static Exploration released(Function<Machine, Properties> body, int preemptions) {
    Exploration exploration = Toy.word("release", body).explore(new DepthFirst(preemptions));
    assertThat(findings(exploration)).isEmpty();
    return exploration;
  }

  /** As a frozen write that an aio completion ends: lockdep has to be told lies. */
  @Test
  void upRead_byAnInterruptOnAnotherCpu_letsTheWriterIn() {
    for (IrqLine.Kind kind : IrqLine.Kind.values()) {
      released(
          machine -> {
            PercpuRwSemaphore sem = semaphore(machine);
            Inside inside = new Inside(machine);
            IrqLine line = machine.irqLine("irq", kind, machine.cpu(1));
            machine.task(
                "submitter",
                machine.cpu(0),
                () -> {
                  sem.downRead();
                  inside.enterRead();
                  sem.lockdepRelease();
                  line.raise(
                      () -> {
                        inside.leaveRead();
                        sem.lockdepAcquire(Mode.READ);
                        sem.upRead();
                      });
                });
            machine.task("writer", machine.cpu(0), () -> use('W', sem, inside));
            return new Idle(sem);
          },
          3);
    }
  }

  @Test
  void upRead_byAnotherTaskOnAnotherCpu_letsTheWriterIn() {
    released(
        machine -> {
          PercpuRwSemaphore sem = semaphore(machine);
          Inside inside = new Inside(machine);
          Completion handed = new Completion(machine, "handed over");
          machine.task(
              "taker",
              machine.cpu(0),
              () -> {
                sem.downRead();
                inside.enterRead();
                sem.lockdepRelease();
                handed.complete();
              });
          machine.task(
              "giver",
              machine.cpu(1),
              () -> {
                handed.waitForCompletion();
                inside.leaveRead();
                sem.lockdepAcquire(Mode.READ);
                sem.upRead();
              });
          machine.task("writer", machine.cpu(0), () -> use('W', sem, inside));
          return new Idle(sem);
        },
        2);
  }

  @Test
  void readTwice_withAWriterBetween_deadlocksInSomeSchedule() {
    Exploration exploration =
        Toy.word(
                "recursive read",
                machine -> {
                  Lockdep silent = Lockdep.off(machine);
                  PercpuRwSemaphore sem = new PercpuRwSemaphore(silent, new Rcu(silent), "sem");
                  machine.task(
                      "reader",
                      () -> {
                        sem.downRead();
                        sem.downRead(); // BROKEN: the writer has set block
                        sem.upRead();
                        sem.upRead();
                      });
                  machine.task("writer", () -> use('W', sem, new Inside(machine)));
                  return Properties.NONE;
                })
            .explore(new DepthFirst(2));
    assertThat(exploration.failures().getFirst().finding().title())
        .isEqualTo("deadlock of reader, writer");
  }

  // ---- scripts

  private static void at(Machine machine, IrqLine line, long time, String name, Runnable body) {
    machine.task(
        name,
        () -> {
          Toy.sleepUntil(machine, line, time);
          body.run();
        });
  }

  private interface Scene {
    void play(Machine machine, IrqLine line, PercpuRwSemaphore sem, List<String> log);
  }

  private static List<String> play(Scene scene) {
    List<String> log = new ArrayList<>();
    Execution execution =
        Toy.word(
                "script",
                machine -> {
                  PercpuRwSemaphore sem = semaphore(machine);
                  IrqLine line = machine.irqLine("timer", IrqLine.Kind.HARD, machine.cpu(1));
                  scene.play(machine, line, sem, log);
                  return new Idle(sem);
                })
            .once();
    assertThat(execution.findings()).isEmpty();
    return log;
  }

  /** Readers up to and including the first writer, and nobody overtakes. */
  @Test
  void upWrite_wakesInTheOrderOfComing() {
    List<String> log =
        play(
            (machine, line, sem, order) -> {
              long time = 0;
              for (String name : List.of("W0", "R1", "R2", "W3", "R4", "W5", "R6")) {
                at(
                    machine,
                    line,
                    time++,
                    name,
                    () -> {
                      if (name.startsWith("R")) {
                        sem.downRead();
                        order.add(name);
                        Toy.sleepUntil(machine, line, machine.nowNs() + 100);
                        sem.upRead();
                      } else {
                        sem.downWrite();
                        order.add(name);
                        Toy.sleepUntil(machine, line, machine.nowNs() + 100);
                        sem.upWrite();
                      }
                    });
              }
              at(machine, line, 50, "look1", () -> order.add(sem.describe()));
              at(machine, line, 150, "look2", () -> order.add(sem.describe()));
            });
    assertThat(log)
        .containsExactly(
            "W0",
            "readers 0, block 1, queue [R1, R2, W3, R4, W5, R6]",
            "R1",
            "R2",
            "readers 2, block 1, queue [R4, W5, R6]",
            "W3",
            "R4",
            "W5",
            "R6");
  }

  /**
   * A writer that steals the lock while a wake-up walks the queue does not mix up the queue. Needs
   * more preemptions than can be explored here, so the schedule is given:
   *
   * <pre>
   *   H: up_write                            thief
   *     block = 0
   *                                          down_write: block = 1
   *     wakes R1, which can't have the lock
   *                                          up_write: block = 0
   *     must not wake R2
   * </pre>
   */
  @Test
  void upWrite_withAThiefBetween_neverWakesTheSecondBeforeTheFirst() {
    List<String> woken = new ArrayList<>();
    PercpuRwSemaphore[] lock = new PercpuRwSemaphore[1];
    Toy toy =
        Toy.word(
            "thief",
            machine -> {
              PercpuRwSemaphore sem = semaphore(machine);
              lock[0] = sem;
              IrqLine line = machine.irqLine("timer", IrqLine.Kind.HARD, machine.cpu(1));
              at(machine, line, 0, "H", () -> releaseBesideAThief(line, sem, woken));
              for (int i = 1; i <= 2; i++) {
                at(
                    machine,
                    line,
                    i,
                    "R" + i,
                    () -> {
                      sem.downRead();
                      sem.upRead();
                    });
              }
              return new Idle(sem);
            });
    Chance chance =
        new Chance() {
          private int phase;

          @Override
          public int schedule(Enabled enabled) {
            PercpuRwSemaphore sem = lock[0];
            boolean over =
                switch (phase) {
                  case 0 -> woken.contains("release");
                  case 1 -> !sem.isBlocked();
                  case 2 -> sem.isBlocked();
                  case 3 -> sem.readers() == 1;
                  case 4 -> sem.readers() == 0;
                  case 5 -> !sem.isBlocked();
                  default -> false;
                };
            if (over) {
              phase++;
            }
            String wanted = phase == 2 || phase == 5 ? "thief" : "H";
            for (int i = 0; i < enabled.size() && phase > 0; i++) {
              if (enabled.get(i).transitionName().equals(wanted)) {
                return i;
              }
            }
            return Math.max(0, enabled.runningAt());
          }

          @Override
          public int choose(int count, String question) {
            return 0;
          }
        };
    assertThat(Execution.run(toy, chance).findings()).isEmpty();
    assertThat(woken).containsExactly("release", "R1", "R2");
  }

  private static void releaseBesideAThief(IrqLine line, PercpuRwSemaphore sem, List<String> woken) {
    Machine machine = sem.machine();
    sem.downWrite();
    Toy.sleepUntil(machine, line, 10);
    machine.traceTo(
        event -> {
          if (event.happening() instanceof Happening.Woke woke && woke.task().startsWith("R")) {
            woken.add(woke.task());
          }
        });
    machine.task(
        "thief",
        machine.cpu(1),
        () -> {
          sem.downWrite();
          sem.upWrite();
        });
    woken.add("release");
    sem.upWrite();
  }

  @Test
  void trylock_whileAWriterWaitsForReaders_failsAndChangesNothing() {
    List<String> log =
        play(
            (machine, line, sem, order) -> {
              at(
                  machine,
                  line,
                  0,
                  "R",
                  () -> {
                    sem.downRead();
                    Toy.sleepUntil(machine, line, 10);
                    sem.upRead();
                  });
              at(
                  machine,
                  line,
                  1,
                  "W",
                  () -> {
                    sem.downWrite();
                    order.add("W");
                    sem.upWrite();
                  });
              at(
                  machine,
                  line,
                  5,
                  "T",
                  () -> order.add(sem.downReadTrylock() + " " + sem.describe()));
            });
    assertThat(log).containsExactly("false readers 1, block 1", "W");
  }

  @Test
  void readers_areFastAgainAfterTheLastWriter() {
    Set<Long> steps = new TreeSet<>();
    List<Long> measured = new ArrayList<>();
    play(
        (machine, line, sem, order) ->
            machine.task(
                "a",
                () -> {
                  sem.downRead(); // the first one also makes our word for RCU
                  sem.upRead();
                  for (int round = 0; round < 3; round++) {
                    long before = machine.steps();
                    sem.downRead();
                    sem.upRead();
                    measured.add(machine.steps() - before);
                    sem.downWrite();
                    sem.upWrite();
                  }
                }));
    steps.addAll(measured);
    assertThat(measured).hasSize(3);
    assertThat(steps).hasSize(1); // the slow way would take more
  }
}
