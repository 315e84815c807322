package org.vfslab.locking;

import static org.vfslab.locking.RwsemCount.FLAG_HANDOFF;
import static org.vfslab.locking.RwsemCount.FLAG_WAITERS;
import static org.vfslab.locking.RwsemCount.LOCK_MASK;
import static org.vfslab.locking.RwsemCount.READER_BIAS;
import static org.vfslab.locking.RwsemCount.WRITER_LOCKED;

import java.util.List;
import org.vfslab.locking.RwsemMarkWake.Wake;
import org.vfslab.locking.RwsemSpinning.OwnerState;
import org.vfslab.locking.RwsemWaiter.Kind;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.trace.Happening.LockAction;

/**
 * How one waits for an rwsem: {@code rwsem_down_read_slowpath}, {@code rwsem_down_write_slowpath},
 * and the proposed wait for a release. Preemption is disabled, except where the task sleeps.
 *
 * <p>Each returns 0, or {@code -EINTR} if a signal that the state heeds came before the lock.
 */
final class RwsemSlowPath {
  private final RwSemaphore sem;

  RwsemSlowPath(RwSemaphore sem) {
    this.sem = sem;
  }

  // ---- readers

  /**
   * A reader that has added itself and found that it may not.
   *
   * @param count the count when it had added itself
   */
  int downRead(Task me, long count, int state) {
    long readers = count >> RwsemCount.READER_SHIFT;
    boolean readersHoldIt =
        (sem.owner.read() & RwsemOwner.READER_OWNED) != 0
            && readers > 1
            && !RwsemCount.isWriteLocked(count);
    if (!readersHoldIt && (count & (WRITER_LOCKED | FLAG_HANDOFF)) == 0) {
      steal(me, count, readers);
      return 0;
    }

    sem.waiters.lock(me);
    long adjustment = -READER_BIAS;
    if (sem.waiters.isEmpty()) {
      if (!RwsemCount.isWriteLocked(sem.count.loadAcquire())) {
        sem.waiters.unlock(me);
        sem.owner.setReaderOwned(me);
        return 0;
      }
      adjustment += FLAG_WAITERS;
    }
    RwsemWaiter waiter = enqueue(me, Kind.READ);
    List<Task> wake = sem.marks.markIfFree(sem.count.addReturn(adjustment));
    sem.waiters.unlock(me);
    RwsemMarkWake.wakeUp(wake);
    return sleepUntilLetGo(me, waiter, state);
  }

  /** The lock is free, somebody waits for it, and this reader comes first: it has it already. */
  private void steal(Task me, long count, long readers) {
    sem.owner.setReaderOwned(me);
    if (readers == 1 && (count & FLAG_WAITERS) != 0) {
      sem.marks.wake(me, Wake.READ_OWNED);
    }
  }

  private RwsemWaiter enqueue(Task me, Kind kind) {
    RwsemWaiter waiter = new RwsemWaiter(sem.machine(), sem.name(), me, kind);
    sem.waiters.add(waiter);
    return waiter;
  }

  /** Sleeps until the waker has let it go, with the lock if it waited for that. */
  private int sleepUntilLetGo(Task me, RwsemWaiter waiter, int state) {
    me.waitsFor(sem);
    sem.told(LockAction.WAITS, waiter.kind == Kind.READ ? "read" : "a release");
    int result = 0;
    while (true) {
      me.setCurrentState(state);
      if (waiter.waiting.loadAcquire() == null) {
        break;
      }
      if (me.signalPendingState(state)) {
        if (leave(me, waiter)) {
          result = -Errno.EINTR;
        }
        break;
      }
      schedulePreemptDisabled(me);
    }
    me.setCurrentState(TaskState.RUNNING);
    me.waitsFor(null);
    return result;
  }

  /** A signal came: leaves the queue, unless the waker was faster. */
  private boolean leave(Task me, RwsemWaiter waiter) {
    sem.waiters.lock(me);
    if (waiter.waiting.loadAcquire() == null) {
      sem.waiters.unlock(me);
      return false;
    }
    List<Task> wake = sem.marks.removeAndMark(waiter);
    sem.waiters.unlock(me);
    RwsemMarkWake.wakeUp(wake);
    return true;
  }

  // ---- waiting for a release

  /** {@code __wait_read_common}: sleeps until a writer has given the lock back. */
  int waitForRelease(Task me, int state) {
    sem.waiters.lock(me);
    me.preemptDisable();
    boolean first = sem.waiters.isEmpty();
    if (first && !RwsemCount.isWriteLocked(sem.count.loadAcquire())) {
      sem.waiters.unlock(me);
      me.preemptEnable();
      return 0;
    }
    RwsemWaiter waiter = enqueue(me, Kind.RELEASE);
    List<Task> wake = List.of();
    if (first) {
      wake = sem.marks.markIfFree(sem.count.addReturn(FLAG_WAITERS));
    }
    sem.waiters.unlock(me);
    RwsemMarkWake.wakeUp(wake);
    int result = sleepUntilLetGo(me, waiter, state);
    me.preemptEnable();
    return result;
  }

  // ---- writers

  /** A writer that has found the lock not free and idle. */
  int downWrite(Task me, int state) {
    RwsemSpinning spinning = sem.spinning;
    if (spinning != null && spinning.spin(me)) {
      return 0;
    }

    sem.waiters.lock(me);
    RwsemWaiter waiter = enqueue(me, Kind.WRITE);
    if (sem.waiters.first() == waiter) {
      sem.count.fetchOr(FLAG_WAITERS);
    } else {
      List<Task> wake = sem.marks.markIfFree(sem.count.readOnce());
      if (!wake.isEmpty()) {
        sem.waiters.unlock(me);
        RwsemMarkWake.wakeUp(wake);
        sem.waiters.lock(me);
      }
    }
    return tryUntilTaken(me, waiter, state);
  }

  private int tryUntilTaken(Task me, RwsemWaiter waiter, int state) {
    boolean told = false;
    me.setCurrentState(state);
    while (!tryWriteLock(waiter)) {
      boolean spins = waiter.handoffSet;
      sem.waiters.unlock(me);
      if (!told) {
        told = true;
        me.waitsFor(sem);
        sem.told(LockAction.WAITS, "write");
      }
      if (me.signalPendingState(state)) {
        return interrupted(me, waiter);
      }
      if (!spins || !ownerHasLeft(me, waiter)) {
        schedulePreemptDisabled(me);
        me.setCurrentState(state);
      }
      sem.waiters.lock(me);
    }
    me.setCurrentState(TaskState.RUNNING);
    me.waitsFor(null);
    sem.waiters.unlock(me);
    return 0;
  }

  private int interrupted(Task me, RwsemWaiter waiter) {
    me.setCurrentState(TaskState.RUNNING);
    me.waitsFor(null);
    sem.waiters.lock(me);
    List<Task> wake = sem.marks.removeAndMark(waiter);
    sem.waiters.unlock(me);
    RwsemMarkWake.wakeUp(wake);
    return -Errno.EINTR;
  }

  /** Who was promised the lock spins until its owner has let go of it: no need to sleep then. */
  private boolean ownerHasLeft(Task me, RwsemWaiter waiter) {
    RwsemSpinning spinning = sem.spinning;
    return spinning != null && spinning.spinForHandoff(me, waiter.countSeen) == OwnerState.NULL;
  }

  /** {@code rwsem_try_write_lock}: a queued writer tries, with the wait lock held. */
  private boolean tryWriteLock(RwsemWaiter waiter) {
    RwsemWaiter next = sem.releaseWakeups.nextInTurn(sem.waiters);
    while (true) {
      long seen = sem.count.readOnce();
      waiter.countSeen = seen;
      boolean handoff = (seen & FLAG_HANDOFF) != 0;
      if (handoff && next.handoffSet && waiter != next) {
        return false;
      }
      long wanted = seen;
      if ((seen & LOCK_MASK) != 0) {
        if (handoff || !waiter.isOverdue(sem.machine())) {
          return false;
        }
        wanted |= FLAG_HANDOFF;
      } else {
        wanted |= WRITER_LOCKED;
        wanted &= ~FLAG_HANDOFF;
        if (sem.waiters.isSingular()) {
          wanted &= ~FLAG_WAITERS;
        }
      }
      if (sem.count.compareAndSet(seen, wanted)) {
        if ((wanted & FLAG_HANDOFF) != 0) {
          waiter.countSeen = wanted;
          next.handoffSet = true;
          return false;
        }
        sem.waiters.remove(waiter);
        sem.owner.setWriter(waiter.task);
        return true;
      }
    }
  }

  private static void schedulePreemptDisabled(Task me) {
    me.preemptEnable();
    me.schedule();
    me.preemptDisable();
  }
}
