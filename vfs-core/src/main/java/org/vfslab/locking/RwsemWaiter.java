package org.vfslab.locking;

import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.memory.AtomicRef;

/** One that is queued at an rwsem ({@code struct rwsem_waiter}). */
final class RwsemWaiter {

  /** What it waits for. */
  enum Kind {
    /** The lock, shared: granted by whoever wakes it. */
    READ("R"),
    /** The lock, exclusively: woken to try. */
    WRITE("W"),
    /** That a writer has finished, and never takes the lock. */
    RELEASE("release");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  /** A tick of the clock that counts time-outs: {@code HZ} is 1000. */
  static final long JIFFY_NS = 1_000_000;

  /** {@code RWSEM_WAIT_TIMEOUT}: 4 ms in jiffies, rounded up. */
  static final long WAIT_TIMEOUT_JIFFIES = (4_000_000 + JIFFY_NS - 1) / JIFFY_NS;

  final Task task;
  final Kind kind;

  /** The task while it waits; null once it was let go. */
  final AtomicRef<Task> waiting;

  private final long timeout;

  /** Whether the handoff bit was set in favour of this one. Protected by the wait lock. */
  boolean handoffSet;

  /** A writer: the count with which it last failed to take the lock. Only the task uses it. */
  long countSeen;

  RwsemWaiter(Machine machine, String name, Task task, Kind kind) {
    this.task = task;
    this.kind = kind;
    this.timeout = jiffies(machine) + WAIT_TIMEOUT_JIFFIES;
    this.waiting = new AtomicRef<>(machine, name, task);
  }

  private static long jiffies(Machine machine) {
    return machine.nowNs() / JIFFY_NS;
  }

  /** Whether it has waited for longer than the time-out. */
  boolean isOverdue(Machine machine) {
    return jiffies(machine) > timeout;
  }

  @Override
  public String toString() {
    return task.name() + " " + kind.word + (handoffSet ? " handoff" : "");
  }
}
