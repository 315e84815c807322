package org.vfslab.machine;

import java.util.List;

/**
 * {@code struct completion}: one side waits until the other says that something is done.
 *
 * <p>Follows {@code kernel/sched/completion.c}, 7.2, on an ordinary wait queue instead of the
 * simple one; a sleeper comes back to the end of the queue each time it was woken in vain, as
 * there.
 */
public final class Completion extends Shared implements Blocker {

  /*
   * Overview. done counts the complete() calls that no waiter has used up yet; DONE_FOR_ALL says
   * that no waiter uses anything up any more. Who waits takes 1 off, so that as many waiters go on
   * as there were calls, whoever comes first.
   */
  private static final long DONE_FOR_ALL = 0xffff_ffffL; // UINT_MAX

  private final WaitQueue queue;

  // Protected by the queue's lock.
  private long done;

  /** Nothing is done yet. */
  public Completion(Machine machine, String name) {
    super(machine, name);
    queue = new WaitQueue(machine, name);
  }

  /** {@code reinit_completion}: nothing is done again. Nobody may wait or complete meanwhile. */
  public void reinit() {
    machine().beginCall(queue, Access.WRITE);
    queue.lock();
    done = 0;
    queue.unlock();
    machine().endCall();
  }

  /** {@code complete}: lets one waiter go on, now or in future. Any context; never sleeps. */
  public void complete() {
    machine().beginCall(queue, Access.WRITE);
    queue.lock();
    if (done != DONE_FOR_ALL) {
      done++;
    }
    queue.wakeUpLocked(TaskState.NORMAL, 1);
    queue.unlock();
    machine().endCall();
  }

  /** {@code complete_all}: lets all waiters go on, now and until {@link #reinit}. */
  public void completeAll() {
    machine().beginCall(queue, Access.WRITE);
    queue.lock();
    done = DONE_FOR_ALL;
    queue.wakeUpLocked(TaskState.NORMAL, 0);
    queue.unlock();
    machine().endCall();
  }

  /** {@code wait_for_completion}: sleeps, uninterruptibly, until {@link #complete}. */
  public void waitForCompletion() {
    wait("wait_for_completion", ScheduleTimeout.FOREVER, TaskState.UNINTERRUPTIBLE);
  }

  /**
   * {@code wait_for_completion_interruptible}: the same, but any signal ends the sleep.
   *
   * @return 0, or {@code -ERESTARTSYS} when the signal came first
   */
  public int waitForCompletionInterruptible() {
    return (int)
        Math.min(
            0,
            wait(
                "wait_for_completion_interruptible",
                ScheduleTimeout.FOREVER,
                TaskState.INTERRUPTIBLE));
  }

  /**
   * {@code wait_for_completion_killable}: the same, but a fatal signal ends the sleep.
   *
   * @return 0, or {@code -ERESTARTSYS} when the signal came first
   */
  public int waitForCompletionKillable() {
    return (int)
        Math.min(
            0, wait("wait_for_completion_killable", ScheduleTimeout.FOREVER, TaskState.KILLABLE));
  }

  /**
   * {@code wait_for_completion_timeout}: the same, but not longer than a time.
   *
   * @return 0 when the time has passed, otherwise what was left of it in nanoseconds, at least 1
   */
  public long waitForCompletionTimeout(long nanos) {
    return wait("wait_for_completion_timeout", nanos, TaskState.UNINTERRUPTIBLE);
  }

  /**
   * {@code try_wait_for_completion}: takes part in what is done without waiting. Any context.
   *
   * @return whether a waiter went on
   */
  public boolean tryWaitForCompletion() {
    machine().beginCall(queue, Access.WRITE);
    queue.lock();
    boolean was = done > 0;
    if (was && done != DONE_FOR_ALL) {
      done--;
    }
    queue.unlock();
    machine().endCall();
    return was;
  }

  private long wait(String where, long nanos, int state) {
    Task me = machine().currentTask();
    me.mightSleep(where);
    machine().beginCall(queue, Access.WRITE);
    queue.lock();
    long left = nanos;
    if (done == 0) {
      left = sleepUntilDone(me, nanos, state);
    }
    if (done > 0) {
      if (done != DONE_FOR_ALL) {
        done--;
      }
      left = Math.max(1, left);
    }
    queue.unlock();
    machine().endCall();
    return left;
  }

  /** With the queue's lock held before and after. */
  private long sleepUntilDone(Task me, long nanos, int state) {
    WaitEntry entry = new WaitEntry(me, true);
    long left = nanos;
    me.waitsFor(this);
    do {
      if (me.signalPendingState(state)) {
        left = -Errno.ERESTARTSYS;
        break;
      }
      if (!queue.isQueuedLocked(entry)) {
        queue.addLocked(entry);
      }
      me.setCurrentState(state);
      queue.unlock();
      left = ScheduleTimeout.schedule(me, left);
      queue.lock();
    } while (done == 0 && left > 0);
    queue.removeLocked(entry);
    me.waitsFor(null);
    return left;
  }

  /** {@code completion_done}: whether a waiter would go on at once. Any context. */
  public boolean completionDone() {
    machine().beginCall(queue, Access.READ);
    queue.lock();
    boolean is = done > 0;
    queue.unlock();
    machine().endCall();
    return is;
  }

  /** The same for printing and for properties: no step. */
  public boolean isDone() {
    return done > 0;
  }

  @Override
  public List<String> holders() {
    return List.of();
  }

  @Override
  public String describe() {
    return "done " + (done == DONE_FOR_ALL ? "for all" : done) + ", " + queue.describe();
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
