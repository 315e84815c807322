package org.vfslab.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Report;
import org.vfslab.machine.Schedules;
import org.vfslab.memory.KernelObject;

/** Memory that is given back with a lock in it that the giver holds. */
final class HeldLockFreedTest {

  private static final String FREED = "WARNING: held lock freed!";

  private static final class Thing extends KernelObject {
    final SpinLock lock;
    final RwSemaphore sem;

    Thing(Lockdep lockdep, String name) {
      super(lockdep.machine(), name);
      lock = machine().within(this, () -> new SpinLock(lockdep, "thing->lock"));
      sem = machine().within(this, () -> new RwSemaphore(lockdep, "thing->sem"));
    }
  }

  private static List<String> titles(BiConsumer<Thing, Thing> body) {
    return Schedules.one(
            machine -> {
              Lockdep lockdep = Lockdep.on(machine);
              Thing first = new Thing(lockdep, "first");
              Thing second = new Thing(lockdep, "second");
              machine.task("task", () -> body.accept(first, second));
            })
        .machine()
        .reports()
        .stream()
        .map(Report::title)
        .toList();
  }

  @Test
  void kfree_withALockHeldInside_isReported() {
    assertThat(
            titles(
                (thing, other) -> {
                  thing.lock.lock();
                  thing.kfree();
                }))
        .contains(FREED);
    assertThat(
            titles(
                (thing, other) -> {
                  thing.sem.downRead();
                  thing.kfree();
                }))
        .contains(FREED);
  }

  /** It is the lock in this memory that counts, not its class. */
  @Test
  void kfree_withTheSameLockOfAnotherHeld_isFine() {
    assertThat(
            titles(
                (thing, other) -> {
                  other.lock.lock();
                  thing.kfree();
                  other.lock.unlock();
                }))
        .isEmpty();
  }

  @Test
  void kfree_afterTheUnlock_isFine() {
    assertThat(
            titles(
                (thing, other) -> {
                  thing.sem.downWrite();
                  thing.sem.upWrite();
                  thing.lock.lock();
                  thing.lock.unlock();
                  thing.kfree();
                }))
        .isEmpty();
  }

  /** And who touches the lock then touches freed memory. */
  @Test
  void lock_afterKfree_isUseAfterFree() {
    assertThat(
            titles(
                (thing, other) -> {
                  thing.kfree();
                  thing.lock.lock();
                }))
        .singleElement()
        .asString()
        .startsWith("use after free");
  }
}
