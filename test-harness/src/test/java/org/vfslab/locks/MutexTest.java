package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Task;
import org.vfslab.memory.AtomicWord;

/** Verifies {@link Mutex} word by word. */
final class MutexTest {

  private static Properties tasks(Machine machine, String letters) {
    Mutex mutex = new Mutex(Lockdep.on(machine), "m");
    Verify.Room room = new Verify.Room(machine);
    List<Task> tasks = new ArrayList<>();
    long[] writes = new long[1];
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      if (letter == 'K') {
        machine.task("K" + i, () -> tasks.getFirst().sendSignal(true));
      } else {
        tasks.add(machine.task(letter + "" + i, () -> use(letter, mutex, room, writes)));
      }
    }
    return Verify.atEnd(
        () ->
            mutex.ownerWord() != 0
                ? "not free at the end: " + mutex
                : room.written() != writes[0] ? "lost a write" : null);
  }

  /** L locks, B locks twice in turn, T tries, I and K are killable; each counts what it wrote. */
  private static void use(char letter, Mutex mutex, Verify.Room room, long[] writes) {
    boolean taken = true;
    switch (letter) {
      case 'L' -> mutex.lock();
      case 'B' -> {
        use('L', mutex, room, writes);
        mutex.lock();
      }
      case 'T' -> taken = mutex.trylock();
      case 'I' -> taken = mutex.lockKillable() == 0;
      default -> throw new IllegalArgumentException(String.valueOf(letter));
    }
    if (taken) {
      room.write();
      writes[0]++;
      mutex.unlock();
    }
  }

  @ParameterizedTest
  @CsvSource({"LL, 2", "LT, 2", "LL, 1", "IK, 2"})
  void fewTasks_inEverySchedule_excludeAndNeverHang(String letters, int cpus) {
    Verify.everySchedule(letters, cpus, machine -> tasks(machine, letters));
  }

  @ParameterizedTest
  @CsvSource({"LLL, 2, 3", "BB, 4, 2", "LLT, 2, 2", "BL, 4, 2", "ILK, 2, 3", "LIK, 2, 3"})
  void moreTasks_withinABound_excludeAndNeverHang(String letters, int preemptions, int cpus) {
    Verify.within(preemptions, letters, cpus, machine -> tasks(machine, letters));
  }

  /**
   * A thief that always runs when the mutex is free takes it past a waiter: once while that one
   * comes, once after it was woken in vain. Then the waiter has asked for the handoff.
   */
  @Test
  void waiter_thatWasWokenInVain_isHandedTheMutex() {
    List<String> taken = new ArrayList<>();
    Mutex[] lock = new Mutex[1];
    Toy toy =
        Toy.word(
            "thief",
            machine -> {
              Mutex mutex = new Mutex(Lockdep.on(machine), "m");
              lock[0] = mutex;
              for (String name : List.of("thief", "waiter")) {
                machine.task(
                    name,
                    () -> {
                      for (int i = 0; i < (name.equals("thief") ? 6 : 1); i++) {
                        mutex.lock();
                        taken.add(name + ": " + mutex.describe());
                        mutex.unlock();
                      }
                    });
              }
              return Properties.NONE;
            });
    Chance unfair =
        new Chance() {
          @Override
          public int schedule(Enabled enabled) {
            String wanted = lock[0].holders().contains("thief") ? "waiter" : "thief";
            for (int i = 0; i < enabled.size(); i++) {
              if (enabled.get(i).transitionName().equals(wanted)) {
                return i;
              }
            }
            return 0;
          }

          @Override
          public int choose(int count, String question) {
            return 0;
          }
        };
    assertThat(Execution.run(toy, unfair).findings()).isEmpty();
    assertThat(taken.subList(0, 3))
        .containsExactly(
            "thief: owner thief",
            "thief: owner thief WAITERS, queue [waiter]",
            "waiter: owner waiter WAITERS, queue [thief]");
  }

  /**
   * In every schedule: once a waiter has asked for the mutex, nobody takes it before the waiter.
   */
  @Test
  void handoff_onceAskedFor_goesToTheFirstWaiter() {
    Verify.within(
        3,
        "handoff",
        2,
        machine -> {
          Mutex mutex = new Mutex(Lockdep.on(machine), "m");
          String[] wrong = new String[1];
          for (String name : List.of("a", "b")) {
            machine.task(
                name,
                () -> {
                  for (int i = 0; i < 2; i++) {
                    mutex.lock();
                    // PICKUP is cleared by who was named; HANDOFF never survives an unlock.
                    if ((mutex.ownerWord() & 4) != 0) {
                      wrong[0] = name + " has the mutex, handed to another: " + mutex;
                    }
                    mutex.unlock();
                  }
                });
          }
          return Verify.atEnd(() -> wrong[0]);
        });
  }

  // ---- spinning

  private static MachineConfig spinning(int cpus) {
    return Toy.WORD.withCpus(cpus).withSpinOnOwner(true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LL", "LT"})
  void spinners_inEverySchedule_excludeAndEnd(String letters) {
    Verify.everySchedule(letters, spinning(2), machine -> tasks(machine, letters));
  }

  @ParameterizedTest
  @CsvSource({"LLL, 2", "BB, 4", "BLL, 1", "LLT, 2", "ILK, 2", "LIK, 2", "LLLL, 1"})
  void moreSpinners_withinABound_excludeAndEnd(String letters, int preemptions) {
    Verify.within(
        preemptions, letters, spinning(letters.length()), machine -> tasks(machine, letters));
  }

  /** What the second of two tasks does while the first has the mutex, in all schedules of two. */
  private static Set<String> waysToWait(MachineConfig config, boolean ownerSleeps) {
    Set<String> ways = new TreeSet<>();
    new Toy(
            "ways",
            config,
            machine -> {
              Mutex mutex = new Mutex(Lockdep.off(machine), "m");
              Completion soon = new Completion(machine, "soon");
              machine.task(
                  "A",
                  () -> {
                    mutex.lock();
                    if (ownerSleeps) {
                      soon.waitForCompletion();
                    }
                    mutex.unlock();
                  });
              machine.task(
                  "B",
                  () -> {
                    mutex.lock();
                    mutex.unlock();
                  });
              if (ownerSleeps) {
                machine.task("C", soon::complete);
              }
              return new Properties() {
                @Override
                public boolean watchesSteps() {
                  return true;
                }

                @Override
                public @Nullable String afterStep() {
                  String now = mutex.describe();
                  if (now.contains("spinning [B]")) {
                    ways.add("spins");
                  } else if (now.contains("queue [B]")) {
                    ways.add("queues");
                  }
                  return null;
                }
              };
            })
        .explore(new DepthFirst(2));
    return ways;
  }

  @Test
  void waiter_spinsWhileTheOwnerRunsIfTheMachineIsConfiguredSo() {
    assertThat(waysToWait(spinning(2), false)).containsExactly("spins");
    assertThat(waysToWait(Toy.WORD.withCpus(2), false)).containsExactly("queues");
  }

  /** The release itself lets a spinner go on, also if the old owner neither sleeps nor ends. */
  @Test
  void spinner_goesOnWhenTheMutexIsReleased() {
    Verify.everySchedule(
        "release",
        spinning(2),
        machine -> {
          Mutex mutex = new Mutex(Lockdep.on(machine), "m");
          AtomicWord done = new AtomicWord(machine, "done", 0);
          machine.task(
              "A",
              () -> {
                mutex.lock();
                mutex.unlock();
                while (done.loadAcquire() == 0) {
                  machine.spinUntilChanged(done);
                }
              });
          machine.task(
              "B",
              () -> {
                mutex.lock();
                mutex.unlock();
                done.storeRelease(1);
              });
          return Properties.NONE;
        });
  }

  /** On the spinner's CPU somebody else is waiting to run. */
  @Test
  void waiter_withoutACpuOfItsOwn_queues() {
    assertThat(waysToWait(spinning(1), false)).containsExactly("queues");
  }

  @Test
  void owner_thatSleeps_isNotSpunForInSomeSchedule() {
    assertThat(waysToWait(spinning(3), true)).contains("queues", "spins");
  }

  /**
   * The first waiter asks for the mutex when it was woken in vain, and then spins for it: it is
   * handed over without another sleep.
   */
  @Test
  void waiterThatWasWokenInVain_spinsForTheHandoff() {
    Set<String> seen = new TreeSet<>();
    Exploration exploration =
        new Toy(
                "handoff",
                spinning(3),
                machine -> {
                  Mutex mutex = new Mutex(Lockdep.off(machine), "m");
                  Completion soon = new Completion(machine, "soon");
                  machine.task(
                      "thief",
                      () -> {
                        mutex.lock();
                        soon.waitForCompletion(); // so the waiter does not spin at first
                        mutex.unlock();
                        mutex.lock();
                        mutex.unlock();
                      });
                  machine.task(
                      "waiter",
                      () -> {
                        mutex.lock();
                        mutex.unlock();
                      });
                  machine.task("alarm", soon::complete);
                  return new Properties() {
                    @Override
                    public boolean watchesSteps() {
                      return true;
                    }

                    @Override
                    public @Nullable String afterStep() {
                      long word = mutex.ownerWord();
                      if ((word & 4) != 0) {
                        seen.add("handed over");
                      }
                      return (word & 6) != 0 && word >> 3 == 0
                          ? "free with HANDOFF or PICKUP: " + mutex
                          : null;
                    }
                  };
                })
            .explore(new DepthFirst(3));
    assertThat(Verify.findings(exploration)).isEmpty();
    assertThat(seen).containsExactly("handed over");
  }

  @Test
  void unlock_byAnother_isReported() {
    assertThat(
            Verify.found(
                "other",
                2,
                machine -> {
                  Mutex mutex = new Mutex(Lockdep.off(machine), "m");
                  machine.task("owner", mutex::lock);
                  machine.task("other", mutex::unlock);
                  return Properties.NONE;
                }))
        .startsWith("DEBUG_LOCKS_WARN_ON");
  }

  @Test
  void mutex_printsOwnerBitsAndQueue() {
    List<String> seen = new ArrayList<>();
    Toy.word(
            "print",
            machine -> {
              Mutex mutex = new Mutex(Lockdep.on(machine), "m");
              machine.task(
                  "a",
                  () -> {
                    mutex.lock();
                    seen.add(mutex.toString());
                    machine.currentTask().setCurrentState(2);
                    machine.currentTask().schedule();
                    seen.add(mutex.toString());
                    mutex.unlock();
                    seen.add(mutex.toString());
                  });
              machine.task("b", mutex::lock);
              machine.task("c", () -> machine.tasks().getFirst().wakeUpProcess());
              return Properties.NONE;
            })
        .once();
    assertThat(seen)
        .containsExactly(
            "m: owner a", "m: owner a WAITERS, queue [b]", "m: owner nobody WAITERS, queue [b]");
  }
}
