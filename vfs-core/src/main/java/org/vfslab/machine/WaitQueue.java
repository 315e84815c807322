package org.vfslab.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A queue of sleepers: {@code wait_queue_head}.
 *
 * <p>Who waits for a condition queues first, then looks at the condition, then sleeps; who makes it
 * true changes it first and wakes afterwards. {@link #waitEvent} does the first half.
 *
 * <p>Follows {@code kernel/sched/wait.c}, 7.2: non-exclusive entries at the head, exclusive ones at
 * the tail.
 */
public final class WaitQueue extends Shared implements Blocker {

  private final RawLock lock;

  // Protected by lock.
  private final ArrayList<WaitEntry> entries = new ArrayList<>(2);

  /** An empty queue. */
  public WaitQueue(Machine machine, String name) {
    super(machine, name);
    lock = new RawLock(machine, name);
  }

  /** Takes the queue's lock with interrupts disabled ({@code spin_lock_irqsave}). */
  public void lock() {
    Context me = machine().current();
    lock.lockIrqSave(me);
  }

  /** Ends {@link #lock}. */
  public void unlock() {
    Context me = machine().current();
    lock.unlockIrqRestore(me);
  }

  /** Queues an entry, with {@link #lock} held: exclusive ones at the tail, others at the head. */
  public void addLocked(WaitEntry entry) {
    if (entry.exclusive()) {
      entries.add(entry);
    } else {
      entries.addFirst(entry);
    }
    entry.queued = true;
  }

  /** Whether {@code entry} is queued; with {@link #lock} held. */
  public boolean isQueuedLocked(WaitEntry entry) {
    return entry.queued;
  }

  /** Takes an entry out, with {@link #lock} held. */
  public void removeLocked(WaitEntry entry) {
    if (entry.queued) {
      entries.remove(entry);
      entry.queued = false;
    }
  }

  /**
   * {@code prepare_to_wait[_exclusive]}: queues the entry unless it is, and announces the sleep.
   */
  public void prepareToWait(WaitEntry entry, int state) {
    lock();
    if (!entry.queued) {
      addLocked(entry);
    }
    entry.task().setCurrentState(state);
    unlock();
  }

  /** {@code finish_wait}: calls the sleep off and leaves the queue. */
  public void finishWait(WaitEntry entry) {
    entry.task().setCurrentState(TaskState.RUNNING);
    lock();
    removeLocked(entry);
    unlock();
  }

  /**
   * {@code wake_up}: wakes all non-exclusive and one exclusive waiter. Any context; never sleeps.
   */
  public void wakeUp() {
    wakeUp(TaskState.NORMAL, 1);
  }

  /** {@code wake_up_all}. */
  public void wakeUpAll() {
    wakeUp(TaskState.NORMAL, 0);
  }

  /** {@code wake_up_poll}: as {@link #wakeUp}, telling which events came; 0 when nobody says. */
  public void wakeUpPoll(int key) {
    machine().beginCall(this, Access.WRITE);
    lock();
    wakeUpLocked(TaskState.NORMAL, 1, key);
    unlock();
    machine().endCall();
  }

  /**
   * {@code __wake_up}.
   *
   * @param states which sleeps to end
   * @param exclusive how many exclusive entries to wake; 0 for all
   */
  public void wakeUp(int states, int exclusive) {
    machine().beginCall(this, Access.WRITE);
    lock();
    wakeUpLocked(states, exclusive);
    unlock();
    machine().endCall();
  }

  /** {@code __wake_up_locked}. */
  public void wakeUpLocked(int states, int exclusive) {
    wakeUpLocked(states, exclusive, 0);
  }

  /**
   * {@code __wake_up_locked_key}: with {@link #lock} held.
   *
   * @param key what the entries are told: which events came, or 0 when nobody says
   */
  public void wakeUpLocked(int states, int exclusive, int key) {
    int left = exclusive;
    for (int i = 0; i < entries.size(); ) {
      WaitEntry entry = entries.get(i);
      WaitEntry.Wake came = entry.wake(states, key);
      if (came == WaitEntry.Wake.STOP) {
        return;
      }
      if (came == WaitEntry.Wake.GONE) {
        continue;
      }
      if (came == WaitEntry.Wake.IGNORED) {
        i++;
        continue;
      }
      entries.remove(i);
      entry.queued = false;
      if (came == WaitEntry.Wake.WOKEN && entry.exclusive() && --left == 0) {
        return;
      }
    }
  }

  /** {@code waitqueue_active}, without the lock: whether somebody is queued. */
  public boolean isActive() {
    return !entries.isEmpty();
  }

  /** The tasks that wait here, in their order. Exact only while nothing runs. */
  public List<Task> waiters() {
    List<Task> tasks = new ArrayList<>(entries.size());
    for (WaitEntry entry : entries) {
      tasks.add(entry.task());
    }
    return tasks;
  }

  /** {@code wait_event}: sleeps until {@code condition}, which it checks after every wake-up. */
  public void waitEvent(String where, BooleanSupplier condition) {
    waitEvent(where, TaskState.UNINTERRUPTIBLE, condition);
  }

  /**
   * {@code wait_event_state}: sleeps in {@code state} until {@code condition} holds.
   *
   * @return 0, or {@code -ERESTARTSYS} when a signal that the state heeds came first
   */
  public int waitEvent(String where, int state, BooleanSupplier condition) {
    Task me = machine().currentTask();
    me.mightSleep(where);
    machine().beginCall(this, Access.WRITE);
    int result = 0;
    if (!condition.getAsBoolean()) {
      result = sleepUntil(me, state, condition);
    }
    machine().endCall();
    return result;
  }

  private int sleepUntil(Task me, int state, BooleanSupplier condition) {
    WaitEntry entry = new WaitEntry(me, false);
    me.waitsFor(this);
    int result = 0;
    while (true) {
      prepareToWait(entry, state);
      if (condition.getAsBoolean()) {
        break;
      }
      if (me.signalPendingState(state)) {
        result = -Errno.ERESTARTSYS;
        break;
      }
      me.schedule();
    }
    finishWait(entry);
    me.waitsFor(null);
    return result;
  }

  @Override
  public List<String> holders() {
    return List.of();
  }

  @Override
  public String describe() {
    return entries.isEmpty() ? "nobody waits" : "waiting: " + waiters();
  }
}
