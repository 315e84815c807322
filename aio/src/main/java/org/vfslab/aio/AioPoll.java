package org.vfslab.aio;

import org.jspecify.annotations.Nullable;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.WaitEntry;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.PlainWord;
import org.vfslab.vfs.PollEvents;

/**
 * A poll request: {@code struct poll_iocb} and {@code aio_poll} of {@code fs/aio.c}, 7.2 (the form
 * since the series of March 2019, with the repairs of December 2021).
 *
 * <p>Wake-up, cancel and the submitter's own look at the file come in any order. Under the lock of
 * the context and that of the file's queue one of them takes the entry off the queue; that one owns
 * the completion's reference.
 */
final class AioPoll extends PollRequest {

  /*
   * Overview. Locks nest ctx_lock, then the queue's. A wake-up has the queue's lock already, so it
   * only tries ctx_lock, and leaves the rest to a work when somebody else has it.
   *
   *   head           the queue, until POLLFREE takes it away
   *   cancelled      whoever completes it does not look at the file again
   *   workScheduled  a work will look at the file and complete, or go back to waiting
   *   needResched    a wake-up came while the work was scheduled: it has to look once more
   */
  private final Rcu rcu;

  // Protected by the queue's lock.
  private final PlainWord workScheduled;
  private final PlainWord needResched;

  AioPoll(Submission submission, Rcu rcu) {
    super(submission);
    this.rcu = rcu;
    this.workScheduled = inside(() -> new PlainWord(machine(), "poll_iocb.work_scheduled", 0));
    this.needResched = inside(() -> new PlainWord(machine(), "poll_iocb.work_need_resched", 0));
  }

  @Override
  int submit() {
    PollTable table = new PollTable();
    int mask = file().poll(table::add) & events;
    boolean cancel = false;
    context().lockActive();
    if (table.queued) {
      WaitQueue queue = lockQueue();
      if (queue == null || workScheduled.get() != 0) {
        // A wake-up has completed the request, or its work will: an error can only cancel now.
        cancel = table.error != 0;
        table.error = 0;
        mask = 0;
      }
      if (mask != 0 || table.error != 0) {
        if (queue != null) {
          queue.removeLocked(wait);
        }
      } else if (cancel) {
        cancelled.writeOnce(1);
      } else if (queue != null) {
        context().addActive(this);
      }
      unlockQueue(queue);
    }
    if (mask != 0) {
      result(mask);
      table.error = 0;
    }
    context().unlockActive();
    if (mask != 0) {
      put();
    }
    return table.error;
  }

  @Override
  WaitEntry.Wake wokenUp(int key) {
    use();
    if (key != 0 && (key & events) == 0) {
      return WaitEntry.Wake.IGNORED;
    }
    if (key != 0 && workScheduled.get() == 0 && context().tryLockActive()) {
      completeInline(key);
      return WaitEntry.Wake.GONE;
    }
    scheduleOnce(true);
    if ((key & PollEvents.FREE) == 0) {
      return WaitEntry.Wake.IGNORED;
    }
    // The queue goes: off it, and then let go of it, after which it may be freed at any time.
    cancelled.writeOnce(1);
    dequeueLocked();
    head.storeRelease(null);
    return WaitEntry.Wake.GONE;
  }

  /** With the queue's lock and that of the context, which is given back. */
  private void completeInline(int key) {
    dequeueLocked();
    context().removeActive(this);
    result(key);
    boolean later = putsLater();
    context().unlockActiveTried();
    if (!later) {
      put();
    }
  }

  /** Has the work run; with the queue's lock. */
  private void scheduleOnce(boolean again) {
    if (workScheduled.get() == 0) {
      workScheduled.set(1);
      machine().systemWorkqueue().queueWork(work);
    } else if (again) {
      needResched.set(1);
    }
  }

  @Override
  void completeWork() {
    use();
    int mask = readyUnlessCancelled();
    context().lockActive();
    WaitQueue queue = lockQueue();
    if (queue != null) {
      if (mask == 0 && cancelled.readOnce() == 0) {
        if (needResched.get() != 0) {
          machine().systemWorkqueue().queueWork(work);
          needResched.set(0);
        } else {
          workScheduled.set(0);
        }
        unlockQueue(queue);
        context().unlockActive();
        return;
      }
      queue.removeLocked(wait);
      unlockQueue(queue);
    }
    context().removeActive(this);
    result(mask);
    context().unlockActive();
    put();
  }

  /** {@code aio_poll_cancel}: the work completes it, with what the file is ready for: nothing. */
  @Override
  void cancel() {
    use();
    WaitQueue queue = lockQueue();
    if (queue != null) {
      cancelled.writeOnce(1);
      scheduleOnce(false);
      unlockQueue(queue);
    }
  }

  /**
   * {@code poll_iocb_lock_wq}: locks the queue in which the entry stands, with interrupts disabled;
   * null, and nothing locked, if it stands in none.
   */
  private @Nullable WaitQueue lockQueue() {
    rcu.readLock(machine().current());
    WaitQueue queue = head.loadAcquire();
    if (queue != null) {
      queue.lock();
      if (queue.isQueuedLocked(wait)) {
        return queue;
      }
      queue.unlock();
    }
    rcu.readUnlock(machine().current());
    return null;
  }

  /** {@code poll_iocb_unlock_wq}, if it was locked. */
  private void unlockQueue(@Nullable WaitQueue queue) {
    if (queue != null) {
      queue.unlock();
      rcu.readUnlock(machine().current());
    }
  }
}
