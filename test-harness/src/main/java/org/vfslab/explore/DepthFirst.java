package org.vfslab.explore;

import java.util.Arrays;
import org.vfslab.machine.Enabled;

/**
 * Every schedule, one after the other: the tree of choices from left to right, where the leftmost
 * way is to let the context that runs go on.
 *
 * <p>With a bound on preemptions, every schedule in which no more contexts than that are stopped
 * while they could go on.
 */
public final class DepthFirst implements Strategy {

  /** No bound on preemptions. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  private final int preemptionsMax;

  // The way to the current leaf: at each depth the rank taken, and how many there are.
  private int[] taken = new int[64];
  private int[] count = new int[64];
  private int depth;

  private int at;
  private int preemptions;
  private boolean begun;
  private boolean cut;

  /** Every schedule. */
  public DepthFirst() {
    this(UNBOUNDED);
  }

  /** Every schedule with at most {@code preemptionsMax} preemptions. */
  public DepthFirst(int preemptionsMax) {
    this.preemptionsMax = preemptionsMax;
  }

  @Override
  public boolean begin() {
    if (at != depth) {
      throw new IllegalStateException(
          "the scenario is not deterministic: it had " + depth + " choices and now had " + at);
    }
    at = 0;
    preemptions = 0;
    if (!begun) {
      begun = true;
      return true;
    }
    while (depth > 0 && taken[depth - 1] + 1 == count[depth - 1]) {
      depth--;
    }
    if (depth == 0) {
      return false;
    }
    taken[depth - 1]++;
    return true;
  }

  @Override
  public int schedule(Enabled enabled) {
    int running = enabled.runningAt();
    if (running < 0) {
      return rank(enabled.size());
    }
    if (preemptions == preemptionsMax) {
      cut = true;
      return running;
    }
    int rank = rank(enabled.size());
    if (rank == 0) {
      return running;
    }
    preemptions++;
    return rank <= running ? rank - 1 : rank;
  }

  @Override
  public int choose(int outcomes, String question) {
    return rank(outcomes);
  }

  private int rank(int ranks) {
    if (at == depth) {
      if (depth == taken.length) {
        taken = Arrays.copyOf(taken, depth * 2);
        count = Arrays.copyOf(count, depth * 2);
      }
      taken[depth] = 0;
      count[depth] = ranks;
      depth++;
    } else if (count[at] != ranks) {
      throw new IllegalStateException(
          "the scenario is not deterministic: choice "
              + at
              + " had "
              + count[at]
              + " outcomes and now has "
              + ranks);
    }
    return taken[at++];
  }

  @Override
  public String name() {
    return preemptionsMax == UNBOUNDED ? "dfs" : "preemptions<=" + preemptionsMax;
  }

  @Override
  public boolean isComplete() {
    return !cut;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Each subtree is taken to be as large as its siblings: the share of the tree to the left of
   * the way to the current leaf.
   */
  @Override
  public double progress() {
    double share = 0;
    double width = 1;
    for (int i = 0; i < depth && width > 1e-12; i++) {
      width /= count[i];
      share += width * taken[i];
    }
    return share;
  }
}
