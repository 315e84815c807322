package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;

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
