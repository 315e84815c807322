package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;

/**
 * The locks that one context holds, oldest first.
 *
 * <p>In the kernel a task and the interrupts on top of it share a stack, in which a mark on each
 * entry keeps them apart; here each handler is a context with a stack of its own.
 */
final class HeldStack {

  /** {@code MAX_LOCK_DEPTH}. */
  static final int DEPTH_MAX = 48;

  private final Context context;
  private HeldLock[] locks = {};
  private int depth;

  /** The key of the chain of all that is held. */
  long chainKey = ChainCache.INITIAL_KEY;

  /** Whether this is a handler that no option can move into a thread. */
  boolean notThreaded;

  /** What this context acquired since it began, if somebody may want to know; see HandedOver. */
  @Nullable History history;

  HeldStack(Context context) {
    this.context = context;
  }

  Context context() {
    return context;
  }

  int depth() {
    return depth;
  }

  HeldLock get(int at) {
    return locks[at];
  }

  HeldLock top() {
    return locks[depth - 1];
  }

  /** The entry that the next {@link #push} adds. */
  HeldLock next() {
    if (depth == locks.length) {
      locks = java.util.Arrays.copyOf(locks, depth + 1);
      locks[depth] = new HeldLock();
    }
    return locks[depth];
  }

  /** Adds the entry that {@link #next} returned. */
  void push(long newChainKey) {
    depth++;
    chainKey = newChainKey;
  }

  /** Takes everything from {@code at} on off the stack; the entries stay where they are. */
  void cutTo(int at) {
    if (at < depth) {
      depth = at;
      chainKey = locks[at].chainKeyBefore;
    }
  }

  /** Puts the entry at {@code at} behind those up to {@code end}, which move down by one. */
  void moveBehind(int at, int end) {
    HeldLock moved = locks[at];
    System.arraycopy(locks, at + 1, locks, at, end - at - 1);
    locks[end - 1] = moved;
  }

  /** {@code find_held_lock}: where the newest entry for {@code map} stands, or -1. */
  int find(LockMap map) {
    for (int i = depth - 1; i >= 0; i--) {
      if (locks[i].standsFor(map)) {
        return i;
      }
    }
    return -1;
  }

  /** The oldest entry for {@code map}, or null. */
  @Nullable HeldLock oldest(LockMap map) {
    for (int i = 0; i < depth; i++) {
      if (locks[i].standsFor(map)) {
        return locks[i];
      }
    }
    return null;
  }
}
