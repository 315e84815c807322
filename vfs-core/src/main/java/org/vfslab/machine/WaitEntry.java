package org.vfslab.machine;

/**
 * One who waits in a {@link WaitQueue}: a task, or a callback that a wake-up runs ({@code
 * wait_queue_entry}).
 */
public class WaitEntry {

  private final Task task;
  private final boolean exclusive;

  /** Whether the entry is in a queue; protected by the queue's lock. */
  boolean queued;

  /** An entry for {@code task}; exclusive ones are woken one at a time, in their order. */
  public WaitEntry(Task task, boolean exclusive) {
    this.task = task;
    this.exclusive = exclusive;
  }

  /** The task that waits. */
  public final Task task() {
    return task;
  }

  /** {@code WQ_FLAG_EXCLUSIVE}. */
  public final boolean exclusive() {
    return exclusive;
  }

  /**
   * What a wake-up does with the entry ({@code wait_queue_entry.func}), with the queue's lock held
   * and interrupts disabled. This one is {@code autoremove_wake_function}: wakes the task and, if
   * it slept, leaves the queue.
   */
  protected Wake wake(int states) {
    return task.wakeUp(states) ? Wake.WOKEN : Wake.IGNORED;
  }

  /** The same, told which events came; 0 when nobody says. */
  protected Wake wake(int states, int key) {
    return wake(states);
  }

  /** What came of waking an entry. */
  public enum Wake {
    /** Leaves the queue, and counts against the number of exclusive wake-ups. */
    WOKEN,
    /** Leaves the queue and does not count. */
    WOKEN_UNCOUNTED,
    /** Has left the queue itself; the walk goes on. */
    GONE,
    /** Stays; the walk goes on. */
    IGNORED,
    /** Stays, and so does everybody behind. */
    STOP
  }
}
