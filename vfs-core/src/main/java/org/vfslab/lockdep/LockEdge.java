package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;

/**
 * A lock of one class was acquired with a lock of another one held: {@code lock_list}.
 *
 * <p>The kernel has two of these for each dependency, one in either list; here both lists share it.
 */
final class LockEdge {

  /*
   * Overview. An edge has any of four kinds. The first letter is E if the lock that was held was
   * held exclusively, S if shared; the second is R if the new one was taken by a recursive reader,
   * N if not. A recursive reader does not wait for those who share the lock: so a way through an
   * edge ..R and then an edge S.. is no way along which anybody waits for anybody.
   *
   *   bit 0 SR   bit 1 ER   bit 2 SN   bit 3 EN
   *
   * Seen from the back the letters change places, and so do ER and SN.
   */
  private static final int ER = 1 << 1;
  private static final int SN = 1 << 2;

  /** The kinds whose first letter is E. */
  static final int FROM_EXCLUSIVE = 0b1010;

  /** The kinds whose second letter is N. */
  static final int TO_NONRECURSIVE = 0b1100;

  final LockClass from;
  final LockClass to;

  /** Where the second was acquired with the first one held. */
  final Trace trace;

  // The next edge from the same class, and the next one to the same class.
  @Nullable LockEdge nextAfter;
  @Nullable LockEdge nextBefore;

  private int kinds;
  private int distance;

  LockEdge(LockClass from, LockClass to, Trace trace, int kind, int distance) {
    this.from = from;
    this.to = to;
    this.trace = trace;
    this.kinds = kind;
    this.distance = distance;
  }

  /** The next edge of the class from which a search in this direction came. */
  @Nullable LockEdge next(boolean forwards) {
    return forwards ? nextAfter : nextBefore;
  }

  /** The kind of edge between holds in these modes. */
  static int kind(Mode held, Mode next) {
    return 1 << ((held == Mode.WRITE ? 1 : 0) + (next == Mode.READ_RECURSIVE ? 0 : 2));
  }

  boolean has(int kind) {
    return (kinds & kind) != 0;
  }

  void add(int kind) {
    kinds |= kind;
  }

  /** The kinds as a search in this direction sees them. */
  int kinds(boolean forwards) {
    return forwards ? kinds : (kinds & ~(ER | SN)) | ((kinds & ER) << 1) | ((kinds & SN) >> 1);
  }

  /** How far apart in the stack the two were; 1 if one was held when the next was acquired. */
  int distance() {
    return distance;
  }

  void seenAt(int newDistance) {
    if (newDistance == 1) {
      distance = 1;
    }
  }
}
