package org.vfslab.machine;

import java.util.List;

/**
 * How a run ended.
 *
 * @param outcome the way it ended
 * @param steps the steps that it took; 0 on a live machine
 * @param hung the tasks that had not ended, when the outcome is {@link Outcome#DEADLOCK}
 */
public record RunResult(Outcome outcome, long steps, List<Task> hung) {

  /** The ways in which a run can end. */
  public enum Outcome {
    /** Every task ended, and nothing was left to happen. */
    DONE,
    /** Some task has not ended and nothing can happen any more. */
    DEADLOCK,
    /** The bound on steps was hit: most likely some context loops without waiting. */
    STEP_LIMIT,
    /** The simulated code has a bug and cannot go on. */
    FAULT,
    /** Somebody asked for the end, such as a property that was broken. */
    STOPPED
  }
}
