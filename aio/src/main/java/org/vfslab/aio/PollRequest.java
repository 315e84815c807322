package org.vfslab.aio;

import org.vfslab.machine.Errno;
import org.vfslab.machine.Task;
import org.vfslab.machine.WaitEntry;
import org.vfslab.machine.WaitQueue;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;
import org.vfslab.vfs.EventFd;
import org.vfslab.vfs.PollEvents;

/** What poll requests have in common, whenever they were written: {@code struct poll_iocb}. */
abstract class PollRequest extends AioKiocb {

  /** What is waited for, errors and hang-ups included. */
  final int events;

  /** The callback in the file's queue. */
  final Entry wait;

  /** {@code aio_poll_complete_work}. */
  final Work work;

  /** The queue in which the callback stands. */
  final AtomicRef<WaitQueue> head;

  /** Whoever completes it does not look at the file again. */
  final AtomicWord cancelled;

  PollRequest(Submission submission) {
    super(submission);
    this.events = submission.iocb().events() | PollEvents.ERR | PollEvents.HUP;
    this.wait = new Entry(machine().currentTask());
    this.work = new Work(machine(), "aio_poll_complete_work", this::completeWork);
    this.head = inside(() -> new AtomicRef<>(machine(), "poll_iocb.head", null));
    this.cancelled = inside(() -> new AtomicWord(machine(), "poll_iocb.cancelled", 0));
  }

  /**
   * {@code aio_poll}: process context.
   *
   * @return 0 if an event will come; -EINVAL for a file with more than one queue, or with none and
   *     nothing ready
   */
  abstract int submit();

  /** {@code aio_poll_wake}: under the queue's lock, in any context. */
  abstract WaitEntry.Wake wokenUp(int key);

  /** {@code aio_poll_complete_work}: process context. */
  abstract void completeWork();

  /** Takes the entry off the queue; with the queue's lock, as in a wake-up. */
  final void dequeueLocked() {
    WaitQueue queue = head.peek();
    if (queue != null) {
      queue.removeLocked(wait);
    }
  }

  /** The work's look at the file: what it is ready for, 0 if the request was cancelled. */
  final int readyUnlessCancelled() {
    return cancelled.readOnce() == 0 ? file().poll(queue -> {}) & events : 0;
  }

  /**
   * Whether a worker gives the completion's reference back: inside the callbacks of an event
   * counter the signal that the last reference sends would come back to the counter's lock.
   */
  final boolean putsLater() {
    boolean later = eventfd() != null && !EventFd.signalAllowed(machine().current());
    if (later) {
      machine().systemWorkqueue().queueWork(new Work(machine(), "aio_poll_put_work", this::put));
    }
    return later;
  }

  /** Belongs to no task, and names the submitter. */
  final class Entry extends WaitEntry {
    Entry(Task submitter) {
      super(submitter, false);
    }

    @Override
    protected Wake wake(int states, int key) {
      return wokenUp(key);
    }
  }

  /** {@code struct aio_poll_table}: what the file said while it was polled first. */
  final class PollTable {
    boolean queued;
    int error = -Errno.EINVAL;

    /** {@code aio_poll_queue_proc}: one queue, not more. */
    void add(WaitQueue queue) {
      if (queued) {
        error = -Errno.EINVAL;
        return;
      }
      error = 0;
      queued = true;
      head.storeRelease(queue);
      queue.lock();
      queue.addLocked(wait);
      queue.unlock();
    }
  }
}
