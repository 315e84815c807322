package org.vfslab.aio;

import org.vfslab.machine.WaitEntry;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.PlainWord;
import org.vfslab.vfs.EventFd;

/**
 * Broken, as from Linux 4.19 to 5.0: whoever completes the request gives the file back, while the
 * submitter may still be looking at its queue; and the submitter believes that any wake-up has
 * taken the request over.
 *
 * <p>A file that is closed meanwhile is used after it was freed (CVE-2019-10125). A wake-up for
 * other events leaves the request where no cancel finds it. Repaired by the series of March 2019
 * (Al Viro, af5c72b1fc7a "Fix aio_poll() races" and before it). Patch name: {@code
 * aio-poll-before-2019}.
 */
final class BrokenPollBefore2019 extends BrokenOffQueueAtWake {

  /** {@code woken}: protected by the queue's lock. */
  private final PlainWord woken;

  BrokenPollBefore2019(Submission submission) {
    super(submission);
    this.woken = inside(() -> new PlainWord(machine(), "poll_iocb.woken", 0));
  }

  @Override
  int submit() {
    PollTable table = new PollTable();
    int mask = file().poll(table::add) & events;
    WaitQueue queue = head.loadAcquire();
    if (queue != null) {
      context().lockActive();
      queue.lock(); // BROKEN: the file may have gone with whoever completed the request
      if (woken.get() != 0) {
        mask = 0;
        table.error = 0;
      } else if (mask != 0 || table.error != 0) {
        queue.removeLocked(wait);
      } else {
        context().addActive(this);
      }
      queue.unlock();
      context().unlockActive();
    }
    if (table.error == 0 && mask != 0) {
      complete(mask);
    }
    return table.error;
  }

  /** {@code aio_poll_complete}: posts the event and gives the file back. */
  private void complete(int mask) {
    result(mask);
    post();
    EventFd signalled = eventfd();
    if (signalled != null) {
      signalled.contextPut();
    }
    file().put();
    dropPinned();
  }

  /** {@code iocb_put} of that time, which freed the request and nothing else. */
  private void dropPinned() {
    if (dropReference()) {
      kfree();
      context().requestGone();
    }
  }

  @Override
  void submitted() {
    dropPinned();
  }

  @Override
  WaitEntry.Wake wokenUp(int key) {
    use();
    woken.set(1); // BROKEN: before it is known whether this was meant
    if (key != 0 && (key & events) == 0) {
      return WaitEntry.Wake.IGNORED;
    }
    dequeueLocked();
    if (key != 0 && context().tryLockActive()) {
      context().removeActive(this);
      context().unlockActiveTried();
      complete(key);
    } else {
      machine().systemWorkqueue().queueWork(work);
    }
    return WaitEntry.Wake.GONE;
  }

  @Override
  void completeWork() {
    use();
    int mask = readyUnlessCancelled();
    context().lockActive();
    if (waitsAgain(mask)) {
      context().unlockActive();
      return;
    }
    context().removeActive(this);
    context().unlockActive();
    complete(mask);
  }
}
