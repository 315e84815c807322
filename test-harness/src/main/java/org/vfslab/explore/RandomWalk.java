package org.vfslab.explore;

import java.util.SplittableRandom;
import org.vfslab.machine.Enabled;

/** Schedules by the throw of dice: each enabled transition is as likely as the others. */
public final class RandomWalk implements Strategy {
  private final long executionsMax;
  private final long seed;
  private long executions;
  private SplittableRandom dice;

  /**
   * A walk of so many executions; the same seed gives the same ones.
   *
   * @param seed any number
   * @param executionsMax how many executions to make
   */
  public RandomWalk(long seed, long executionsMax) {
    this.seed = seed;
    this.executionsMax = executionsMax;
    this.dice = new SplittableRandom(seed);
  }

  @Override
  public boolean begin() {
    if (executions == executionsMax) {
      return false;
    }
    dice = new SplittableRandom(seed + 0x9E3779B97F4A7C15L * executions);
    executions++;
    return true;
  }

  @Override
  public int schedule(Enabled enabled) {
    return dice.nextInt(enabled.size());
  }

  @Override
  public int choose(int count, String question) {
    return dice.nextInt(count);
  }

  @Override
  public String name() {
    return "random";
  }

  @Override
  public boolean isComplete() {
    return false;
  }

  @Override
  public double progress() {
    return (double) executions / executionsMax;
  }
}
