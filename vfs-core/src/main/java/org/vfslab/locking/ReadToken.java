package org.vfslab.locking;

import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/**
 * One shared hold of a {@link DelegatedReadLock}. It belongs to a context, or is on its way from
 * one to another, or is over.
 */
public final class ReadToken {

  /*
   * Overview. One word: the state in bits 0 and 1, and above it the number of the context + 1.
   *
   *   ATTACHED(context) --exit_reader--> DETACHED --reenter_reader--> ATTACHED(any other)
   *         \--end_read--> ENDED
   */
  private static final long ATTACHED = 0;
  private static final long DETACHED = 1;
  private static final long ENDED = 2;
  private static final long STATE = 3;

  private final AtomicWord word;

  /** Where the reader began; for reports. */
  private final String origin;

  ReadToken(DelegatedReadLock lock, Context me, String origin) {
    this.word = new AtomicWord(lock.machine(), lock.name() + " token", attachedTo(me));
    this.origin = origin;
  }

  private static long attachedTo(Context me) {
    return (me.index() + 1L) << 2 | ATTACHED;
  }

  /** Whether it is on its way from one context to another. */
  public boolean isDetached() {
    return word.loadAcquire() == DETACHED;
  }

  /** From attached to {@code me} to on its way; returns whether it was. */
  boolean detach(Context me) {
    return word.compareAndSet(attachedTo(me), DETACHED);
  }

  /** From on its way to attached to {@code me}; returns whether it was. */
  boolean attach(Context me) {
    return word.compareAndSet(DETACHED, attachedTo(me));
  }

  /** From attached to {@code me} to over; returns whether it was. */
  boolean end(Context me) {
    return word.compareAndSet(attachedTo(me), ENDED);
  }

  /** The state in words. */
  String describe(Machine machine) {
    long now = word.peek();
    String state =
        switch ((int) (now & STATE)) {
          case (int) DETACHED -> "detached";
          case (int) ENDED -> "ended";
          default -> "attached to " + machine.contexts().get((int) (now >>> 2) - 1).name();
        };
    return state + ", begun at " + origin;
  }
}
