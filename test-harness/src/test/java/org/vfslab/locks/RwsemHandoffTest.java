package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfslab.locks.RwsemScript.MS;
import static org.vfslab.locks.RwsemScript.play;

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
import org.vfslab.explore.Exploration;
import org.vfslab.explore.PartialOrderSampling;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.machine.Errno;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;
import org.vfslab.trace.Happening;

/** Stealing, and the handoff bit that ends it. */
final class RwsemHandoffTest {

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

  private static void again(RwsemScript s, String how) {
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
                  RwsemScript s = new RwsemScript(machine, log);
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
                  return new RwsemUsers.Words(s.sem) {
                    @Override
                    public @Nullable String atEnd(RunResult result) {
                      logs.add(String.join(", ", log));
                      return super.atEnd(result);
                    }
                  };
                })
            .explore(new DepthFirst(2));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
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
                  RwsemScript s = new RwsemScript(machine, new ArrayList<>());
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
                  return new RwsemUsers.Words(s.sem) {
                    @Override
                    public @Nullable String atEnd(RunResult result) {
                      thieves.add(thief);
                      return super.atEnd(result);
                    }
                  };
                })
            .explore(new DepthFirst(2));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(thieves)
        .anyMatch(did -> did.subList(0, 2).equals(List.of("wakes R", "takes sem (read)")));
  }

  private static void writeLooking(RwsemScript s) {
    s.sem.downWrite();
    s.log.add("W");
    s.sleepUntil(6 * MS);
    s.log.add(s.bits());
    s.sem.upWrite();
  }

  /**
   * A reader was promised the lock. A writer that comes while it is given back leaves it to the
   * reader, although it is queued and looks while the lock is free.
   */
  @Test
  void writer_thatComesLate_leavesTheLockToAnOverdueReader() {
    Set<String> logs = new TreeSet<>();
    Exploration exploration =
        new Toy(
                "late",
                RwsemUsers.cpus(4),
                machine -> {
                  List<String> log = new ArrayList<>();
                  RwsemScript s = new RwsemScript(machine, log);
                  s.at(
                      0,
                      "H",
                      () -> {
                        s.sem.downWrite();
                        s.sleepUntil(5 * MS);
                        machine.task("W", machine.cpu(2), () -> writeAndBeFollowed(s));
                        s.sem.upWrite();
                      });
                  s.reader("R", 1, 0);
                  return new Properties() {
                    @Override
                    public @Nullable String atEnd(RunResult result) {
                      logs.add(String.join(", ", log));
                      return RwsemUsers.idleAtEnd(s.sem).atEnd(result);
                    }
                  };
                })
            .explore(new PartialOrderSampling(1, 8_000));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(logs)
        .contains("W, W+waiters1+handoff, R, last")
        .doesNotContain("W, W+waiters1+handoff, last, R");
  }

  private static void writeAndBeFollowed(RwsemScript s) {
    s.sem.downWrite();
    s.log.add("W");
    s.sleepUntil(6 * MS);
    s.log.add(s.bits());
    s.machine.task(
        "last",
        s.machine.cpu(3),
        () -> {
          s.sem.downWrite();
          s.log.add("last");
          s.sem.upWrite();
        });
    s.sem.upWrite();
  }

  /** 4 ms are 4 jiffies, and a waiter is overdue when more than these have passed. */
  @Test
  void writer_afterFourJiffies_isNotOverdueYet() {
    List<String> log =
        play(
            s -> {
              s.at(
                  0,
                  "R",
                  () -> {
                    s.sem.downRead();
                    s.sleepUntil(5 * MS - 1);
                    s.sem.upRead();
                    s.sem.downRead();
                    s.sleepUntil(6 * MS);
                    s.sem.upRead();
                    s.sem.downRead();
                    s.sleepUntil(7 * MS);
                    s.sem.upRead();
                  });
              s.writer("W", 1, 0);
              s.look(5 * MS + 1);
              s.look(6 * MS + 1);
            });
    assertThat(log).containsExactly("R1+waiters1", "R1+waiters1+handoff", "W");
  }

  /** Once the bit is set for it, nobody takes the lock before the writer that waited too long. */
  @Test
  void handoffWaiter_isTheNextInEverySchedule() {
    Set<String> logs = new TreeSet<>();
    Exploration exploration =
        Toy.word(
                "no starvation",
                machine -> {
                  RwsemScript s = new RwsemScript(machine, new ArrayList<>());
                  boolean[] inTurn = new boolean[1];
                  List<String> after = new ArrayList<>();
                  s.at(
                      0,
                      "thief",
                      () -> {
                        s.sem.downRead();
                        s.sleepUntil(5 * MS);
                        for (int i = 0; i < 3; i++) {
                          s.sem.upRead();
                          boolean promised = inTurn[0];
                          s.sem.downRead();
                          after.add(promised ? "thief after handoff" : "thief");
                        }
                        s.sem.upRead();
                      });
                  s.at(
                      1,
                      "W",
                      () -> {
                        s.sem.downWrite();
                        after.add("W");
                        s.sem.upWrite();
                      });
                  return new RwsemUsers.Words(s.sem) {
                    @Override
                    public @Nullable String afterStep() {
                      inTurn[0] = (s.sem.countWord() & 4) != 0;
                      return super.afterStep();
                    }

                    @Override
                    public @Nullable String atEnd(RunResult result) {
                      logs.add(String.join(", ", after));
                      return super.atEnd(result);
                    }
                  };
                })
            .explore(new DepthFirst(3));
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(logs)
        .contains("thief, W, thief after handoff, thief") // the bit was needed
        .noneMatch(log -> log.indexOf("after handoff") < log.indexOf("W") && log.contains("after"));
  }

  /** The first waiter sets the bit and is killed: it stays for the next, who is woken. */
  @Test
  void handoffWriter_thatIsKilled_leavesTheBitToTheNext() {
    List<String> log =
        play(
            s -> {
              Task[] first = new Task[1];
              s.at(
                  0,
                  "R",
                  () -> {
                    s.sem.downRead();
                    s.sleepUntil(5 * MS);
                    s.sem.upRead();
                    s.sem.downRead();
                    s.log.add(s.bits());
                    s.sleepUntil(6 * MS);
                    s.log.add(s.bits());
                    first[0].sendSignal(true);
                    s.sleepUntil(7 * MS);
                    s.log.add(s.bits());
                    s.sem.upRead();
                    s.log.add("R tries " + s.sem.downReadTrylock());
                  });
              first[0] =
                  s.at(1, "K", () -> s.log.add("K " + (s.sem.downWriteKillable() == -Errno.EINTR)));
              s.writer("W", 2, 0);
            });
    assertThat(log)
        .containsExactly(
            "R1+waiters2",
            "R1+waiters2+handoff",
            "K true",
            "R1+waiters1+handoff",
            "R tries false",
            "W");
  }

  @Test
  void handoffWriter_thatIsKilledAsTheLast_takesTheBitAlong() {
    List<String> log =
        play(
            s -> {
              Task[] first = new Task[1];
              s.at(
                  0,
                  "R",
                  () -> {
                    s.sem.downRead();
                    s.sleepUntil(5 * MS);
                    s.sem.upRead();
                    s.sem.downRead();
                    s.sleepUntil(6 * MS);
                    first[0].sendSignal(true);
                    s.sleepUntil(7 * MS);
                    s.log.add(s.bits());
                    s.sem.upRead();
                  });
              first[0] = s.at(1, "K", () -> s.log.add("K " + s.sem.downWriteKillable()));
            });
    assertThat(log).containsExactly("K " + -Errno.EINTR, "R1");
  }
}
