package org.vfslab.locking;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Callbacks in the order of their coming, in segments by the grace period they wait for: {@code
 * struct rcu_segcblist}, {@code kernel/rcu/rcu_segcblist.c}, 7.2. Protected by a lock of its owner.
 */
final class SegmentedCallbacks {

  /*
   * Overview. Four segments, oldest first: DONE may be invoked; WAIT and NEXT_READY have a number,
   * that of the grace period at whose end they may; NEXT have none yet. advance() moves segments
   * whose number has come to DONE and closes up the others; accelerate() gives a number to what has
   * none, or an earlier one than was thought.
   */
  private static final int DONE = 0;
  private static final int WAIT = 1;
  private static final int NEXT_READY = 2;
  private static final int NEXT = 3;

  private final List<Deque<Runnable>> segments = new ArrayList<>();
  private final long[] seq = new long[NEXT + 1];

  /** All that have come and whose invocation has not ended. */
  private int length;

  SegmentedCallbacks() {
    for (int i = DONE; i <= NEXT; i++) {
      segments.add(new ArrayDeque<>(1));
    }
  }

  void enqueue(Runnable callback) {
    segments.get(NEXT).add(callback);
    length++;
  }

  /**
   * {@code rcu_segcblist_entrain}: adds a callback behind the youngest without a grace period of
   * its own; returns false if there is none at all.
   */
  boolean entrain(Runnable callback) {
    if (length == 0) {
      return false;
    }
    int last = NEXT;
    while (last > DONE && segments.get(last).isEmpty()) {
      last--;
    }
    segments.get(last).add(callback);
    length++;
    return true;
  }

  /** {@code rcu_segcblist_advance}: the grace period {@code done} has ended. */
  void advance(long done) {
    int i = WAIT;
    while (i < NEXT && seq[i] <= done) {
      segments.get(DONE).addAll(segments.get(i));
      segments.get(i).clear();
      i++;
    }
    if (i == WAIT) {
      return;
    }
    int to = WAIT;
    for (; i < NEXT; i++, to++) {
      Deque<Runnable> moved = segments.get(i);
      if (to != i) {
        segments.get(to).addAll(moved);
        moved.clear();
        seq[to] = seq[i];
      }
    }
  }

  /** {@code rcu_segcblist_accelerate}: who has no number yet gets {@code wanted} at the latest. */
  void accelerate(long wanted) {
    int i = NEXT_READY;
    while (i > DONE && (segments.get(i).isEmpty() || seq[i] >= wanted)) {
      i--;
    }
    i++; // the first segment that may get the number
    if (i >= NEXT || isEmptyFrom(i)) {
      return;
    }
    for (int from = i + 1; from <= NEXT; from++) {
      segments.get(i).addAll(segments.get(from));
      segments.get(from).clear();
    }
    for (; i < NEXT; i++) {
      seq[i] = wanted;
    }
  }

  private boolean isEmptyFrom(int first) {
    for (int i = first; i <= NEXT; i++) {
      if (!segments.get(i).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Whether some may be invoked. */
  boolean hasReady() {
    return !segments.get(DONE).isEmpty();
  }

  /** Takes those that may be invoked; {@link #invoked} ends it. */
  List<Runnable> extractReady() {
    List<Runnable> ready = List.copyOf(segments.get(DONE));
    segments.get(DONE).clear();
    return ready;
  }

  /** The invocation of {@code count} callbacks has ended. */
  void invoked(int count) {
    length -= count;
  }

  /** {@code rcu_segcblist_n_cbs}. */
  int length() {
    return length;
  }

  @Override
  public String toString() {
    return "done "
        + segments.get(DONE).size()
        + ", wait "
        + segments.get(WAIT).size()
        + ", next ready "
        + segments.get(NEXT_READY).size()
        + ", next "
        + segments.get(NEXT).size();
  }
}
