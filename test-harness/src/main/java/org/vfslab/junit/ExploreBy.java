package org.vfslab.junit;

import org.vfslab.explore.CoverageGuided;
import org.vfslab.explore.DelayBounded;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.PartialOrderSampling;
import org.vfslab.explore.Pct;
import org.vfslab.explore.RandomWalk;
import org.vfslab.explore.Strategy;

/** The strategies of {@link Explore}. */
public enum ExploreBy {
  /** One schedule for each order of conflicting steps: {@link OptimalDpor}. */
  DPOR,
  /** Every schedule: {@link DepthFirst}. */
  DFS,
  /** Every schedule with at most {@link Explore#bound} preemptions: {@link DepthFirst}. */
  PREEMPTIONS,
  /** Every schedule with at most {@link Explore#bound} delays: {@link DelayBounded}. */
  DELAYS,
  /**
   * Every schedule with at most {@link Explore#bound} delays of a scheduler that gives turns:
   * {@link DelayBounded#ofTurns}. Finds livelocks.
   */
  FAIR,
  /** Schedules by the throw of dice: {@link RandomWalk}. */
  RANDOM,
  /** Random priorities that change {@link Explore#bound} - 1 times: {@link Pct}. */
  PCT,
  /** Random priorities of the pending steps: {@link PartialOrderSampling}. */
  POS,
  /** Dice that go on from where something new was seen: {@link CoverageGuided}. */
  COVERAGE;

  /** How many executions a strategy that throws dice makes, unless something else is said. */
  public static final long SAMPLES = 10_000;

  /** Whether this throws dice. */
  boolean isSampling() {
    return switch (this) {
      case DPOR, DFS, PREEMPTIONS, DELAYS, FAIR -> false;
      case RANDOM, PCT, POS, COVERAGE -> true;
    };
  }

  /** Why there is no such strategy with this bound, in a sentence, or an empty string. */
  String refusal(int bound) {
    boolean unset = bound == Explore.UNSET;
    return switch (this) {
      case DPOR, DFS, RANDOM, POS, COVERAGE -> unset ? "" : "a bound means nothing to " + this;
      case PREEMPTIONS, DELAYS, FAIR ->
          unset
              ? this + " needs a bound, such as bound = 2"
              : bound < 0 ? "the bound of " + this + " is at least 0, not " + bound : "";
      case PCT -> unset || bound >= 1 ? "" : "the bound of PCT is at least 1, not " + bound;
    };
  }

  /** A new strategy; {@code executionsMax} and {@code seed} are for those that throw dice. */
  Strategy strategy(int bound, long executionsMax, long seed) {
    return switch (this) {
      case DPOR -> new OptimalDpor();
      case DFS -> new DepthFirst();
      case PREEMPTIONS -> new DepthFirst(bound);
      case DELAYS -> new DelayBounded(bound);
      case FAIR -> DelayBounded.ofTurns(bound);
      case RANDOM -> new RandomWalk(seed, executionsMax);
      case PCT -> new Pct(seed, executionsMax, bound == Explore.UNSET ? Pct.DEPTH_DEFAULT : bound);
      case POS -> new PartialOrderSampling(seed, executionsMax);
      case COVERAGE -> new CoverageGuided(seed, executionsMax);
    };
  }
}
