package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.Srcu;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.memory.PlainWord;

/** Verifies {@link Srcu} word by word. */
final class SrcuTest {

  private static Srcu srcu(Machine machine) {
    Lockdep lockdep = Lockdep.on(machine);
    return new Srcu(lockdep, new Rcu(lockdep), "ss");
  }

  /** A pointer to an object that readers find and an updater replaces and frees. */
  private static final class Pointed {
    final Srcu srcu;
    final AtomicWord current;
    final List<KernelObject> objects = new ArrayList<>();
    final PlainWord payload;

    Pointed(Machine machine) {
      srcu = srcu(machine);
      current = new AtomicWord(machine, "current", 0);
      payload = new PlainWord(machine, "payload of the first", 1);
      for (int i = 0; i < 3; i++) {
        objects.add(new KernelObject(machine, "object" + i));
      }
    }

    void use() {
      int found = (int) current.loadAcquire();
      objects.get(found).use();
      if (found == 0) {
        payload.get();
      }
    }

    void read() {
      int index = srcu.srcuReadLock();
      use();
      srcu.srcuReadUnlock(index);
    }

    void replace(boolean expedited) {
      int old = (int) current.fetchAdd(1);
      if (expedited) {
        srcu.synchronizeSrcuExpedited();
      } else {
        srcu.synchronizeSrcu();
      }
      objects.get(old).kfree();
      if (old == 0) {
        payload.set(0); // orders nothing itself: only the grace period does
      }
    }
  }

  /** R reads, Q reads twice in turn, N nested, U updates, E expedited. */
  private static Properties tasks(Machine machine, String letters) {
    Pointed pointed = new Pointed(machine);
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      machine.task(
          letter + "" + i,
          () -> {
            switch (letter) {
              case 'R' -> pointed.read();
              case 'Q' -> {
                pointed.read();
                pointed.read();
              }
              case 'N' -> {
                int outer = pointed.srcu.srcuReadLock();
                pointed.read();
                pointed.use();
                pointed.srcu.srcuReadUnlock(outer);
              }
              case 'U' -> pointed.replace(false);
              case 'E' -> pointed.replace(true);
              default -> throw new IllegalArgumentException(String.valueOf(letter));
            }
          });
    }
    return Verify.atEnd(
        () -> pointed.srcu.hasReadersNow() ? "readers left: " + pointed.srcu : null);
  }

  /** A grace period with nobody reading, word by word: the largest for which that ends. */
  @Test
  void updaterAlone_inEverySchedule_returns() {
    Verify.everySchedule("U", 1, machine -> tasks(machine, "U"));
  }

  /**
   * Every order of conflicting steps, where each call of a reader or updater and each look of the
   * grace period is one.
   */
  @ParameterizedTest
  @ValueSource(strings = {"RU", "RE"})
  void tasks_inEveryOrderOfCalls_neverTouchWhatWasFreed(String letters) {
    MachineConfig config = Toy.WORD.withCpus(2).withGranularity(MachineConfig.Granularity.CALL);
    Verify.everySchedule(letters, config, machine -> tasks(machine, letters));
  }

  @ParameterizedTest
  @CsvSource({"RU, 2, 2", "RU, 2, 1", "QU, 2, 3", "NU, 2, 3", "RRU, 1, 3", "QE, 2, 2"})
  void tasks_withinABound_neverTouchWhatWasFreed(String letters, int preemptions, int cpus) {
    Verify.within(preemptions, letters, cpus, machine -> tasks(machine, letters));
  }

  @ParameterizedTest
  @CsvSource({"RRU, 3", "RUE, 3", "QUU, 2"})
  void moreTasks_atRandom_neverTouchWhatWasFreed(String letters, int cpus) {
    Verify.sampled(800, letters, cpus, machine -> tasks(machine, letters));
  }

  /**
   * A reader that fetched the index, slept through a whole flip and counted itself then, and a
   * second update: needs both scans. Two updates one after the other beside a reader.
   */
  @Test
  void readerThatSleptThroughAFlip_holdsTheSecondGracePeriod() {
    Verify.sampled(
        4000,
        "straggler",
        2,
        machine -> {
          Pointed pointed = new Pointed(machine);
          machine.task("reader", machine.cpu(0), pointed::read);
          machine.task(
              "updater",
              machine.cpu(1),
              () -> {
                pointed.replace(false);
                pointed.replace(false);
              });
          return Properties.NONE;
        });
  }

  /** A reader that begins in a task and ends in an interrupt, with the task in user space. */
  @Test
  void downRead_endedByAnInterrupt_holdsTheGracePeriod() {
    Verify.within(
        1,
        "split",
        2,
        machine -> {
          Srcu srcu = srcu(machine);
          AtomicWord done = new AtomicWord(machine, "done", 0);
          AtomicWord begun = new AtomicWord(machine, "begun", 0);
          IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
          machine.task(
              "submitter",
              machine.cpu(0),
              () -> {
                int index = srcu.srcuDownRead();
                begun.storeRelease(1);
                line.raise(
                    () -> {
                      done.storeRelease(1);
                      srcu.srcuUpRead(index);
                    });
                machine.currentTask().exitToUser();
              });
          String[] wrong = new String[1];
          machine.task(
              "waiter",
              machine.cpu(1),
              () -> {
                boolean earlier = begun.loadAcquire() == 1;
                srcu.synchronizeSrcu();
                if (earlier && done.loadAcquire() == 0) {
                  wrong[0] = "did not wait for an earlier reader";
                }
              });
          return Verify.atEnd(() -> wrong[0]);
        });
  }

  /** Exactly the earlier ones: who begins after the flip is not waited for. */
  @Test
  void synchronize_besideALaterReader_doesNotWaitForIt() {
    List<String> log = new ArrayList<>();
    Toy.word(
            "later",
            machine -> {
              Srcu srcu = srcu(machine);
              IrqLine line = machine.irqLine("timer", IrqLine.Kind.HARD, machine.cpu(1));
              machine.task(
                  "reader",
                  () -> {
                    int earlier = srcu.srcuDownRead();
                    Toy.sleepUntil(machine, line, 100);
                    log.add(srcu.describe());
                    int later = srcu.srcuDownRead();
                    srcu.srcuUpRead(earlier);
                    Toy.sleepUntil(machine, line, 200);
                    srcu.srcuUpRead(later);
                    log.add("later ended");
                  });
              machine.task(
                  "updater",
                  () -> {
                    srcu.synchronizeSrcu();
                    log.add("grace period ended");
                  });
              return Properties.NONE;
            })
        .once();
    assertThat(log)
        .containsExactly(
            "gp_seq 0 SCAN2, needed 1, index 1, readers [1, 0], waiting [updater]",
            "grace period ended",
            "later ended");
  }

  /**
   * A grace period in progress is none for who comes now: its flip has been, so a reader that began
   * after the flip and before the second call is not among those that it waits for.
   */
  @Test
  void synchronize_duringAGracePeriod_waitsForTheNextOne() {
    List<String> log = new ArrayList<>();
    Toy.word(
            "second",
            machine -> {
              Srcu srcu = srcu(machine);
              IrqLine line = machine.irqLine("timer", IrqLine.Kind.HARD, machine.cpu(1));
              machine.task(
                  "reader",
                  () -> {
                    int earlier = srcu.srcuDownRead();
                    Toy.sleepUntil(machine, line, 100);
                    int later = srcu.srcuDownRead();
                    Toy.sleepUntil(machine, line, 300);
                    srcu.srcuUpRead(earlier);
                    Toy.sleepUntil(machine, line, 400);
                    log.add("later ends");
                    srcu.srcuUpRead(later);
                  });
              machine.task(
                  "first",
                  () -> {
                    srcu.synchronizeSrcu();
                    log.add("first returns");
                  });
              machine.task(
                  "second",
                  () -> {
                    Toy.sleepUntil(machine, line, 200);
                    srcu.synchronizeSrcu();
                    log.add("second returns");
                  });
              return Properties.NONE;
            })
        .once();
    assertThat(log).containsExactly("first returns", "later ends", "second returns");
  }

  @Test
  void synchronize_withAReaderThatNeverEnds_hangs() {
    assertThat(
            Verify.found(
                "dropped completion",
                2,
                machine -> {
                  Srcu srcu = srcu(machine);
                  machine.task(
                      "both",
                      () -> {
                        srcu.srcuDownRead(); // BROKEN: nobody ends it
                        srcu.synchronizeSrcu();
                      });
                  return Properties.NONE;
                }))
        .isEqualTo("deadlock of both");
  }

  @Test
  void barrier_returnsAfterAllCallbacks() {
    Verify.within(
        1,
        "barrier",
        2,
        machine -> {
          Srcu srcu = srcu(machine);
          int[] ran = new int[1];
          String[] wrong = new String[1];
          machine.task(
              "caller",
              machine.cpu(0),
              () -> {
                srcu.callSrcu(() -> ran[0]++);
                srcu.callSrcu(() -> ran[0]++);
                srcu.srcuBarrier();
                if (ran[0] != 2) {
                  wrong[0] = ran[0] + " callbacks have run";
                }
                if (!srcu.cleanupSrcuStruct()) {
                  wrong[0] = "not idle after the barrier";
                }
              });
          return Verify.atEnd(() -> wrong[0]);
        });
  }

  @Test
  void cookie_isDoneAfterItsGracePeriodAndNotBefore() {
    List<Boolean> seen = new ArrayList<>();
    Toy.word(
            "cookie",
            machine -> {
              Srcu srcu = srcu(machine);
              machine.task(
                  "a",
                  () -> {
                    int index = srcu.srcuReadLock();
                    long cookie = srcu.startPollSynchronizeSrcu();
                    seen.add(srcu.pollStateSynchronizeSrcu(cookie));
                    srcu.srcuReadUnlock(index);
                    srcu.synchronizeSrcu();
                    seen.add(srcu.pollStateSynchronizeSrcu(cookie));
                    seen.add(srcu.pollStateSynchronizeSrcu(srcu.getStateSynchronizeSrcu()));
                  });
              return Properties.NONE;
            })
        .once();
    assertThat(seen).containsExactly(false, true, false);
  }

  @Test
  void cleanup_withAReader_leaksAndSaysSo() {
    assertThat(
            Verify.found(
                "cleanup",
                1,
                machine -> {
                  Srcu srcu = srcu(machine);
                  machine.task(
                      "a",
                      () -> {
                        srcu.srcuDownRead();
                        srcu.cleanupSrcuStruct();
                      });
                  return Properties.NONE;
                }))
        .isEqualTo("WARNING: cleanup_srcu_struct: ss has readers left; leaked");
  }

  @Test
  void flavours_mixedOnOneDomain_areReported() {
    assertThat(mixed(false)).isEqualTo("nothing"); // lock and down are both NORMAL
    assertThat(mixed(true)).contains("mixes flavours");
  }

  private static @Nullable String mixed(boolean nmi) {
    return Verify.found(
        "mixed",
        1,
        machine -> {
          Srcu srcu = srcu(machine);
          machine.task(
              "a",
              () -> {
                srcu.srcuUpRead(srcu.srcuDownRead());
                if (nmi) {
                  srcu.srcuReadUnlockNmisafe(srcu.srcuReadLockNmisafe());
                } else {
                  srcu.srcuReadUnlock(srcu.srcuReadLock());
                }
              });
          return Properties.NONE;
        });
  }

  @Test
  void fastReaders_areWaitedForToo() {
    Verify.within(
        2,
        "fast",
        2,
        machine -> {
          Pointed pointed = new Pointed(machine);
          machine.task(
              "reader",
              () -> {
                int index = pointed.srcu.srcuReadLockFast();
                pointed.use();
                pointed.srcu.srcuReadUnlockFast(index);
              });
          machine.task("updater", () -> pointed.replace(false));
          return Properties.NONE;
        });
  }
}
