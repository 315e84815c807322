package org.vfslab.explore;

import java.util.SplittableRandom;

/**
 * The common half of strategies that throw dice: a number of executions, each with its own dice, so
 * that the same seed gives the same executions.
 */
abstract class Sampling implements Strategy {

  /** An odd number with no pattern in it, which tells the dice of executions apart. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final long executionsMax;
  private long executions;
  private SplittableRandom dice;

  Sampling(long seed, long executionsMax) {
    this.seed = seed;
    this.executionsMax = executionsMax;
    this.dice = new SplittableRandom(seed);
  }

  /** The dice of the execution in progress. */
  final SplittableRandom dice() {
    return dice;
  }

  /** The number of the execution in progress, from 0. */
  final long execution() {
    return executions - 1;
  }

  @Override
  public boolean begin() {
    if (executions == executionsMax) {
      return false;
    }
    dice = new SplittableRandom(seed + GOLDEN * executions);
    executions++;
    return true;
  }

  /** What a strategy that knows no more than its dice keeps. */
  public Saved save() {
    return new Saved().put("seed", seed).put("executions", executions);
  }

  /** Goes on from {@code state}. */
  final void goOnFrom(Saved state) {
    if (state.number("seed") != seed) {
      throw new Saved.UnfitException("it was made from seed " + state.number("seed"));
    }
    executions = Math.min(state.number("executions"), executionsMax);
  }

  final long seed() {
    return seed;
  }

  final long executionsMax() {
    return executionsMax;
  }

  @Override
  public int choose(int count, String question) {
    return dice.nextInt(count);
  }

  @Override
  public final boolean isComplete() {
    return false;
  }

  @Override
  public final boolean isSampling() {
    return true;
  }

  @Override
  public final double progress() {
    return executionsMax == Long.MAX_VALUE ? -1 : (double) executions / executionsMax;
  }
}
