package org.vfslab.explore;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Enabled;

/**
 * Every schedule, one after the other: the tree of choices from left to right, where the leftmost
 * way is to let the context that runs go on.
 *
 * <p>With a bound on preemptions, every schedule in which no more contexts than that are stopped
 * while they could go on (Musuvathi and Qadeer, PLDI 2007).
 */
public final class DepthFirst implements Divisible, Resumable {

  /** No bound on preemptions. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  private final int preemptionsMax;
  private final ChoiceTree tree;
  private int preemptions;
  private boolean cut;

  /** Every schedule. */
  public DepthFirst() {
    this(UNBOUNDED);
  }

  /** Every schedule with at most {@code preemptionsMax} preemptions. */
  public DepthFirst(int preemptionsMax) {
    this(preemptionsMax, new ChoiceTree());
  }

  private DepthFirst(int preemptionsMax, ChoiceTree tree) {
    this.preemptionsMax = preemptionsMax;
    this.tree = tree;
  }

  @Override
  public boolean begin() {
    preemptions = 0;
    return tree.next();
  }

  @Override
  public int schedule(Enabled enabled) {
    int running = enabled.runningAt();
    if (running < 0) {
      return tree.take(enabled.size());
    }
    if (preemptions == preemptionsMax) {
      cut = true;
      return running;
    }
    int rank = tree.take(enabled.size());
    if (rank == 0) {
      return running;
    }
    preemptions++;
    return rank <= running ? rank - 1 : rank;
  }

  @Override
  public int choose(int outcomes, String question) {
    return tree.take(outcomes);
  }

  @Override
  public @Nullable Divisible divide() {
    ChoiceTree part = tree.divide();
    return part == null ? null : new DepthFirst(preemptionsMax, part);
  }

  @Override
  public Saved save() {
    return new Saved().put("tree", tree.save()).put("cut", cut);
  }

  @Override
  public Resumable resumed(Saved state) {
    DepthFirst resumed = new DepthFirst(preemptionsMax, ChoiceTree.of(state.state("tree")));
    resumed.cut = state.yes("cut");
    return resumed;
  }

  @Override
  public double share() {
    return tree.width();
  }

  @Override
  public void rejoin(Divisible part) {
    cut |= !part.isComplete();
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
    return tree.share();
  }
}
