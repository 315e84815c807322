package org.vfslab.lockdep;

import java.util.ArrayDeque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks for the shortest strong path in the graph of classes: {@code __bfs}. */
final class Search {

  /*
   * Overview. Breadth first. A step from a class that was reached by edges ..R only may not take
   * an edge S.. (see LockEdge).
   *
   * Where this is not the kernel's: that visits each class once, whichever way it came first, even
   * a way that turns out not to be strong; so it can miss a path when a class is reached weakly
   * before it is reached strongly, and which of them is first depends on the order in which edges
   * were recorded. Here a class that was reached weakly is visited once more when it is reached
   * strongly. So what is found depends on the set of edges only.
   */
  private int generation;
  private int queueDepthMax;

  /** The nearest class for which {@code match} holds, along what was acquired later. */
  @Nullable Path forwards(
      LockClass root, boolean weak, boolean pastNoLocks, Predicate<Path> match) {
    return search(root, weak, pastNoLocks, match, true);
  }

  /** The same along what was held before. */
  @Nullable Path backwards(
      LockClass root, boolean weak, boolean pastNoLocks, Predicate<Path> match) {
    return search(root, weak, pastNoLocks, match, false);
  }

  /** {@code lockdep_count_forward_deps} or its backward twin; counts the class itself too. */
  int count(LockClass root, boolean forwards) {
    int[] count = new int[1];
    search(
        root,
        false,
        false,
        path -> {
          count[0] += path.again() ? 0 : 1;
          return false;
        },
        forwards);
    return count[0];
  }

  /** The longest queue so far. */
  int queueDepthMax() {
    return queueDepthMax;
  }

  private @Nullable Path search(
      LockClass start, boolean weak, boolean pastNoLocks, Predicate<Path> match, boolean forwards) {
    if (pastNoLocks && start.isNoLock()) {
      return null;
    }
    generation++;
    Path at = new Path(start, null, null, weak, false);
    start.visitedIn = generation;
    start.visitedStrongly = !weak;
    if (match.test(at)) {
      return at;
    }
    ArrayDeque<Path> queue = null;
    while (at != null) {
      for (LockEdge edge = at.lockClass().first(forwards);
          edge != null;
          edge = edge.next(forwards)) {
        int kinds = edge.kinds(forwards);
        if (at.weak()) {
          kinds &= LockEdge.FROM_EXCLUSIVE;
        }
        boolean stillWeak = (kinds & LockEdge.TO_NONRECURSIVE) == 0;
        LockClass next = forwards ? edge.to : edge.from;
        boolean again = next.visitedIn == generation;
        if (kinds == 0
            || (again && (next.visitedStrongly || stillWeak))
            || (pastNoLocks && next.isNoLock())) {
          continue;
        }
        next.visitedIn = generation;
        next.visitedStrongly = !stillWeak;
        Path path = new Path(next, at, edge, stillWeak, again);
        if (match.test(path)) {
          return path;
        }
        if (queue == null) {
          queue = new ArrayDeque<>();
        }
        queue.add(path);
        queueDepthMax = Math.max(queueDepthMax, queue.size());
      }
      at = queue == null ? null : queue.poll();
    }
    return null;
  }
}
