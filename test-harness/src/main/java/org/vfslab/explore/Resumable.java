package org.vfslab.explore;

/**
 * A strategy whose place among the schedules can be kept, so that an exploration goes on another
 * day.
 */
public interface Resumable extends Strategy {

  /**
   * All that is needed to go on. Only between executions, and for a strategy that {@linkplain
   * Divisible was divided} without what was divided off.
   */
  Saved save();

  /**
   * A strategy of the same sort, bounds and seed, which goes on from {@code state} with the
   * execution that would have come next.
   *
   * @throws Saved.UnfitException if that is not a state of such a strategy
   */
  Resumable resumed(Saved state);
}
