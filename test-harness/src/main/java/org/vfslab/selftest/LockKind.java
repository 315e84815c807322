package org.vfslab.selftest;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.LockType;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.lockdep.WaitType;
import org.vfslab.locking.Mutex;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;

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

  /**
   * A lock that tells lockdep what the kernel's tells it, and does nothing else: for sorts that the
   * model has no class for, and for those whose waiting a test must not meet.
   */
  record Annotated(Lockdep lockdep, LockMap map) {}

  static final LockKind<SpinLock> SPIN =
      new LockKind<>(
          "spin",
          "spinlock",
          (where, name) -> new SpinLock(where.lockdep(), name),
          SpinLock::lock,
          SpinLock::unlock);

  static final LockKind<Annotated> WLOCK =
      annotated("wlock", "rwlock", WaitType.CONFIG, Mode.WRITE);

  /** As in an interrupt, or where no writer keeps readers out: the readers are recursive. */
  static final LockKind<Annotated> RLOCK =
      annotated("rlock", "rwlock", WaitType.CONFIG, Mode.READ_RECURSIVE);

  /** As a queued rwlock in process context. */
  static final LockKind<Annotated> QUEUED_RLOCK =
      annotated("rlock", "rwlock", WaitType.CONFIG, Mode.READ);

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

  static final LockKind<Annotated> RAW_SPIN =
      annotated("raw", "raw_spinlock", WaitType.SPIN, Mode.WRITE);

  /** A mutex in contexts where a real one could not even try to sleep. */
  static final LockKind<Annotated> MUTEX_ANYWHERE =
      annotated("mutex", "mutex", WaitType.SLEEP, Mode.WRITE);

  static final LockKind<Annotated> LOCAL_LOCK =
      annotated("local", "local_lock", WaitType.CONFIG, WaitType.INV, LockType.PERCPU, true);

  static final LockKind<Annotated> RCU = rcu("rcu_read_lock", WaitType.CONFIG);

  static final LockKind<Annotated> RCU_SCHED = rcu("rcu_read_lock_sched", WaitType.SPIN);

  private static LockKind<Annotated> annotated(
      String column, String family, WaitType wait, Mode mode) {
    return new LockKind<>(
        column,
        family,
        (where, name) -> new Annotated(where.lockdep(), where.lockdep().register(name, wait)),
        lock -> lock.lockdep().acquire(lock.map(), mode, family),
        lock -> lock.lockdep().release(lock.map()));
  }

  /** A section of RCU: fits in wherever one may wait, and lets one wait as {@code inner} says. */
  private static LockKind<Annotated> rcu(String family, WaitType inner) {
    LockKind<Annotated> kind =
        annotated("rcu", family, inner, WaitType.FREE, LockType.NORMAL, false);
    return new LockKind<>(
        "rcu",
        family,
        kind.make(),
        lock ->
            lock.lockdep().acquire(lock.map(), 0, false, Mode.READ_RECURSIVE, false, null, family),
        kind.unlock());
  }

  private static LockKind<Annotated> annotated(
      String column, String family, WaitType inner, WaitType outer, LockType type, boolean check) {
    return new LockKind<>(
        column,
        family,
        (where, name) ->
            new Annotated(
                where.lockdep(),
                where.lockdep().register(name, where.lockdep().newKey(), inner, outer, type)),
        lock -> lock.lockdep().acquire(lock.map(), 0, false, Mode.WRITE, check, null, family),
        lock -> lock.lockdep().release(lock.map()));
  }
}
