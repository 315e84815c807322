package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.machine.Access;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.ScheduleTimeout;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.Happening;

/**
 * A count that is taken and given back: {@code struct semaphore}. Nobody owns a unit, so any
 * context may give one, and lockdep is not told.
 *
 * <p>Follows {@code kernel/locking/semaphore.c}, 7.2.
 */
public final class Semaphore extends Shared implements Blocker {

  /*
   * Overview. count is how many may come in; it is 0 while somebody is queued. up() gives its unit
   * to the first of the queue, if there is one, by setting its word `up`, and adds to count only
   * otherwise: so nobody overtakes who waits, and a woken waiter asks for nothing but its own word.
   */
  private final RawLock lock;

  // Protected by lock.
  private long count;
  private final List<Waiter> waiters = new ArrayList<>(2);

  /** A semaphore that {@code count} may take; not negative. */
  public Semaphore(Machine machine, String name, long count) {
    super(machine, name);
    if (count < 0) {
      throw new IllegalArgumentException("a semaphore begins with 0 or more, not " + count);
    }
    this.lock = new RawLock(machine, name);
    this.count = count;
  }

  private static final class Waiter {
    private final Task task;

    /** 1 once the unit is ours. */
    private final AtomicWord up;

    Waiter(Semaphore semaphore, Task task) {
      this.task = task;
      this.up = new AtomicWord(semaphore.machine(), semaphore.name() + " up", 0);
    }
  }

  /** {@code down}: process context; sleeps, uninterruptibly, until a unit is there. */
  public void down() {
    down(TaskState.UNINTERRUPTIBLE, ScheduleTimeout.FOREVER, "down");
  }

  /**
   * {@code down_interruptible}.
   *
   * @return 0, or {@code -EINTR} when a signal came first
   */
  public int downInterruptible() {
    return down(TaskState.INTERRUPTIBLE, ScheduleTimeout.FOREVER, "down_interruptible");
  }

  /**
   * {@code down_killable}.
   *
   * @return 0, or {@code -EINTR} when a fatal signal came first
   */
  public int downKillable() {
    return down(TaskState.KILLABLE, ScheduleTimeout.FOREVER, "down_killable");
  }

  /**
   * {@code down_timeout}.
   *
   * @return 0, or {@code -ETIME} when {@code nanos} nanoseconds had passed first
   */
  public int downTimeout(long nanos) {
    return down(TaskState.UNINTERRUPTIBLE, nanos, "down_timeout");
  }

  /**
   * {@code down_trylock}: any context; never sleeps.
   *
   * @return whether a unit was taken; the kernel's returns the opposite
   */
  public boolean downTrylock() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    lock.lockIrqSave(me);
    boolean taken = count > 0;
    if (taken) {
      count--;
      told(Happening.LockAction.ACQUIRED);
    }
    lock.unlockIrqRestore(me);
    machine().endCall();
    return taken;
  }

  /** {@code up}: any context, also one that took nothing; never sleeps. */
  public void up() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    lock.lockIrqSave(me);
    Task woken = null;
    if (waiters.isEmpty()) {
      count++;
    } else {
      Waiter first = waiters.removeFirst();
      first.up.storeRelease(1);
      woken = first.task;
    }
    told(Happening.LockAction.RELEASED);
    lock.unlockIrqRestore(me);
    if (woken != null) {
      woken.wakeUpProcess();
    }
    machine().endCall();
  }

  private int down(int state, long nanos, String site) {
    Task me = machine().currentTask();
    me.mightSleep(site);
    machine().beginCall(this, Access.WRITE);
    lock.lockIrqSave(me);
    int result = 0;
    if (count > 0) {
      count--;
    } else {
      result = sleepInQueue(me, state, nanos);
    }
    if (result == 0) {
      told(Happening.LockAction.ACQUIRED);
    }
    lock.unlockIrqRestore(me);
    machine().endCall();
    return result;
  }

  /** {@code ___down_common}, with lock held before and after. */
  private int sleepInQueue(Task me, int state, long nanos) {
    Waiter waiter = new Waiter(this, me);
    waiters.add(waiter);
    me.waitsFor(this);
    told(Happening.LockAction.WAITS);
    long left = nanos;
    int result = 0;
    do {
      if (me.signalPendingState(state)) {
        result = -Errno.EINTR;
      } else if (left <= 0) {
        result = -Errno.ETIME;
      } else {
        me.setCurrentState(state);
        lock.unlockIrqRestore(me);
        left = ScheduleTimeout.schedule(me, left);
        lock.lockIrqSave(me);
      }
    } while (result == 0 && waiter.up.loadAcquire() == 0);
    if (result != 0) {
      waiters.remove(waiter);
    }
    me.waitsFor(null);
    return result;
  }

  private void told(Happening.LockAction action) {
    if (machine().tracing()) {
      machine().trace(new Happening.Locked(action, name(), "", describe()));
    }
  }

  /** How many may come in, for printing and for properties. */
  public long countNow() {
    return count;
  }

  @Override
  public List<String> holders() {
    return List.of();
  }

  @Override
  public String describe() {
    List<String> queue = waiters.stream().map(waiter -> waiter.task.name()).toList();
    return "count " + count + (queue.isEmpty() ? "" : ", queue " + queue);
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
