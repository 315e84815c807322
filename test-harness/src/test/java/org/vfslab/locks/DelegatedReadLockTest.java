package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.Properties;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.DelegatedReadLock;
import org.vfslab.locking.ReadToken;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Work;
import org.vfslab.memory.KernelObject;

/** Verifies {@link DelegatedReadLock} word by word. */
final class DelegatedReadLockTest {

  /** A lock in memory that dies with an abandoned writer. */
  private static final class World {
    final Machine machine;
    final KernelObject memory;
    final Verify.Room room;
    final IrqLine line;
    final DelegatedReadLock lock;

    World(Machine machine) {
      this.machine = machine;
      memory = new KernelObject(machine, "object");
      lock = machine.within(memory, () -> new DelegatedReadLock(Lockdep.on(machine), "g"));
      room = new Verify.Room(machine);
      line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
    }

    void finish(ReadToken token) {
      if (lock.reenterReader(token)) {
        room.leaveRead();
        lock.endRead(token);
      }
    }
  }

  /**
   * T tries to read, R reads, W writes, D has its hold ended by an interrupt, Q by a work. All may
   * be refused, as A abandons the lock; X also frees it, which nobody may touch then.
   */
  private static Properties tasks(Machine machine, String letters) {
    World world = new World(machine);
    DelegatedReadLock lock = world.lock;
    for (int i = 0; i < letters.length(); i++) {
      char letter = letters.charAt(i);
      machine.task(letter + "" + i, () -> use(letter, world));
    }
    boolean ends = letters.contains("A") || letters.contains("X");
    return Verify.atEnd(
        () ->
            lock.isLockedNow() || world.room.insideNow() != 0
                ? "not free: " + lock
                : ends != lock.describe().equals("ABANDONED") ? "ended as " + lock : null);
  }

  private static void use(char letter, World world) {
    DelegatedReadLock lock = world.lock;
    switch (letter) {
      case 'T', 'R', 'D', 'Q' -> {
        ReadToken token = letter == 'R' ? lock.beginRead() : lock.tryBeginRead();
        if (token == null) {
          return;
        }
        world.room.enterRead();
        switch (letter) {
          case 'D' -> {
            lock.exitReader(token);
            world.line.raise(() -> world.finish(token));
          }
          case 'Q' -> {
            lock.exitReader(token);
            Work work = new Work(world.machine, "work", () -> world.finish(token));
            world.machine.systemWorkqueue().queueWork(work);
          }
          default -> {
            world.room.leaveRead();
            lock.endRead(token);
          }
        }
        world.machine.currentTask().exitToUser();
      }
      case 'W' -> {
        lock.beginWrite();
        world.room.write();
        lock.endWrite();
      }
      case 'A', 'X' -> {
        lock.beginWrite();
        world.room.write();
        lock.abandonWriter();
        if (letter == 'X') {
          lock.destroy();
          world.memory.kfree();
        }
      }
      default -> throw new IllegalArgumentException(String.valueOf(letter));
    }
  }

  @ParameterizedTest
  @CsvSource({"TW, 2", "RW, 2", "WW, 2", "DW, 2", "TA, 2", "RA, 2", "DA, 2", "QW, 2", "RW, 1"})
  void fewTasks_inEverySchedule_excludeAndNeverHang(String letters, int cpus) {
    Verify.everySchedule(letters, cpus, machine -> tasks(machine, letters));
  }

  @ParameterizedTest
  @CsvSource({
    "RWW, 2, 3",
    "RRW, 2, 3",
    "DTW, 2, 3",
    "RTA, 2, 3",
    "RRA, 1, 3",
    "QDW, 1, 3",
    "DRW, 2, 3"
  })
  void moreTasks_withinABound_excludeAndNeverHang(String letters, int preemptions, int cpus) {
    Verify.within(preemptions, letters, cpus, machine -> tasks(machine, letters));
  }

  /** A reader leaves while a writer is queued and another comes: more preemptions than above. */
  @Test
  void writers_besideTheLastReader_atRandom_excludeEachOther() {
    Verify.sampled(6000, "RWW", 3, machine -> tasks(machine, "RWW"));
  }

  /**
   * A writer that waits for everybody who could find the lock, abandons it and frees it: whoever
   * was inside before has let go of the last word of it.
   */
  @Test
  void memory_freedAfterTheAbandonment_isTouchedByNobodyWhoWasInside() {
    for (String before : new String[] {"R", "W", "D"}) {
      Verify.within(
          3,
          "freed after " + before,
          2,
          machine -> {
            World world = new World(machine);
            // Both are there before the destroyer can come: they have the lock or are in its queue.
            machine.task(
                "user",
                machine.cpu(0),
                () -> {
                  if (before.equals("W")) {
                    world.lock.beginWrite();
                    machine.task("destroyer", machine.cpu(1), () -> use('X', world));
                    world.room.write();
                    world.lock.endWrite();
                  } else {
                    ReadToken token = Objects.requireNonNull(world.lock.beginRead());
                    world.room.enterRead();
                    machine.task("destroyer", machine.cpu(1), () -> use('X', world));
                    if (before.equals("D")) {
                      world.lock.exitReader(token);
                      world.line.raise(() -> world.finish(token));
                    } else {
                      world.room.leaveRead();
                      world.lock.endRead(token);
                    }
                  }
                });
            return Properties.NONE;
          });
    }
  }

  private static String misused(BiConsumer<World, ReadToken> misuse) {
    return Verify.found(
        "misuse",
        2,
        machine -> {
          World world = new World(machine);
          machine.task(
              "a", () -> misuse.accept(world, Objects.requireNonNull(world.lock.beginRead())));
          return Properties.NONE;
        });
  }

  private static final String BAD = "WARNING: bad use of delegated lock g!";

  @Test
  void misuse_isReported() {
    assertThat(misused((world, token) -> world.lock.endRead(token))).isEqualTo("nothing");
    assertThat(
            misused(
                (world, token) -> {
                  world.lock.exitReader(token);
                  world.lock.exitReader(token);
                }))
        .as("exit twice")
        .isEqualTo(BAD);
    assertThat(
            misused(
                (world, token) -> {
                  world.lock.exitReader(token);
                  world.lock.endRead(token);
                }))
        .as("end while detached")
        .isEqualTo(BAD);
    assertThat(
            misused(
                (world, token) -> {
                  world.lock.exitReader(token);
                  world.room.enterRead();
                  world.line.raise(() -> world.finish(token));
                  world.finish(token);
                }))
        .as("re-entered by two")
        .isEqualTo(BAD);
    assertThat(
            misused(
                (world, token) -> {
                  world.lock.endRead(token);
                  world.lock.endRead(token);
                }))
        .as("used after its end")
        .isEqualTo(BAD);
    assertThat(misused((world, token) -> world.lock.endWrite())).as("no writer").isEqualTo(BAD);
    assertThat(misused((world, token) -> world.lock.abandonWriter()))
        .as("abandons without a writer")
        .isEqualTo(BAD);
    assertThat(
            misused(
                (world, token) -> {
                  world.lock.exitReader(token);
                  world.lock.destroy();
                }))
        .as("destroyed with a hold on its way")
        .isEqualTo(BAD);
    assertThat(misused((world, token) -> world.machine.currentTask().exitToUser()))
        .as("attached hold in user space")
        .isEqualTo("WARNING: lock held when returning to user space!");
    assertThat(
            misused(
                (world, token) -> {
                  world.lock.endRead(token);
                  world.lock.beginWrite();
                  world.lock.abandonWriter();
                  world.lock.beginWrite();
                }))
        .as("begins to write what was abandoned")
        .isEqualTo(BAD);
  }
}
