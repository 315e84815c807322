package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;

/** The bits of an rwsem's count word. */
final class RwsemCount {

  /*
   *   bit  0     WRITER_LOCKED   a writer holds the lock
   *   bit  1     FLAG_WAITERS    somebody is queued
   *   bit  2     FLAG_HANDOFF    the first waiter is next, nobody may steal
   *   bits 3-7   unused
   *   bits 8-62  readers, in units of READER_BIAS: those that hold the lock and those that are
   *              about to back out
   *   bit  63    READFAIL        too many readers
   *
   * Free and idle is 0. Reader bits alone do not say that a reader holds the lock: whoever fails
   * in the fast path has added itself and takes itself back later.
   */
  static final long WRITER_LOCKED = 1;
  static final long FLAG_WAITERS = 2;
  static final long FLAG_HANDOFF = 4;
  static final int READER_SHIFT = 8;
  static final long READER_BIAS = 1L << READER_SHIFT;
  static final long READFAIL = Long.MIN_VALUE;
  static final long READER_MASK = -READER_BIAS;
  static final long LOCK_MASK = WRITER_LOCKED | READER_MASK;
  static final long READ_FAILED_MASK = WRITER_LOCKED | FLAG_WAITERS | FLAG_HANDOFF | READFAIL;

  private RwsemCount() {}

  /** Whether a writer holds the lock. */
  static boolean isWriteLocked(long count) {
    return (count & WRITER_LOCKED) != 0;
  }

  /** How many readers are counted. */
  static long readers(long count) {
    return (count & READER_MASK) >> READER_SHIFT;
  }

  /** The word in hexadecimal, and its bits by name. */
  static String describe(long count) {
    List<String> bits = new ArrayList<>();
    if (isWriteLocked(count)) {
      bits.add("WRITER");
    }
    if ((count & FLAG_WAITERS) != 0) {
      bits.add("WAITERS");
    }
    if ((count & FLAG_HANDOFF) != 0) {
      bits.add("HANDOFF");
    }
    if (readers(count) != 0) {
      bits.add("readers " + readers(count));
    }
    return "0x"
        + Long.toHexString(count)
        + (bits.isEmpty() ? "" : " (" + String.join(" | ", bits) + ")");
  }
}
