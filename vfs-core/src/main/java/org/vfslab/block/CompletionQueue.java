package org.vfslab.block;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/** Where a drive puts answers that nobody is interrupted for: who polls finds them. */
final class CompletionQueue {

  /** How many entries nobody has found yet. */
  private final AtomicWord unpolled;

  // Protected by this.
  private final Deque<Command> entries = new ArrayDeque<>(2);

  CompletionQueue(Machine machine, String name) {
    this.unpolled = new AtomicWord(machine, "completion queue of " + name, 0);
  }

  /** What a poller spins on. */
  AtomicWord unpolled() {
    return unpolled;
  }

  void post(Command command) {
    synchronized (this) {
      entries.add(command);
    }
    unpolled.fetchAdd(1);
  }

  /** Has other pollers look again: what they wait for may be among what this one has ended. */
  void someEnded() {
    unpolled.fetchAdd(0);
  }

  /** The next entry, or null. */
  @Nullable Command next() {
    if (!unpolled.addIfPositive(-1)) {
      return null;
    }
    synchronized (this) {
      return entries.removeFirst();
    }
  }
}
