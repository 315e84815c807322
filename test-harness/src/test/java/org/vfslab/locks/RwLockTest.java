package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.Properties;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwLock;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;

/** Verifies {@link RwLock} word by word. */
final class RwLockTest {

  /** R reads, W writes, r and w try to; capitals wait. */
  private static Properties tasks(Machine machine, String letters) {
    RwLock lock = new RwLock(Lockdep.on(machine), "l");
    Verify.Room room = new Verify.Room(machine);
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      machine.task(letter + "" + i, () -> use(letter, lock, room));
    }
    return Verify.atEnd(
        () -> lock.countWord() != 0 || room.insideNow() != 0 ? "not free: " + lock : null);
  }

  private static void use(char letter, RwLock lock, Verify.Room room) {
    switch (letter) {
      case 'R' -> {
        lock.readLock();
        room.read();
        lock.readUnlock();
      }
      case 'W' -> {
        lock.writeLock();
        room.write();
        lock.writeUnlock();
      }
      case 'r' -> {
        if (lock.readTrylock()) {
          room.read();
          lock.readUnlock();
        }
      }
      case 'w' -> {
        if (lock.writeTrylock()) {
          room.write();
          lock.writeUnlock();
        }
      }
      default -> throw new IllegalArgumentException(String.valueOf(letter));
    }
  }

  @ParameterizedTest
  @CsvSource({"RW, 2", "WW, 2", "rW, 2", "wW, 2", "wR, 2", "RR, 2", "rw, 2", "RW, 1", "RrW, 3"})
  void fewTasks_inEverySchedule_excludeAndNeverHang(String letters, int cpus) {
    Verify.everySchedule(letters, cpus, machine -> tasks(machine, letters));
  }

  @ParameterizedTest
  @CsvSource({"RRW, 3", "RWW, 3", "WWW, 3", "RWw, 3", "rWR, 3"})
  void threeTasks_withinABound_excludeAndNeverHang(String letters, int cpus) {
    Verify.within(2, letters, cpus, machine -> tasks(machine, letters));
  }

  /** An interrupt reads on top of a reader for which a writer waits. */
  private static Properties interrupted(Machine machine, boolean irqSafe) {
    RwLock lock = new RwLock(Lockdep.off(machine), "l");
    Verify.Room room = new Verify.Room(machine);
    IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
    machine.task(
        "reader",
        machine.cpu(0),
        () -> {
          lock.readLock();
          line.raise(() -> use('R', lock, room));
          room.read();
          lock.readUnlock();
        });
    machine.task(
        "writer",
        machine.cpu(irqSafe ? 1 : 0),
        () -> {
          if (irqSafe) {
            lock.writeLockIrqSave();
            room.write();
            lock.writeUnlockIrqRestore();
          } else {
            use('W', lock, room);
          }
        });
    return Properties.NONE;
  }

  @Test
  void readerInAnInterrupt_passesAWriterThatWaits() {
    Verify.everySchedule("bypass", 2, machine -> interrupted(machine, true));
  }

  /** The writer's CPU takes the interrupt while it holds the lock. */
  @Test
  void writer_withInterruptsOn_isSpunUponByItsOwnInterrupt() {
    assertThat(Verify.found("self", 1, machine -> interrupted(machine, false)))
        .isEqualTo("deadlock of writer");
  }

  /** Outside of interrupts a second read lock waits behind the writer: reading is not recursive. */
  @Test
  void readTwice_withAWriterBetween_deadlocksInSomeSchedule() {
    assertThat(
            Verify.found(
                "recursive",
                2,
                machine -> {
                  RwLock lock = new RwLock(Lockdep.off(machine), "l");
                  machine.task(
                      "reader",
                      () -> {
                        lock.readLock();
                        lock.readLock(); // BROKEN: the writer has come
                        lock.readUnlock();
                        lock.readUnlock();
                      });
                  machine.task("writer", () -> use('W', lock, new Verify.Room(machine)));
                  return Properties.NONE;
                }))
        .isEqualTo("deadlock of reader, writer");
  }
}
