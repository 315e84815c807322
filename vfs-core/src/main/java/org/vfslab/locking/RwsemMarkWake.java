package org.vfslab.locking;

import static org.vfslab.locking.RwsemCount.FLAG_HANDOFF;
import static org.vfslab.locking.RwsemCount.FLAG_WAITERS;
import static org.vfslab.locking.RwsemCount.READER_BIAS;
import static org.vfslab.locking.RwsemCount.READER_MASK;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.locking.RwsemWaiter.Kind;
import org.vfslab.machine.Context;
import org.vfslab.machine.Task;

/**
 * Who goes on when an rwsem is given back ({@code rwsem_mark_wake} and its callers).
 *
 * <p>A writer at the head is woken to try, and may find that the lock was stolen meanwhile. A
 * reader at the head begins a reader phase: all readers are granted the lock, also those behind
 * writers. Whom to wake is collected under the wait lock and woken when it was given back.
 */
final class RwsemMarkWake {

  /** {@code enum rwsem_wake_type}. */
  enum Wake {
    /** Whoever is at the head: the caller does not hold the lock. */
    ANY,
    /** Readers only: readers may hold the lock. */
    READERS,
    /** Readers only: the caller holds the lock shared. */
    READ_OWNED
  }

  /** {@code MAX_READERS_WAKEUP}. */
  static final int READERS_WAKEUP_MAX = 256;

  private final RwSemaphore sem;

  RwsemMarkWake(RwSemaphore sem) {
    this.sem = sem;
  }

  // ---- called without the wait lock

  /** {@code rwsem_wake}, {@code rwsem_downgrade_wake}. */
  void wake(Context me, Wake type) {
    sem.waiters.lock(me);
    List<Task> wake = sem.waiters.isEmpty() ? List.of() : mark(type);
    sem.waiters.unlock(me);
    wakeUp(wake);
  }

  /** {@code wake_up_q}. */
  static void wakeUp(List<Task> tasks) {
    for (Task task : tasks) {
      task.wakeUpProcess();
    }
  }

  // ---- with the wait lock held; all return whom to wake afterwards

  /** {@code rwsem_cond_wake_waiter}, after a look at the count. */
  List<Task> markIfFree(long count) {
    if (RwsemCount.isWriteLocked(count)) {
      return List.of();
    }
    if ((count & READER_MASK) != 0) {
      return mark(Wake.READERS);
    }
    sem.owner.clearNonspinnable();
    return mark(Wake.ANY);
  }

  /**
   * {@code rwsem_del_wake_waiter}: a waiter goes away without the lock. The handoff bit stays for
   * the next, unless nobody is left.
   */
  List<Task> removeAndMark(RwsemWaiter waiter) {
    boolean first = sem.waiters.first() == waiter;
    sem.waiters.remove(waiter);
    if (sem.waiters.isEmpty()) {
      sem.count.fetchAnd(~(FLAG_HANDOFF | FLAG_WAITERS));
      return List.of();
    }
    return first ? mark(Wake.ANY) : List.of();
  }

  /** {@code rwsem_mark_wake}: somebody is queued. */
  List<Task> mark(Wake type) {
    RwsemWaiter first = sem.waiters.first();
    if (first.kind == Kind.WRITE) {
      return type == Wake.ANY ? List.of(first.task) : List.of();
    }
    if (sem.count.readOnce() < 0) {
      return List.of(); // too many readers already
    }
    return hasReleaseWaiters() ? sem.releaseWakeups.mark(this, sem, type) : readerPhase(type);
  }

  private boolean hasReleaseWaiters() {
    for (RwsemWaiter waiter : sem.waiters.all()) {
      if (waiter.kind == Kind.RELEASE) {
        return true;
      }
    }
    return false;
  }

  /** The head is no writer: lets in everybody but the writers, 256 at most. */
  List<Task> readerPhase(Wake type) {
    long counted = 0;
    if (type != Wake.READ_OWNED) {
      if (!countAhead(sem.waiters.first())) {
        return List.of();
      }
      counted = READER_BIAS;
    }
    List<RwsemWaiter> leaving = new ArrayList<>();
    int readers = 0;
    for (RwsemWaiter waiter : sem.waiters.all()) {
      if (waiter.kind != Kind.WRITE) {
        leaving.add(waiter);
        readers += waiter.kind == Kind.READ ? 1 : 0;
        if (readers == READERS_WAKEUP_MAX) {
          break;
        }
      }
    }
    return letGo(leaving, counted);
  }

  /**
   * Counts one reader before the others, so that no writer can come in any more.
   *
   * @return false if a writer was faster; {@code reader}, if it is overdue, then gets the handoff
   */
  boolean countAhead(RwsemWaiter reader) {
    long old = sem.count.fetchAdd(READER_BIAS);
    if (!RwsemCount.isWriteLocked(old)) {
      sem.owner.setReaderOwned(reader.task);
      return true;
    }
    long undo = READER_BIAS;
    if (reader.isOverdue(sem.machine())) {
      if ((old & FLAG_HANDOFF) == 0) {
        undo -= FLAG_HANDOFF;
      }
      reader.handoffSet = true;
    }
    sem.count.fetchAdd(-undo);
    return false;
  }

  /**
   * Takes {@code leaving} out of the queue. The readers among them are counted before any of them
   * can run and leave again.
   *
   * @param counted what was added to the count for them already
   */
  List<Task> letGo(List<RwsemWaiter> leaving, long counted) {
    sem.waiters.removeAll(leaving);
    long readers = leaving.stream().filter(waiter -> waiter.kind == Kind.READ).count();
    long adjustment = readers * READER_BIAS - counted;
    long now = sem.count.readOnce();
    if (sem.waiters.isEmpty()) {
      adjustment -= FLAG_WAITERS + (now & FLAG_HANDOFF);
    } else if (readers > 0) {
      adjustment -= now & FLAG_HANDOFF;
    }
    if (adjustment != 0) {
      sem.count.fetchAdd(adjustment);
    }
    List<Task> wake = new ArrayList<>(leaving.size());
    for (RwsemWaiter waiter : leaving) {
      waiter.waiting.storeRelease(null);
      wake.add(waiter.task);
    }
    return wake;
  }
}
