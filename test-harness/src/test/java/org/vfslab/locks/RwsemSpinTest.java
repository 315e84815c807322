package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfslab.locks.RwsemScript.MS;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.ReleaseWakeups;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;

/** Writers that spin for an owner that runs. */
final class RwsemSpinTest {

  private static final MachineConfig SPIN = RwsemUsers.cpus(6).withSpinOnOwner(true);

  private static List<String> play(RwsemScript.Scene scene) {
    return RwsemScript.play(SPIN, ReleaseWakeups.ANSWERED, scene);
  }

  /** Exclusion, words, no hang and no endless spinning, within a bound. */
  @ParameterizedTest
  @CsvSource({"WWW, 3", "RWW, 2", "DWW, 2", "RRW, 2", "WWR, 2", "KWR, 2", "WWWW, 1", "PWW, 2"})
  void spinners_withinABound_excludeAndEnd(String letters, int preemptions) {
    MachineConfig config = RwsemUsers.cpus(letters.length()).withSpinOnOwner(true);
    Exploration exploration =
        RwsemUsers.watched(letters, config).explore(new DepthFirst(preemptions));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
  }

  /** What ways there are to get past a writer that has the lock, in all schedules of two. */
  @Test
  void writer_spinsInSomeScheduleAndSleepsInAnother() {
    Set<String> ways = new TreeSet<>();
    for (boolean spin : new boolean[] {false, true}) {
      new Toy(
              "ways",
              RwsemUsers.cpus(2).withSpinOnOwner(spin),
              machine -> {
                RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
                Inside inside = new Inside(machine);
                machine.task("A", () -> RwsemUsers.use('W', sem, inside));
                Task second = machine.task("B", () -> RwsemUsers.use('W', sem, inside));
                return new Properties() {
                  @Override
                  public boolean watchesSteps() {
                    return true;
                  }

                  @Override
                  public @Nullable String afterStep() {
                    if (sem.isSpinning(second)) {
                      ways.add(spin ? "spins" : "spins although it is off");
                    } else if (sem.waiterCount() > 0) {
                      ways.add(spin ? "queues, may spin" : "queues");
                    }
                    return null;
                  }
                };
              })
          .explore(new DepthFirst(2));
    }
    assertThat(ways).contains("spins", "queues").doesNotContain("spins although it is off");
  }

  /** The owner sleeps: no spinning for it, and none any more by who spins already. */
  @Test
  void owner_thatSleeps_isNotSpunFor() {
    List<String> log =
        play(
            s -> {
              s.writer("H", 0, 10);
              s.writer("W", 5, 0);
              s.at(6, "look", () -> s.log.add(s.sem.describe()));
            });
    assertThat(log).containsExactly("H", "count 0x3 (WRITER | WAITERS), owner H, queue [W W]", "W");
  }

  @Test
  void spinner_queuesWhenTheOwnerGoesToSleep() {
    Set<String> ends = new TreeSet<>();
    Exploration exploration =
        new Toy(
                "sleeps",
                SPIN,
                machine -> {
                  RwsemScript s = new RwsemScript(machine, new ArrayList<>());
                  machine.task(
                      "H",
                      () -> {
                        s.sem.downWrite();
                        s.stay(10);
                        s.sem.upWrite();
                      });
                  Task writer =
                      machine.task(
                          "W",
                          () -> {
                            s.sem.downWrite();
                            s.sem.upWrite();
                          });
                  s.at(5, "look", () -> ends.add(s.sem.describe()));
                  return new Properties() {
                    @Override
                    public boolean watchesSteps() {
                      return true;
                    }

                    @Override
                    public @Nullable String afterStep() {
                      if (s.sem.isSpinning(writer)) {
                        ends.add("spins");
                      }
                      return null;
                    }
                  };
                })
            .explore(new DepthFirst(2));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(ends)
        .contains("spins", "count 0x3 (WRITER | WAITERS), owner H, queue [W W]")
        .noneMatch(end -> end.contains("spinning"));
  }

  /**
   * Readers that sleep are spun for until the deadline, 10.5 us for one; then nobody spins until
   * they have left.
   */
  @Test
  void readers_areSpunForUntilTheDeadline() {
    List<String> log =
        play(
            s -> {
              s.at(
                  0,
                  "R",
                  () -> {
                    s.sem.downRead();
                    s.sleepUntil(100_000);
                    s.sem.upRead();
                    s.log.add(s.sem.describe());
                  });
              s.writer("W1", 10_000, 0);
              s.at(20_500, "look1", () -> s.log.add(s.sem.describe()));
              s.at(20_502, "look2", () -> s.log.add(s.sem.describe()));
              s.writer("W2", 30_000, 0);
              s.at(40_000, "look3", () -> s.log.add(s.sem.describe()));
              s.at(200_000, "look4", () -> s.log.add(s.sem.describe()));
            });
    assertThat(log)
        .containsExactly(
            "count 0x100 (readers 1), owner R (reader), spinning [W1]",
            "count 0x102 (WAITERS | readers 1), owner R (reader, nonspinnable), queue [W1 W]",
            "count 0x102 (WAITERS | readers 1), owner R (reader, nonspinnable), queue [W1 W, W2 W]",
            "count 0x2 (WAITERS), owner nobody (reader), queue [W1 W, W2 W]",
            "W1",
            "W2",
            "count 0x0");
  }

  /** Two spin; the one that came first takes the lock, without ever queueing. */
  @Test
  void spinners_takeTheLockInTheirOrder() {
    List<String> log =
        play(
            s -> {
              s.reader("R", 0, 15_000);
              s.writer("W1", 10_000, 16_000);
              s.writer("W2", 11_000, 0);
              s.at(12_000, "look", () -> s.log.add(s.sem.describe()));
            });
    assertThat(log)
        .containsExactly(
            "R", "count 0x100 (readers 1), owner R (reader), spinning [W1, W2]", "W1", "W2");
  }

  /** A spinner does not take what was promised to a waiter, whoever of the two looks first. */
  @Test
  void spinner_leavesTheLockToAHandoffWaiter() {
    Set<String> logs = new TreeSet<>();
    Exploration exploration =
        new Toy(
                "handoff",
                SPIN,
                machine -> {
                  RwsemScript s = new RwsemScript(machine, new ArrayList<>());
                  s.at(
                      0,
                      "R",
                      () -> {
                        s.sem.downRead();
                        s.sleepUntil(5 * MS);
                        s.sem.upRead();
                        s.sem.downRead();
                        s.sleepUntil(6 * MS);
                        s.log.add(s.sem.describe());
                        s.sem.upRead();
                      });
                  s.writer("W1", 1, 7 * MS);
                  s.writer("W2", 6 * MS - 1000, 0);
                  return new Properties() {
                    @Override
                    public @Nullable String atEnd(RunResult result) {
                      logs.add(String.join("; ", s.log));
                      return RwsemUsers.idleAtEnd(s.sem).atEnd(result);
                    }
                  };
                })
            .explore(new DepthFirst(1));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(logs)
        .contains(
            "count 0x106 (WAITERS | HANDOFF | readers 1), owner R (reader),"
                + " queue [W1 W handoff], spinning [W2]; W1; W2")
        .noneMatch(log -> log.contains("HANDOFF") && log.endsWith("W2; W1"));
  }

  /** Whose CPU is wanted by another task does not spin. */
  @Test
  void taskThatSharesItsCpu_doesNotSpin() {
    Exploration exploration =
        RwsemUsers.watched("WWW", RwsemUsers.cpus(1).withSpinOnOwner(true))
            .explore(new DepthFirst(2));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
  }
}
