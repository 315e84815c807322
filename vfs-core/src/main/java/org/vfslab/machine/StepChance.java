package org.vfslab.machine;

/**
 * A chance that is asked at every step, also when only one transition is enabled, and is told what
 * each step touched.
 */
public interface StepChance extends Chance {

  /** An answer to {@link #schedule} that ends the run: nothing new can come of it. */
  int CUT = -1;

  /** Whether the footprint of the step that was just answered for is wanted; else it is empty. */
  default boolean wantsFootprint() {
    return true;
  }

  /**
   * A step has ended; the next question, or the end of the run, follows.
   *
   * @param footprint what it touched; valid only during the call
   */
  void stepEnded(Footprint footprint);

  /**
   * The run has ended, and not because of {@link #CUT}.
   *
   * @param left who could not go on at the end; if the run was given up, who could, or could not,
   *     have made the last step instead. Valid only during the call
   */
  default void runEnded(Enabled left) {}
}
