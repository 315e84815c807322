package org.vfslab.selftest;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.locking.LocalLock;
import org.vfslab.locking.Mutex;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.RwLock;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Context;

/**
 * One way to take one sort of lock: a column of the grid.
 *
 * <p>Kinds of one family share their locks: one is the shared way and one the exclusive way to take
 * the same lock.
 *
 * @param <T> the lock
 * @param column the head of the column
 * @param family the sort of lock
 * @param make makes a lock whose class has this name
 * @param lock takes it
 * @param unlock gives it back
 */
record LockKind<T>(
    String column,
    String family,
    BiFunction<Where, String, T> make,
    Consumer<T> lock,
    Consumer<T> unlock) {

  /** What a lock needs to be made. */
  record Where(Lockdep lockdep, Rcu rcu) {}

  static final LockKind<SpinLock> SPIN =
      new LockKind<>(
          "spin",
          "spinlock",
          (where, name) -> new SpinLock(where.lockdep(), name),
          SpinLock::lock,
          SpinLock::unlock);

  static final LockKind<RwLock> WLOCK =
      new LockKind<>(
          "wlock",
          "rwlock",
          (where, name) -> new RwLock(where.lockdep(), name),
          RwLock::writeLock,
          RwLock::writeUnlock);

  /** Recursive everywhere, or with {@link Bench#queuedReaders} in interrupts only. */
  static final LockKind<RwLock> RLOCK =
      new LockKind<>(
          "rlock",
          "rwlock",
          (where, name) -> new RwLock(where.lockdep(), name),
          RwLock::readLock,
          RwLock::readUnlock);

  static final LockKind<Mutex> MUTEX =
      new LockKind<>(
          "mutex",
          "mutex",
          (where, name) -> new Mutex(where.lockdep(), name),
          Mutex::lock,
          Mutex::unlock);

  static final LockKind<RwSemaphore> WSEM =
      new LockKind<>(
          "wsem",
          "rwsem",
          (where, name) -> new RwSemaphore(where.lockdep(), name),
          RwSemaphore::downWrite,
          RwSemaphore::upWrite);

  static final LockKind<RwSemaphore> RSEM =
      new LockKind<>(
          "rsem",
          "rwsem",
          (where, name) -> new RwSemaphore(where.lockdep(), name),
          RwSemaphore::downRead,
          RwSemaphore::upRead);

  static final LockKind<PercpuRwSemaphore> WPERCPU =
      new LockKind<>(
          "wpcpu",
          "percpu_rwsem",
          (where, name) -> new PercpuRwSemaphore(where.lockdep(), where.rcu(), name),
          PercpuRwSemaphore::downWrite,
          PercpuRwSemaphore::upWrite);

  static final LockKind<PercpuRwSemaphore> RPERCPU =
      new LockKind<>(
          "rpcpu",
          "percpu_rwsem",
          (where, name) -> new PercpuRwSemaphore(where.lockdep(), where.rcu(), name),
          PercpuRwSemaphore::downRead,
          PercpuRwSemaphore::upRead);

  /** The columns of the grid. */
  static final List<LockKind<?>> COLUMNS =
      List.of(SPIN, WLOCK, RLOCK, MUTEX, WSEM, RSEM, WPERCPU, RPERCPU);

  // ---- only in tests of their own

  static final LockKind<SpinLock> RAW_SPIN =
      new LockKind<>(
          "raw",
          "raw_spinlock",
          (where, name) -> SpinLock.raw(where.lockdep(), name),
          SpinLock::lock,
          SpinLock::unlock);

  static final LockKind<LocalLock> LOCAL_LOCK =
      new LockKind<>(
          "local",
          "local_lock",
          (where, name) -> new LocalLock(where.lockdep(), name),
          LocalLock::lock,
          LocalLock::unlock);

  static final LockKind<Rcu> RCU = rcu("rcu_read_lock", Rcu::readLock, Rcu::readUnlock);

  static final LockKind<Rcu> RCU_BH = rcu("rcu_read_lock_bh", Rcu::readLockBh, Rcu::readUnlockBh);

  static final LockKind<Rcu> RCU_SCHED =
      rcu("rcu_read_lock_sched", Rcu::readLockSched, Rcu::readUnlockSched);

  /** One RCU whatever the name. */
  private static LockKind<Rcu> rcu(
      String family, BiConsumer<Rcu, Context> lock, BiConsumer<Rcu, Context> unlock) {
    return new LockKind<>(
        "rcu",
        family,
        (where, name) -> where.rcu(),
        rcu -> lock.accept(rcu, rcu.machine().current()),
        rcu -> unlock.accept(rcu, rcu.machine().current()));
  }

  /**
   * What a mutex tells lockdep, in an interrupt: a real one has no task there that could own it,
   * and the kernel's suite only pretends to be in one.
   */
  record Annotated(Lockdep lockdep, LockMap map) {}

  static final LockKind<Annotated> MUTEX_IN_INTERRUPT =
      new LockKind<>(
          "mutex",
          "mutex",
          (where, name) -> new Annotated(where.lockdep(), where.lockdep().register(name)),
          lock -> lock.lockdep().acquire(lock.map(), Mode.WRITE, "mutex_lock"),
          lock -> lock.lockdep().release(lock.map()));
}
