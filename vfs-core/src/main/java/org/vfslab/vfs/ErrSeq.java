package org.vfslab.vfs;

import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/**
 * An error and a count of errors, so that each of many who look is told once: {@code errseq_t} of
 * {@code lib/errseq.c}, 7.2.
 *
 * <p>Who begins to look takes a {@link #sample}; an error that came later, or that nobody had seen
 * by then, is told at the next {@link #checkAndAdvance}. Any context; never sleeps.
 */
final class ErrSeq {

  /*
   * Overview. One word:
   *
   *   bits 0-11  the last errno, positive
   *   bit  12    SEEN: somebody has looked since it was set
   *   bits 13-   counts errors that were set after somebody had looked
   */
  private static final long ERRNO_MASK = 0xfff;
  private static final long SEEN = 0x1000;
  private static final long INCREMENT = 0x2000;

  private final AtomicWord word;

  ErrSeq(Machine machine, String name) {
    word = new AtomicWord(machine, name, 0);
  }

  /** {@code errseq_set}: records a negative errno. */
  void set(int error) {
    while (true) {
      long old = word.readOnce();
      long next = (old & ~(ERRNO_MASK | SEEN)) | -error;
      if ((old & SEEN) != 0) {
        next += INCREMENT;
      }
      if (next == old || word.compareAndSet(old, next)) {
        return;
      }
    }
  }

  /** {@code errseq_sample}: where to begin; an error that nobody has seen is still to be told. */
  long sample() {
    long now = word.readOnce();
    return (now & SEEN) == 0 ? 0 : now;
  }

  /** {@code errseq_check}: the negative errno of an error since {@code since}, or 0. */
  int check(long since) {
    long now = word.readOnce();
    return now == since ? 0 : (int) -(now & ERRNO_MASK);
  }

  /** {@code errseq_check_and_advance}: as {@link #check}, and not again for this cursor. */
  int checkAndAdvance(Cursor cursor) {
    long old = word.readOnce();
    if (old == cursor.since) {
      return 0;
    }
    long next = old | SEEN;
    if (next != old) {
      word.compareAndSet(old, next);
    }
    cursor.since = next;
    return (int) -(next & ERRNO_MASK);
  }

  /** Up to where somebody has been told; of one open file, under its lock. */
  static final class Cursor {
    private volatile long since;

    Cursor(long since) {
      this.since = since;
    }
  }
}
