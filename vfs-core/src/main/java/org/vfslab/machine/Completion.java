package org.vfslab.machine;

import java.util.List;

/**
 * {@code struct completion}: one side waits until the other says that something is done.
 *
 * <p>Follows {@code kernel/sched/completion.c}, 7.2, on an ordinary wait queue instead of the
 * simple one.
 */
public final class Completion extends Shared implements Blocker {

  private final WaitQueue queue;

  // Protected by the queue's lock.
  private long done;

  /** Nothing is done yet. */
  public Completion(Machine machine, String name) {
    super(machine, name);
    queue = new WaitQueue(machine, name);
  }

  /** {@code complete}: lets one waiter go on, now or in future. Any context; never sleeps. */
  public void complete() {
    machine().beginCall(queue, Access.WRITE);
    queue.lock();
    if (done != Long.MAX_VALUE) {
      done++;
    }
    queue.wakeUpLocked(TaskState.NORMAL, 1);
    queue.unlock();
    machine().endCall();
  }

  /** {@code complete_all}: lets all waiters go on, now and in future. */
  public void completeAll() {
    machine().beginCall(queue, Access.WRITE);
    queue.lock();
    done = Long.MAX_VALUE;
    queue.wakeUpLocked(TaskState.NORMAL, 0);
    queue.unlock();
    machine().endCall();
  }

  /** {@code wait_for_completion}: sleeps, uninterruptibly, until {@link #complete}. */
  public void waitForCompletion() {
    Task me = machine().currentTask();
    me.mightSleep("wait_for_completion");
    machine().beginCall(queue, Access.WRITE);
    queue.lock();
    if (done == 0) {
      WaitEntry entry = new WaitEntry(me, true);
      me.waitsFor(this);
      do {
        if (!queue.isQueuedLocked(entry)) {
          queue.addLocked(entry);
        }
        me.setCurrentState(TaskState.UNINTERRUPTIBLE);
        queue.unlock();
        me.schedule();
        queue.lock();
      } while (done == 0);
      queue.removeLocked(entry);
      me.waitsFor(null);
    }
    if (done != Long.MAX_VALUE) {
      done--;
    }
    queue.unlock();
    machine().endCall();
  }

  /** {@code completion_done}: whether a waiter would go on at once. */
  public boolean isDone() {
    return done > 0;
  }

  @Override
  public List<String> holders() {
    return List.of();
  }

  @Override
  public String describe() {
    return "done " + done + ", " + queue.describe();
  }
}
