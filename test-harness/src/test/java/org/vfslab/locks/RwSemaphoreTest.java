package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.trace.Happening;

/** Verifies {@link RwSemaphore} word by word. */
final class RwSemaphoreTest {

  private static final long WRITER = 1;
  private static final long WAITERS = 2;
  private static final long HANDOFF = 4;
  private static final long READER = 256;

  private static final long MS = 1_000_000;

  /** What must hold of the words at every step and at the end. */
  private static class Words implements Properties {
    private final RwSemaphore sem;

    Words(RwSemaphore sem) {
      this.sem = sem;
    }

    @Override
    public boolean watchesSteps() {
      return true;
    }

    @Override
    public @Nullable String afterStep() {
      long word = sem.countWord();
      if (word < 0) {
        return "the count is negative: " + sem;
      }
      if (!sem.isQueueChanging() && ((word & WAITERS) != 0) != (sem.waiterCount() > 0)) {
        return "WAITERS does not tell whether somebody is queued: " + sem;
      }
      if (!sem.isQueueChanging() && (word & HANDOFF) != 0 && sem.waiterCount() == 0) {
        return "HANDOFF with nobody queued: " + sem;
      }
      return null;
    }

    @Override
    public @Nullable String atEnd(RunResult result) {
      return sem.countWord() == 0 ? null : "not idle at the end: " + sem;
    }
  }

  /** Tasks by letter: R reads, W writes, D writes and downgrades, r and w only try. */
  private static Toy tasks(String letters) {
    return Toy.word(
        letters,
        machine -> {
          RwSemaphore sem = new RwSemaphore(Lockdep.on(machine), "sem");
          Inside inside = new Inside(machine);
          for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            machine.task(letter + String.valueOf(i), () -> use(letter, sem, inside));
          }
          return new Words(sem);
        });
  }

  private static void use(char letter, RwSemaphore sem, Inside inside) {
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
      case 'D' -> {
        sem.downWrite();
        inside.write();
        sem.downgradeWrite();
        inside.read();
        sem.upRead();
      }
      case 'r' -> {
        if (sem.downReadTrylock()) {
          inside.read();
          sem.upRead();
        }
      }
      case 'w' -> {
        if (sem.downWriteTrylock()) {
          inside.write();
          sem.upWrite();
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

  /** Exclusion, order, words and no hang, in every schedule. */
  @ParameterizedTest
  @CsvSource({"WW", "RR", "rw", "ww"})
  void twoTasks_inEverySchedule_excludeAndNeverHang(String letters) {
    Exploration exploration = tasks(letters).explore(new DepthFirst());
    assertThat(findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  @ParameterizedTest
  @CsvSource({
    "RW, 6", "rW, 6", "wR, 6", "DW, 5", "DR, 5", "RWR, 3", "RRW, 3", "WWR, 3", "WWW, 3", "DRW, 3",
    "rWR, 3", "wRW, 3", "RWRW, 2", "WRRR, 2", "DRWR, 2"
  })
  void moreTasks_withinABound_excludeAndNeverHang(String letters, int preemptions) {
    Exploration exploration = tasks(letters).explore(new DepthFirst(preemptions));
    assertThat(findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
  }

  @Test
  void moreTasks_onOneCpu_excludeAndNeverHang() {
    for (String letters : List.of("RWR", "WWR", "DRW")) {
      Toy two = tasks(letters);
      Toy one = new Toy(letters, Toy.WORD.withCpus(1), two.body());
      assertThat(findings(one.explore(new DepthFirst(3)))).isEmpty();
    }
  }

  @Test
  void readers_shareTheLockInSomeSchedule() {
    int[] most = new int[1];
    Toy.word(
            "readers",
            machine -> {
              RwSemaphore sem = new RwSemaphore(Lockdep.on(machine), "sem");
              Inside inside = new Inside(machine);
              for (String name : List.of("r1", "r2")) {
                machine.task(name, () -> use('R', sem, inside));
              }
              return new Properties() {
                @Override
                public @Nullable String atEnd(RunResult result) {
                  most[0] = Math.max(most[0], inside.readersMost());
                  return null;
                }
              };
            })
        .explore(new DepthFirst());
    assertThat(most[0]).isEqualTo(2);
  }

  /** Reading is not recursive: it hangs if a writer queues in between. */
  @Test
  void readTwice_withAWriterBetween_deadlocksInSomeSchedule() {
    Exploration exploration =
        Toy.word(
                "recursive read",
                machine -> {
                  RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
                  machine.task(
                      "reader",
                      () -> {
                        sem.downRead();
                        sem.downRead(); // BROKEN: the writer is in the queue before us
                        sem.upRead();
                        sem.upRead();
                      });
                  machine.task(
                      "writer",
                      () -> {
                        sem.downWrite();
                        sem.upWrite();
                      });
                  return Properties.NONE;
                })
            .explore(new DepthFirst());
    assertThat(exploration.failures().getFirst().finding().title())
        .isEqualTo("deadlock of reader, writer");
  }

  // ---- scripts: who comes when is said by virtual time

  /** A script on one lock: tasks that begin at a time, and remarks about what is then true. */
  private static final class Script {
    final Machine machine;
    final RwSemaphore sem;
    final IrqLine line;
    final List<String> log;

    Script(Machine machine, List<String> log) {
      this.machine = machine;
      this.log = log;
      this.sem = new RwSemaphore(Lockdep.on(machine), "sem");
      this.line = machine.irqLine("timer", IrqLine.Kind.HARD, machine.cpu(1));
    }

    void sleepUntil(long timeNs) {
      Toy.sleepUntil(machine, line, timeNs);
    }

    Task at(long timeNs, String name, Runnable body) {
      return machine.task(
          name,
          () -> {
            sleepUntil(timeNs);
            body.run();
          });
    }

    /** A reader that comes at {@code from} and leaves at {@code to}, or when it gets the lock. */
    void reader(String name, long from, long to) {
      at(
          from,
          name,
          () -> {
            sem.downRead();
            log.add(name);
            stay(to);
            sem.upRead();
          });
    }

    Task writer(String name, long from, long to) {
      return at(
          from,
          name,
          () -> {
            sem.downWrite();
            log.add(name);
            stay(to);
            sem.upWrite();
          });
    }

    private void stay(long to) {
      if (to > machine.nowNs()) {
        sleepUntil(to);
      }
    }

    /** Notes the lock word as it is at a time. */
    void look(long timeNs) {
      at(timeNs, "look" + timeNs, () -> log.add(bits()));
    }

    String bits() {
      long word = sem.countWord();
      return ((word & WRITER) != 0 ? "W" : "")
          + (word / READER > 0 ? "R" + word / READER : "")
          + ((word & WAITERS) != 0 ? "+waiters" + sem.waiterCount() : "")
          + ((word & HANDOFF) != 0 ? "+handoff" : "");
    }
  }

  private interface Scene {
    void play(Script script);
  }

  private static List<String> play(Scene scene) {
    List<String> log = new ArrayList<>();
    Execution execution =
        Toy.word(
                "script",
                machine -> {
                  Script script = new Script(machine, log);
                  scene.play(script);
                  return new Words(script.sem);
                })
            .once();
    assertThat(execution.findings()).isEmpty();
    return log;
  }

  @Test
  void upWrite_withReaderWriterReaderQueued_grantsBothReadersAndKeepsTheWriter() {
    List<String> log =
        play(
            s -> {
              s.writer("H", 0, 10);
              s.reader("R1", 1, 20);
              s.writer("W", 2, 0);
              s.reader("R2", 3, 30);
              s.look(5);
              s.look(15);
              s.look(25);
            });
    assertThat(log)
        .containsExactly("H", "W+waiters3", "R1", "R2", "R2+waiters1", "R1+waiters1", "W");
  }

  @Test
  void upWrite_withWriterReaderQueued_wakesTheWriterAlone() {
    List<String> log =
        play(
            s -> {
              s.writer("H", 0, 10);
              s.writer("W", 1, 20);
              s.reader("R", 2, 0);
              s.look(15);
            });
    assertThat(log).containsExactly("H", "W", "W+waiters1", "R");
  }

  @Test
  void trylocks_whileAWriterMerelyWaits_fail() {
    List<String> log =
        play(
            s -> {
              s.reader("R", 0, 10);
              s.writer("W", 1, 0);
              s.at(
                  5,
                  "T",
                  () ->
                      s.log.add(
                          s.bits() + " " + s.sem.downReadTrylock() + s.sem.downWriteTrylock()));
            });
    assertThat(log).containsExactly("R", "R1+waiters1 falsefalse", "W");
  }

  @Test
  void reader_whileAWriterWaits_queuesBehindIt() {
    List<String> log =
        play(
            s -> {
              s.reader("R1", 0, 10);
              s.writer("W", 1, 20);
              s.reader("R2", 5, 0);
              s.look(6);
            });
    assertThat(log).containsExactly("R1", "R1+waiters2", "W", "R2");
  }

  @Test
  void downgrade_withReaderWriterReaderQueued_grantsBothReaders() {
    List<String> log =
        play(
            s -> {
              s.at(
                  0,
                  "H",
                  () -> {
                    s.sem.downWrite();
                    s.sleepUntil(10);
                    s.sem.downgradeWrite();
                    s.log.add(s.bits());
                    s.sleepUntil(20);
                    s.sem.upRead();
                  });
              s.reader("R1", 1, 30);
              s.writer("W", 2, 0);
              s.reader("R2", 3, 30);
            });
    assertThat(log).containsExactly("R3+waiters1", "R1", "R2", "W");
  }

  @Test
  void downgrade_withWriterReaderQueued_grantsAndWakesNobody() {
    List<String> log =
        play(
            s -> {
              Task[] writer = new Task[1];
              s.at(
                  0,
                  "H",
                  () -> {
                    s.sem.downWrite();
                    s.sleepUntil(10);
                    s.sem.downgradeWrite();
                    s.log.add(TaskState.name(writer[0].state()));
                    s.sleepUntil(20);
                    s.log.add(s.bits());
                    s.sem.upRead();
                  });
              writer[0] = s.writer("W", 1, 30);
              s.reader("R", 2, 0);
            });
    assertThat(log).containsExactly("D uninterruptible", "R1+waiters2", "W", "R");
  }

  @Test
  void upWrite_with300ReadersQueued_grants256AtFirstAndTheRestWhenThoseHaveLeft() {
    Set<String> looks = new TreeSet<>();
    List<String> log =
        play(
            s -> {
              s.writer("H", 0, 1000);
              for (int i = 0; i < 300; i++) {
                s.reader("r", 1 + i, 2000);
              }
              s.at(500, "look1", () -> looks.add("1: " + s.bits()));
              s.at(1500, "look2", () -> looks.add("2: " + s.bits()));
            });
    assertThat(looks).containsExactly("1: W+waiters300", "2: R256+waiters44");
    assertThat(log).hasSize(301);
  }

  /**
   * A writer that waited for more than 4 ms and finds the lock stolen is the next. Not even who
   * comes while the lock is free, and before that writer runs, gets it.
   */
  @ParameterizedTest
  @CsvSource({"reads", "writes", "tries"})
  void writer_thatWaitedTooLong_setsHandoffAndNobodyStealsFromIt(String how) {
    List<String> log =
        play(
            s -> {
              s.at(
                  0,
                  "R",
                  () -> {
                    s.sem.downRead();
                    s.sleepUntil(5 * MS);
                    s.sem.upRead(); // wakes W
                    s.sem.downRead(); // and is here again before W: steals
                    s.log.add("R stole, " + s.bits());
                    s.sleepUntil(6 * MS);
                    s.sem.upRead(); // wakes W, and is here again before W
                    again(s, how);
                  });
              s.writer("W", 1, 7 * MS);
              s.look(5 * MS + 1);
              s.at(5 * MS + 2, "T", () -> s.log.add("T " + s.sem.downReadTrylock()));
            });
    assertThat(log)
        .containsExactly(
            "R stole, R1+waiters1",
            "R1+waiters1+handoff",
            "T false",
            how.equals("tries") ? "false false" : "W",
            how.equals("tries") ? "W" : "R again");
  }

  private static void again(Script s, String how) {
    switch (how) {
      case "reads" -> {
        s.sem.downRead();
        s.log.add("R again");
        s.sem.upRead();
      }
      case "writes" -> {
        s.sem.downWrite();
        s.log.add("R again");
        s.sem.upWrite();
      }
      default -> s.log.add(s.sem.downReadTrylock() + " " + s.sem.downWriteTrylock());
    }
  }

  @Test
  void writer_thatHasNotWaitedTooLong_isStolenFromWithoutHandoff() {
    List<String> log =
        play(
            s -> {
              s.at(
                  0,
                  "R",
                  () -> {
                    s.sem.downRead();
                    s.sleepUntil(3 * MS);
                    s.sem.upRead();
                    s.sem.downRead();
                    s.sleepUntil(6 * MS);
                    s.sem.upRead();
                  });
              s.writer("W", 1, 0);
              s.look(5 * MS);
            });
    assertThat(log).containsExactly("R1+waiters1", "W");
  }

  /**
   * A reader at the head that waited for more than 4 ms and loses to a writer is the next. The
   * writer takes the free lock between the release and the wake-up. Another writer is queued behind
   * the reader, and does not inherit the handoff.
   */
  @Test
  void reader_thatWaitedTooLong_setsHandoffAndIsNextInSomeSchedule() {
    Set<String> logs = new TreeSet<>();
    Exploration exploration =
        Toy.word(
                "reader handoff",
                machine -> {
                  List<String> log = new ArrayList<>();
                  Script s = new Script(machine, log);
                  s.at(
                      0,
                      "H",
                      () -> {
                        s.sem.downWrite();
                        s.sleepUntil(5 * MS);
                        machine.task("W", machine.cpu(1), () -> writeLooking(s));
                        s.sem.upWrite();
                      });
                  s.at(
                      1,
                      "R",
                      () -> {
                        s.sem.downRead();
                        s.log.add("R " + s.bits());
                        s.sem.upRead();
                      });
                  s.writer("last", 2, 0);
                  return new Words(s.sem) {
                    @Override
                    public @Nullable String atEnd(RunResult result) {
                      logs.add(String.join(", ", log));
                      return super.atEnd(result);
                    }
                  };
                })
            .explore(new DepthFirst(2));
    assertThat(findings(exploration)).isEmpty();
    assertThat(logs)
        .contains("W, W+waiters2+handoff, R R1+waiters1, last")
        .noneMatch(log -> log.contains("R R1+waiters1+handoff"));
  }

  /**
   * A reader that steals wakes the readers at the head, so that they do not wait longer than it
   * does: it comes between the release and the wake-up.
   */
  @Test
  void reader_thatSteals_grantsTheQueuedReadersInSomeSchedule() {
    Set<List<String>> thieves = new HashSet<>();
    Exploration exploration =
        Toy.word(
                "steal",
                machine -> {
                  Script s = new Script(machine, new ArrayList<>());
                  List<String> thief = new ArrayList<>();
                  machine.traceTo(
                      event -> {
                        if (event.context().equals("thief")
                            && !(event.happening() instanceof Happening.Accessed)) {
                          thief.add(event.happening().words());
                        }
                      });
                  s.at(
                      0,
                      "H",
                      () -> {
                        s.sem.downWrite();
                        s.sleepUntil(5);
                        machine.task(
                            "thief",
                            machine.cpu(1),
                            () -> {
                              s.sem.downRead();
                              s.sem.upRead();
                            });
                        s.sem.upWrite();
                      });
                  s.reader("R", 1, 0);
                  return new Words(s.sem) {
                    @Override
                    public @Nullable String atEnd(RunResult result) {
                      thieves.add(thief);
                      return super.atEnd(result);
                    }
                  };
                })
            .explore(new DepthFirst(2));
    assertThat(findings(exploration)).isEmpty();
    assertThat(thieves)
        .anyMatch(did -> did.subList(0, 2).equals(List.of("wakes R", "takes sem (read)")));
  }

  private static void writeLooking(Script s) {
    s.sem.downWrite();
    s.log.add("W");
    s.sleepUntil(6 * MS);
    s.log.add(s.bits());
    s.sem.upWrite();
  }

  // ---- non-owner release

  @Test
  void upReadNonOwner_byAnInterrupt_wakesTheWriterAndLockdepIsNotTold() {
    for (IrqLine.Kind kind : IrqLine.Kind.values()) {
      Exploration exploration =
          Toy.word(
                  "non-owner",
                  machine -> {
                    RwSemaphore sem = new RwSemaphore(Lockdep.on(machine), "sem");
                    Inside inside = new Inside(machine);
                    IrqLine line = machine.irqLine("irq", kind, machine.cpu(1));
                    machine.task(
                        "submitter",
                        () ->
                            machine
                                .currentTask()
                                .syscall(
                                    "io_submit",
                                    () -> {
                                      sem.downReadNonOwner();
                                      inside.enterRead();
                                      line.raise(
                                          () -> {
                                            inside.leaveRead();
                                            sem.upReadNonOwner();
                                          });
                                      return 1;
                                    }));
                    machine.task("writer", () -> use('W', sem, inside));
                    return new Words(sem);
                  })
              .explore(new DepthFirst(3));
      assertThat(findings(exploration)).isEmpty();
    }
  }

  @Test
  void upRead_ofAFreeLock_isABug() {
    Execution execution =
        Toy.word(
                "free",
                machine -> {
                  RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
                  machine.task("a", sem::upRead);
                  return Properties.NONE;
                })
            .once();
    assertThat(execution.findings())
        .extracting(Finding::title)
        .containsExactly("BUG: up_read by a of sem, which has no reader");
  }

  @Test
  void upWriteAndDowngrade_byAnother_areBugs() {
    for (boolean downgrade : new boolean[] {false, true}) {
      Execution execution =
          Toy.word(
                  "other",
                  machine -> {
                    RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
                    machine.task("a", sem::downWrite);
                    machine.task(
                        "b",
                        () -> {
                          if (downgrade) {
                            sem.downgradeWrite();
                          } else {
                            sem.upWrite();
                          }
                        });
                    return Properties.NONE;
                  })
              .once();
      assertThat(execution.findings())
          .extracting(Finding::title)
          .containsExactly(
              "BUG: "
                  + (downgrade ? "downgrade_write" : "up_write")
                  + " by b of sem, whose state is sem: count 0x1 (WRITER), owner a");
    }
  }

  @Test
  void owner_isExactForAWriterAndAHintForReaders() {
    List<String> log =
        play(
            s ->
                s.at(
                    0,
                    "A",
                    () -> {
                      s.sem.downWrite();
                      s.log.add(s.sem.describe());
                      s.sem.downgradeWrite();
                      s.log.add(s.sem.describe());
                      s.sem.upRead();
                      s.log.add(s.sem.describe());
                      s.sem.downWrite();
                      s.sem.upWrite();
                      s.log.add(s.sem.describe());
                    }));
    assertThat(log)
        .containsExactly(
            "count 0x1 (WRITER), owner A",
            "count 0x100 (readers 1), owner A (reader)",
            "count 0x0, owner nobody (reader)",
            "count 0x0");
  }

  // ---- granularity of calls

  /** What is one step holds as well as what is many: the same tasks, four at a time. */
  @Test
  void fourTasks_atTheGranularityOfCalls_excludeAndNeverHang() {
    for (String letters : List.of("RWRW", "DWRr", "RRWw")) {
      Toy toy =
          new Toy(
              letters,
              Toy.WORD.withGranularity(MachineConfig.Granularity.CALL),
              tasks(letters).body());
      Exploration exploration = toy.explore(new DepthFirst(2));
      assertThat(findings(exploration)).isEmpty();
      assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
    }
  }
}
