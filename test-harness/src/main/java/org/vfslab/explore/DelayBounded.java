package org.vfslab.explore;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Enabled;

/**
 * Every schedule that a simple scheduler makes when it is told a few times to pass over whom it
 * would run: it lets the running context go on, else takes the next one in order.
 *
 * <p>After Emmi, Qadeer and Rakamaric, POPL 2011.
 */
public final class DelayBounded implements Divisible {
  private final int delaysMax;
  private final ChoiceTree tree;
  private int delays;
  private boolean cut;

  /** Every schedule with at most {@code delaysMax} delays. */
  public DelayBounded(int delaysMax) {
    this(delaysMax, new ChoiceTree());
  }

  private DelayBounded(int delaysMax, ChoiceTree tree) {
    this.delaysMax = delaysMax;
    this.tree = tree;
  }

  @Override
  public boolean begin() {
    delays = 0;
    return tree.next();
  }

  @Override
  public int schedule(Enabled enabled) {
    int left = delaysMax - delays;
    int branches = Math.min(enabled.size(), left + 1);
    cut |= branches < enabled.size();
    int delay = branches == 1 ? 0 : tree.take(branches);
    delays += delay;
    return (Math.max(0, enabled.runningAt()) + delay) % enabled.size();
  }

  @Override
  public int choose(int outcomes, String question) {
    return tree.take(outcomes);
  }

  @Override
  public @Nullable Divisible divide() {
    ChoiceTree part = tree.divide();
    return part == null ? null : new DelayBounded(delaysMax, part);
  }

  @Override
  public void rejoin(Divisible part) {
    cut |= !part.isComplete();
  }

  @Override
  public String name() {
    return "delays<=" + delaysMax;
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
