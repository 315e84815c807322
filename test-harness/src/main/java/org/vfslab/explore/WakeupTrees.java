package org.vfslab.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The wakeup trees of an exploration: sequences of steps that are still to be tried, with their
 * beginnings shared.
 *
 * <p>Trees can be large (that of readers(N) has a branch for each subset of the readers), so a
 * branch is three numbers in a common pool: its step, its first child, and its next sibling. A tree
 * is the number of its first branch, or {@link #NONE}.
 */
final class WakeupTrees {

  /** The empty tree. */
  static final int NONE = -1;

  private static final int STEP = 0;
  private static final int CHILD = 1;
  private static final int NEXT = 2;
  private static final int FIELDS = 3;

  private static final int BLOCK_BITS = 10;
  private static final int BLOCK = 1 << BLOCK_BITS;

  private final StepTable table;
  private int[][] blocks = new int[4][];
  private int made;
  private int free = NONE;

  /**
   * Sequences that a branch covers unless its step, when made, turns out to conflict with them; for
   * branches of which it is not certain what they touch.
   */
  private final Map<Integer, Set<Sequence>> undecided = new HashMap<>();

  WakeupTrees(StepTable table) {
    this.table = table;
  }

  /** Adds a demand to a tree unless the tree covers it already; returns the tree. */
  int insert(int tree, Demand demand) {
    int top = tree;
    int parent = NONE;
    int level = tree;
    while (demand.restLength() > 0) {
      int last = NONE;
      int match = NONE;
      for (int branch = level; branch != NONE; branch = next(branch)) {
        int step = step(branch);
        if (!table.isCertain(step) && demand.indexOf(table.actor(step)) >= 0) {
          demand.needsAll();
          undecided
              .computeIfAbsent(branch, any -> new LinkedHashSet<>(4))
              .add(new Sequence(demand.rest()));
          return top;
        }
        if (demand.beginsWith(step)) {
          match = branch;
          break;
        }
        last = branch;
      }
      if (match == NONE) {
        demand.needsTheRest();
        demand.independentFirst();
        int added = chain(demand);
        if (last != NONE) {
          set(last, NEXT, added);
        } else if (parent != NONE) {
          set(parent, CHILD, added);
        } else {
          top = added;
        }
        return top;
      }
      if (child(match) == NONE) {
        return top;
      }
      demand.remove(table.actor(step(match)));
      parent = match;
      level = child(match);
    }
    return top;
  }

  /** A tree of a single sequence. */
  private int chain(Demand demand) {
    int below = NONE;
    for (int i = demand.restLength() - 1; i >= 0; i--) {
      below = branch(demand.rest(i), below);
    }
    return below;
  }

  private int branch(int step, int child) {
    int branch = free;
    if (branch == NONE) {
      branch = made++;
      int block = branch >> BLOCK_BITS;
      if (block == blocks.length) {
        blocks = Arrays.copyOf(blocks, block * 2);
      }
      if ((branch & (BLOCK - 1)) == 0) {
        blocks[block] = new int[BLOCK * FIELDS];
      }
    } else {
      free = next(branch);
    }
    set(branch, STEP, step);
    set(branch, CHILD, child);
    set(branch, NEXT, NONE);
    return branch;
  }

  private int get(int branch, int field) {
    return blocks[branch >> BLOCK_BITS][(branch & (BLOCK - 1)) * FIELDS + field];
  }

  private void set(int branch, int field, int value) {
    blocks[branch >> BLOCK_BITS][(branch & (BLOCK - 1)) * FIELDS + field] = value;
  }

  int step(int branch) {
    return get(branch, STEP);
  }

  /** What has to follow the step of this branch. */
  int child(int branch) {
    return get(branch, CHILD);
  }

  int next(int branch) {
    return get(branch, NEXT);
  }

  /** How many branches a tree has at its root. */
  int width(int tree) {
    int width = 0;
    for (int branch = tree; branch != NONE; branch = next(branch)) {
      width++;
    }
    return width;
  }

  /** Gives a branch back, but not what is below it; its next sibling stands in its place. */
  int drop(int branch) {
    int next = next(branch);
    set(branch, NEXT, free);
    free = branch;
    return next;
  }

  /** Gives a tree back. */
  void dropAll(int tree) {
    int branch = tree;
    while (branch != NONE) {
      undecided.remove(branch);
      int below = child(branch);
      if (below != NONE) {
        int last = below;
        while (next(last) != NONE) {
          last = next(last);
        }
        set(last, NEXT, next(branch));
        set(branch, NEXT, below);
      }
      branch = drop(branch);
    }
  }

  /** Adds a copy of a tree of another pool whose steps have the same numbers; returns it. */
  int copy(WakeupTrees from, int tree) {
    if (tree == NONE) {
      return NONE;
    }
    int top = NONE;
    Deque<int[]> open = new ArrayDeque<>();
    open.add(new int[] {tree, NONE});
    while (!open.isEmpty()) {
      int[] next = open.removeLast();
      int last = NONE;
      for (int branch = next[0]; branch != NONE; branch = from.next(branch)) {
        int copy = branch(from.step(branch), NONE);
        if (last != NONE) {
          set(last, NEXT, copy);
        } else if (next[1] != NONE) {
          set(next[1], CHILD, copy);
        } else {
          top = copy;
        }
        last = copy;
        Set<Sequence> sequences = from.undecided.get(branch);
        if (sequences != null) {
          undecided.put(copy, new LinkedHashSet<>(sequences));
        }
        if (from.child(branch) != NONE) {
          open.add(new int[] {from.child(branch), copy});
        }
      }
    }
    return top;
  }

  /** Writes a tree: how many branches it has, and of each how deep it is, its step, and so on. */
  void save(int tree, DporLines lines) {
    List<int[]> branches = new ArrayList<>();
    Deque<int[]> open = new ArrayDeque<>();
    for (int branch = tree, depth = 0; branch != NONE || !open.isEmpty(); ) {
      if (branch == NONE) {
        int[] above = open.removeLast();
        branch = above[0];
        depth = above[1];
        continue;
      }
      branches.add(new int[] {branch, depth});
      open.addLast(new int[] {next(branch), depth});
      branch = child(branch);
      depth++;
    }
    lines.add(branches.size());
    for (int[] branch : branches) {
      Set<Sequence> sequences = undecided.getOrDefault(branch[0], Set.of());
      lines.add(branch[1], step(branch[0]), sequences.size());
      for (Sequence sequence : sequences) {
        lines.add(sequence.steps());
      }
    }
  }

  /** Adds a tree that was saved; returns it. */
  int restore(DporLines lines) {
    long count = lines.next(1)[0];
    List<Integer> last = new ArrayList<>();
    int top = NONE;
    for (long i = 0; i < count; i++) {
      long[] line = lines.next(3);
      int depth = (int) line[0];
      if (depth < 0 || depth > last.size()) {
        throw new IllegalArgumentException("a branch of a wakeup tree hangs in the air");
      }
      int branch = branch(lines.step(line[1], table), NONE);
      if (depth < last.size()) {
        set(last.get(depth), NEXT, branch);
        last.subList(depth, last.size()).clear();
      } else if (depth > 0) {
        set(last.get(depth - 1), CHILD, branch);
      } else {
        top = branch;
      }
      last.add(branch);
      if (line[2] > 0) {
        Set<Sequence> sequences = new LinkedHashSet<>();
        for (long k = 0; k < line[2]; k++) {
          sequences.add(new Sequence(lines.nextSteps(table)));
        }
        undecided.put(branch, sequences);
      }
    }
    return top;
  }

  /** Takes from a branch what it covers unless its step turns out to conflict with it. */
  List<int[]> takeUndecided(int branch) {
    Set<Sequence> sequences = undecided.remove(branch);
    if (sequences == null) {
      return List.of();
    }
    List<int[]> taken = new ArrayList<>(sequences.size());
    for (Sequence sequence : sequences) {
      taken.add(sequence.steps());
    }
    return taken;
  }
}
