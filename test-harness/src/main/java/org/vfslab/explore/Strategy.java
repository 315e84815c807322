package org.vfslab.explore;

import org.vfslab.machine.Chance;

/**
 * Picks schedules, one execution after the other. For each, {@link #begin} is called, then the
 * answers are asked for through {@link Chance}.
 */
public interface Strategy extends Chance {

  /** Prepares the next execution; returns false when there is none left. */
  boolean begin();

  /** How the strategy is called on the command line and in verdicts. */
  String name();

  /** Whether every schedule has been covered once {@link #begin} has returned false. */
  boolean isComplete();

  /**
   * What part of the work is done, from 0 to 1, or a negative number if nobody can say.
   *
   * @see DepthFirst how it is estimated
   */
  default double progress() {
    return -1;
  }

  /**
   * What part of the work the last execution was, from 0 to 1, or a negative number if that cannot
   * be said. The parts of all executions, of those who share the work too, add up to 1.
   */
  default double share() {
    return -1;
  }

  /** Whether the last execution was given up because nothing new could come of it. */
  default boolean wasCut() {
    return false;
  }

  /** Whether an assumption has turned out wrong under which executions were left out. */
  default boolean mustBeginAgain() {
    return false;
  }

  /** The same strategy at its beginning, without that assumption. */
  default Strategy begunAgain() {
    throw new IllegalStateException(name() + " makes no assumption");
  }

  /** Whether this throws dice, so that it never has covered anything but what it showed. */
  default boolean isSampling() {
    return false;
  }
}
