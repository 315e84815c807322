package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.locking.Semaphore;
import org.vfslab.locking.WaitBit;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;

/** Verifies {@link Semaphore} and {@link WaitBit} word by word. */
final class SemaphoreTest {

  private static Properties semaphore(Machine machine, String letters, int count) {
    Semaphore semaphore = new Semaphore(machine, "s", count);
    Verify.Room room = new Verify.Room(machine);
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      if (letter == 'K') {
        machine.task("K", () -> tasks.getFirst().sendSignal(true));
        continue;
      }
      tasks.add(
          machine.task(
              letter + "" + i,
              () -> {
                boolean taken =
                    switch (letter) {
                      case 'I' -> semaphore.downKillable() == 0;
                      case 'T' -> semaphore.downTrylock();
                      case 't' -> semaphore.downTimeout(1000) == 0;
                      default -> {
                        semaphore.down();
                        yield true;
                      }
                    };
                if (taken) {
                  if (count == 1) {
                    room.write();
                  }
                  semaphore.up();
                }
              }));
    }
    return Verify.atEnd(() -> semaphore.countNow() == count ? null : "not as it was: " + semaphore);
  }

  @ParameterizedTest
  @CsvSource({"DD, 1", "DT, 1", "IK, 1", "DD, 2", "DtT, 1"})
  void fewTasks_inEverySchedule_excludeAndNeverHang(String letters, int count) {
    Verify.everySchedule(letters, 2, machine -> semaphore(machine, letters, count));
  }

  @ParameterizedTest
  @CsvSource({"DDD, 1", "DDD, 2", "IDK, 1", "DIK, 1", "tDD, 1"})
  void threeTasks_withinABound_excludeAndNeverHang(String letters, int count) {
    Verify.within(2, letters, 3, machine -> semaphore(machine, letters, count));
  }

  @Test
  void downTimeout_withNobodyToGive_isETIME() {
    int[] result = new int[1];
    Toy.word(
            "time",
            machine -> {
              Semaphore semaphore = new Semaphore(machine, "s", 0);
              machine.task("a", () -> result[0] = semaphore.downTimeout(5_000));
              return Properties.NONE;
            })
        .once();
    assertThat(result[0]).isEqualTo(-Errno.ETIME);
  }

  // ---- bits

  /** Two sleep for bit 0 as a lock, one waits for it, and another bit is woken for in between. */
  private static Properties bits(Machine machine, String letters) {
    WaitBit bits = new WaitBit(machine, "flags");
    Verify.Room room = new Verify.Room(machine);
    bits.setBit(5);
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      machine.task(
          letter + "" + i,
          () -> {
            switch (letter) {
              case 'L' -> {
                bits.waitOnBitLock(0, TaskState.UNINTERRUPTIBLE);
                room.write();
                bits.clearAndWakeUpBit(0);
              }
              case 'F' -> bits.waitOnBit(5, TaskState.UNINTERRUPTIBLE);
              case 'C' -> bits.clearAndWakeUpBit(5);
              default -> throw new IllegalArgumentException(String.valueOf(letter));
            }
          });
    }
    return Verify.atEnd(() -> (bits.word() & 1) == 0 ? null : "a bit is left: " + bits);
  }

  @ParameterizedTest
  @CsvSource({"LL", "FC"})
  void bits_inEverySchedule_excludeAndNeverHang(String letters) {
    Verify.everySchedule(letters, 2, machine -> bits(machine, letters));
  }

  @ParameterizedTest
  @CsvSource({"LLL", "LFC", "FFC", "LLC"})
  void bits_withinABound_excludeAndNeverHang(String letters) {
    Verify.within(2, letters, 3, machine -> bits(machine, letters));
  }

  /** clear_bit and wake_up_bit for another bit: who waits stays asleep. */
  @Test
  void wakeUpBit_ofAnotherBit_isNoWakeUp() {
    assertThat(
            Verify.found(
                "wrong bit",
                2,
                machine -> {
                  WaitBit bits = new WaitBit(machine, "flags");
                  bits.setBit(5);
                  machine.task("waiter", () -> bits.waitOnBit(5, TaskState.UNINTERRUPTIBLE));
                  machine.task(
                      "waker",
                      () -> {
                        bits.clearBitUnlock(5);
                        bits.wakeUpBit(6); // BROKEN
                      });
                  return Properties.NONE;
                }))
        .isEqualTo("deadlock of waiter");
  }
}
