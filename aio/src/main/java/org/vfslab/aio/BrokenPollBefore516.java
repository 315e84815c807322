package org.vfslab.aio;

import org.vfslab.machine.WaitEntry;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.PlainWord;

/**
 * Broken, as from Linux 5.1 to 5.15: a wake-up that cannot complete the request takes it off the
 * queue, and its work puts it back when it finds nothing ready.
 *
 * <p>What happens between the work's look and its return to the queue wakes nobody: the event is
 * lost (repaired by commit 363bee27e258). And the queue can be gone by then: nobody heeds POLLFREE
 * (repaired by 50252e4b5e98; both by Eric Biggers, December 2021). Patch name: {@code
 * aio-poll-before-5.16}.
 */
final class BrokenPollBefore516 extends BrokenOffQueueAtWake {

  /** {@code done}: protected by the context's lock. */
  private final PlainWord done;

  BrokenPollBefore516(Submission submission) {
    super(submission);
    this.done = inside(() -> new PlainWord(machine(), "poll_iocb.done", 0));
  }

  @Override
  int submit() {
    PollTable table = new PollTable();
    int mask = file().poll(table::add) & events;
    boolean cancel = false;
    context().lockActive();
    WaitQueue queue = head.loadAcquire();
    if (queue != null) {
      queue.lock();
      if (!queue.isQueuedLocked(wait)) {
        cancel = table.error != 0;
        table.error = 0;
        mask = 0;
      }
      if (mask != 0 || table.error != 0) {
        queue.removeLocked(wait);
      } else if (cancel) {
        cancelled.writeOnce(1);
      } else if (done.get() == 0) {
        context().addActive(this);
      }
      queue.unlock();
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
    dequeueLocked();
    if (key != 0 && context().tryLockActive()) {
      context().removeActive(this);
      result(key);
      done.set(1);
      boolean later = putsLater();
      context().unlockActiveTried();
      if (!later) {
        put();
      }
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
    result(mask);
    done.set(1);
    context().unlockActive();
    put();
  }
}
