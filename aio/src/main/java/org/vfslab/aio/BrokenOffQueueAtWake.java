package org.vfslab.aio;

import org.vfslab.machine.WaitQueue;

/**
 * What polls had in common before Linux 5.16, and what is broken in it: a wake-up takes the entry
 * off the queue, the work puts it back when it finds nothing ready, and nobody heeds POLLFREE.
 */
abstract class BrokenOffQueueAtWake extends PollRequest {

  BrokenOffQueueAtWake(Submission submission) {
    super(submission);
  }

  /**
   * Waits again after a look that found nothing; with the context's lock.
   *
   * @return false if there was something, or somebody cancels
   */
  final boolean waitsAgain(int mask) {
    WaitQueue queue = head.loadAcquire();
    if (mask != 0 || cancelled.readOnce() != 0 || queue == null) {
      return false;
    }
    queue.lock();
    queue.addLocked(wait); // BROKEN: nobody was told of what has come meanwhile
    queue.unlock();
    return true;
  }

  @Override
  final void cancel() {
    use();
    WaitQueue queue = head.loadAcquire();
    if (queue != null) {
      queue.lock(); // BROKEN: the queue may have been freed
      cancelled.writeOnce(1);
      if (queue.isQueuedLocked(wait)) {
        queue.removeLocked(wait);
        machine().systemWorkqueue().queueWork(work);
      }
      queue.unlock();
    }
  }
}
