package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.BrokenFirstPostedRwsemWait;
import org.vfslab.locking.ReleaseWakeups;
import org.vfslab.locking.RwSemaphore;

/** Waiting for a release, as it should be and as it was first posted. */
final class RwsemWaitTest {

  private static final ReleaseWakeups FIRST_POSTED = new BrokenFirstPostedRwsemWait();
  private static final long MS = RwsemScript.MS;

  private static List<String> play(ReleaseWakeups wakeups, RwsemScript.Scene scene) {
    return RwsemScript.play(Toy.WORD, wakeups, scene);
  }

  @Test
  void freeLock_isNotWaitedFor() {
    assertThat(
            play(
                ReleaseWakeups.ANSWERED,
                s -> {
                  s.waiter("P1", 0);
                  s.reader("R", 1, 10);
                  s.waiter("P2", 2);
                  s.look(5);
                }))
        .containsExactly("P1", "R", "P2", "R1");
  }

  @Test
  void waiters_areLetGoTogetherAndHoldNothing() {
    assertThat(
            play(
                ReleaseWakeups.ANSWERED,
                s -> {
                  s.writer("H", 0, 10);
                  s.waiter("P1", 1);
                  s.waiter("P2", 2);
                  s.look(5);
                  s.look(15);
                }))
        .containsExactly("H", "W+waiters2", "P1", "P2", "");
  }

  /** Concern 2: nobody has the lock, so nobody will wake the writer later. */
  private static void waiterThenWriter(RwsemScript s) {
    s.writer("H", 0, 10);
    s.waiter("P", 1);
    s.writer("W", 2, 0);
  }

  @Test
  void writerBehindAWaiter_isWokenToo() {
    assertThat(play(ReleaseWakeups.ANSWERED, RwsemWaitTest::waiterThenWriter))
        .containsExactlyInAnyOrder("H", "P", "W");
  }

  @Test
  void writerBehindAWaiter_asFirstPosted_sleepsForEver() {
    List<String> log = new ArrayList<>();
    assertThat(
            RwsemScript.run(Toy.WORD, FIRST_POSTED, RwsemWaitTest::waiterThenWriter, log)
                .findings())
        .extracting(Finding::title)
        .containsExactly("deadlock of W");
    assertThat(log).containsExactly("H", "P");
  }

  @Test
  void readersBehindWaiters_areLetInWithThem() {
    assertThat(
            play(
                ReleaseWakeups.ANSWERED,
                s -> {
                  s.writer("H", 0, 10);
                  s.waiter("P", 1);
                  s.reader("R1", 2, 20);
                  s.writer("W", 3, 0);
                  s.reader("R2", 4, 20);
                  s.look(15);
                }))
        .containsExactly("H", "P", "R1", "R2", "R2+waiters1", "W");
  }

  /** As if the waiter were not there: it is the writer's turn, and the reader stays behind it. */
  @Test
  void waiterAtTheHead_startsNoReaderPhase() {
    assertThat(
            play(
                ReleaseWakeups.ANSWERED,
                s -> {
                  s.writer("H", 0, 10);
                  s.waiter("P", 1);
                  s.writer("W", 2, 20);
                  s.reader("R", 3, 0);
                  s.look(15);
                }))
        .containsExactly("H", "P", "W", "W+waiters1", "R");
  }

  @Test
  void downgrade_isARelease() {
    assertThat(
            play(
                ReleaseWakeups.ANSWERED,
                s -> {
                  s.at(
                      0,
                      "H",
                      () -> {
                        s.sem.downWrite();
                        s.sleepUntil(10);
                        s.sem.downgradeWrite();
                        s.sleepUntil(20);
                        s.log.add("H leaves");
                        s.sem.upRead();
                      });
                  s.waiter("P", 1);
                  s.writer("W", 2, 0);
                  s.look(15);
                }))
        .containsExactly("P", "R1+waiters1", "H leaves", "W");
  }

  /** 300 readers and 300 waiters: 256 of each, then the rest. */
  @Test
  void waiters_doNotCountAgainstTheReaders() {
    List<String> looks = new ArrayList<>();
    play(
        ReleaseWakeups.ANSWERED,
        s -> {
          s.writer("H", 0, 1000);
          for (int i = 0; i < 300; i++) {
            s.reader("r", 1 + 2 * i, 2000);
            s.waiter("p", 2 + 2 * i);
          }
          s.at(900, "look1", () -> looks.add(s.bits()));
          s.at(1500, "look2", () -> looks.add(s.bits()));
          s.at(2500, "look3", () -> looks.add(s.bits()));
        });
    assertThat(looks).containsExactly("W+waiters600", "R256+waiters88", "");
  }

  /** Concern 1: whoever will never take the lock is promised nothing. */
  private static void overdueWaiter(RwsemScript s) {
    s.at(
        0,
        "H",
        () -> {
          s.sem.downWrite();
          s.sleepUntil(6 * MS);
          s.sem.upWrite();
          s.sem.downWrite();
          s.sleepUntil(7 * MS);
          s.log.add(s.sem.describe());
          s.sem.upWrite();
        });
    s.waiter("P", 1);
    s.writer("W", 5 * MS, 0);
  }

  @Test
  void overdueWaiter_isPromisedNothing() {
    assertThat(play(ReleaseWakeups.ANSWERED, RwsemWaitTest::overdueWaiter))
        .contains("W", "P")
        .noneMatch(line -> line.contains("HANDOFF"));
  }

  /** A writer that just came takes the lock between its release and the wake-up. */
  private static Set<String> promises(ReleaseWakeups wakeups) {
    Set<String> seen = new TreeSet<>();
    Toy toy =
        new Toy(
            "overdue",
            RwsemUsers.cpus(3),
            machine -> {
              RwsemScript s = new RwsemScript(machine, new ArrayList<>(), wakeups);
              s.at(
                  0,
                  "H",
                  () -> {
                    s.sem.downWrite();
                    s.sleepUntil(6 * MS);
                    machine.task("W", machine.cpu(2), () -> writeUntil(s, 7 * MS));
                    s.sem.upWrite();
                  });
              s.waiter("P", 1);
              return new Properties() {
                @Override
                public boolean watchesSteps() {
                  return true;
                }

                @Override
                public @Nullable String afterStep() {
                  if ((s.sem.countWord() & 4) != 0) {
                    seen.add("promised to one that waits for a release");
                  }
                  return null;
                }
              };
            });
    new Explorer(toy, Limits.EXHAUST, Observer.NONE).explore(new DepthFirst(2));
    return seen;
  }

  private static void writeUntil(RwsemScript s, long timeNs) {
    s.sem.downWrite();
    s.sleepUntil(timeNs);
    s.sem.upWrite();
  }

  @Test
  void overdueWaiter_isPromisedNothingInAnySchedule() {
    assertThat(promises(ReleaseWakeups.ANSWERED)).isEmpty();
    assertThat(promises(FIRST_POSTED)).isNotEmpty();
  }

  /** One writer has the lock, another comes, one waits: every order of conflicting steps. */
  @Test
  void waiterAndTwoWriters_inEveryOrder_allEnd() {
    Exploration exploration =
        RwsemUsers.unwatched("PWW", RwsemUsers.cpus(1)).explore(new OptimalDpor());
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  @Test
  void lockdep_isToldOfNoHold() {
    List<String> held = new ArrayList<>();
    Toy.word(
            "held",
            machine -> {
              Lockdep lockdep = Lockdep.on(machine);
              RwSemaphore sem = new RwSemaphore(lockdep, "sem");
              machine.task(
                  "P",
                  () -> {
                    sem.rwsemWait();
                    held.addAll(lockdep.heldBy(machine.current()));
                    held.add("done");
                  });
              return RwsemUsers.idleAtEnd(sem);
            })
        .once();
    assertThat(held).containsExactly("done");
  }
}
