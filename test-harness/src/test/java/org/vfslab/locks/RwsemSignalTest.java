package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfslab.locks.RwsemScript.play;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;

/** Waits for an rwsem that a signal can end. */
final class RwsemSignalTest {

  private interface Take {
    int from(RwSemaphore sem);
  }

  private static String name(int result) {
    return result == 0 ? "0" : result == -Errno.EINTR ? "EINTR" : "" + result;
  }

  /** What becomes of a waiter to which a signal is sent while another has the lock. */
  private static List<String> signalled(Take take, boolean fatal) {
    return play(
        s -> {
          Task[] waiter = new Task[1];
          s.writer("H", 0, 20);
          waiter[0] =
              s.at(
                  1,
                  "K",
                  () -> {
                    int result = take.from(s.sem);
                    s.log.add(
                        name(result)
                            + (s.sem.isHeld() == LockState.HELD ? " held" : "")
                            + " at "
                            + s.machine.nowNs());
                    if (result == 0) {
                      s.sem.upRead();
                    }
                  });
          s.at(10, "S", () -> waiter[0].sendSignal(fatal));
        });
  }

  @Test
  void killable_isEndedByAFatalSignalOnly() {
    assertThat(signalled(RwSemaphore::downReadKillable, true)).contains("EINTR at 10");
    assertThat(signalled(RwSemaphore::downReadKillable, false)).contains("0 held at 20");
    assertThat(signalled(sem -> sem.downReadKillableNested(1), true)).contains("EINTR at 10");
  }

  @Test
  void interruptible_isEndedByAnySignal() {
    assertThat(signalled(RwSemaphore::downReadInterruptible, true)).contains("EINTR at 10");
    assertThat(signalled(RwSemaphore::downReadInterruptible, false)).contains("EINTR at 10");
  }

  @Test
  void plain_isEndedByNoSignal() {
    Take plain =
        sem -> {
          sem.downRead();
          return 0;
        };
    assertThat(signalled(plain, true)).contains("0 held at 20");
  }

  @Test
  void writer_thatIsKilled_lockdepForgetsItsWait() {
    assertThat(signalled(RwSemaphore::downWriteKillable, true)).contains("EINTR at 10");
    assertThat(signalled(sem -> sem.downWriteKillableNested(1), true)).contains("EINTR at 10");
    assertThat(signalled(RwSemaphore::rwsemWaitKillable, true)).contains("EINTR at 10");
  }

  /** With the lock free nobody asks for signals: a killed task gets it. */
  @Test
  void freeLock_isTakenByAKilledTask() {
    assertThat(
            play(
                s ->
                    s.at(
                        0,
                        "K",
                        () -> {
                          s.machine.currentTask().sendSignal(true);
                          s.log.add(name(s.sem.downWriteKillable()));
                          s.sem.upWrite();
                        })))
        .containsExactly("0");
  }

  /**
   * The signal comes at any moment, also while the waker grants the lock: then it is 0 and the lock
   * is held, or EINTR and it is not, and whoever is behind gets it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"k", "K"})
  void signal_racingWithTheRelease_losesNothing(String letter) {
    Set<String> results = new TreeSet<>();
    Exploration exploration =
        new Toy("kill", RwsemUsers.cpus(3), machine -> race(machine, letter.charAt(0), results))
            .explore(new OptimalDpor());
    assertThat(RwsemUsers.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(results).containsExactly("0", "EINTR");
  }

  private static Properties race(Machine machine, char letter, Set<String> results) {
    RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
    Inside inside = new Inside(machine);
    int[] result = {1};
    machine.task("H", () -> RwsemUsers.use('W', sem, inside));
    Task killed =
        machine.task(
            "K",
            () -> {
              if (letter == 'k') {
                result[0] = sem.downReadKillable();
                if (result[0] == 0) {
                  inside.read();
                  sem.upRead();
                }
              } else {
                result[0] = sem.downWriteKillable();
                if (result[0] == 0) {
                  inside.write();
                  sem.upWrite();
                }
              }
            });
    machine.task("S", () -> killed.sendSignal(true));
    return new Properties() {
      @Override
      public @Nullable String atEnd(RunResult end) {
        results.add(name(result[0]));
        return RwsemUsers.idleAtEnd(sem).atEnd(end);
      }
    };
  }

  /** Readers are queued behind a writer that is killed: nobody else would wake them. */
  @Test
  void writer_thatIsKilledAtTheHead_wakesTheReadersBehind() {
    List<String> log =
        play(
            s -> {
              Task[] writer = new Task[1];
              s.reader("R1", 0, 20);
              writer[0] = s.at(1, "K", () -> s.log.add(name(s.sem.downWriteKillable())));
              s.reader("R2", 2, 0);
              s.at(
                  10,
                  "S",
                  () -> {
                    writer[0].sendSignal(true);
                    s.sleepUntil(11);
                    s.log.add(s.bits());
                  });
            });
    assertThat(log).containsExactly("R1", "EINTR", "R2", "R1");
  }
}
