package org.vfslab.explore;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Enabled;

/**
 * Every schedule that a simple scheduler makes when it is told a few times to pass over whom it
 * would run: it lets the running context go on, else takes the next one in order.
 *
 * <p>After Emmi, Qadeer and Rakamaric, POPL 2011.
 *
 * <p>The scheduler may also be one that gives everybody a turn of one step. All its schedules are
 * fair, and contexts that get in each other's way step by step meet in the first of them: it finds
 * livelocks.
 */
public final class DelayBounded implements Divisible, Resumable {
  private final int delaysMax;
  private final boolean takesTurns;
  private final ChoiceTree tree;
  private long last;
  private int delays;
  private boolean cut;

  /** Every schedule with at most {@code delaysMax} delays. */
  public DelayBounded(int delaysMax) {
    this(delaysMax, false, new ChoiceTree());
  }

  /** Every schedule of the scheduler that gives turns, with at most {@code delaysMax} delays. */
  public static DelayBounded ofTurns(int delaysMax) {
    return new DelayBounded(delaysMax, true, new ChoiceTree());
  }

  private DelayBounded(int delaysMax, boolean takesTurns, ChoiceTree tree) {
    this.delaysMax = delaysMax;
    this.takesTurns = takesTurns;
    this.tree = tree;
  }

  @Override
  public boolean begin() {
    delays = 0;
    last = -1;
    return tree.next();
  }

  @Override
  public int schedule(Enabled enabled) {
    int left = delaysMax - delays;
    int branches = Math.min(enabled.size(), left + 1);
    cut |= branches < enabled.size();
    int delay = branches == 1 ? 0 : tree.take(branches);
    delays += delay;
    int first = takesTurns ? next(enabled) : Math.max(0, enabled.runningAt());
    int chosen = (first + delay) % enabled.size();
    last = enabled.get(chosen).actor();
    return chosen;
  }

  /** Whose turn it is: the first behind the one that went on last. */
  private int next(Enabled enabled) {
    for (int i = 0; i < enabled.size(); i++) {
      if (enabled.get(i).actor() > last) {
        return i;
      }
    }
    return 0;
  }

  @Override
  public int choose(int outcomes, String question) {
    return tree.take(outcomes);
  }

  @Override
  public @Nullable Divisible divide() {
    ChoiceTree part = tree.divide();
    return part == null ? null : new DelayBounded(delaysMax, takesTurns, part);
  }

  @Override
  public Saved save() {
    return new Saved().put("tree", tree.save()).put("cut", cut);
  }

  @Override
  public Resumable resumed(Saved state) {
    DelayBounded resumed =
        new DelayBounded(delaysMax, takesTurns, ChoiceTree.of(state.state("tree")));
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
    return (takesTurns ? "turns, delays<=" : "delays<=") + delaysMax;
  }

  @Override
  public boolean isComplete() {
    return !cut;
  }

  @Override
  public double progress() {
    return tree.share();
  }
}
