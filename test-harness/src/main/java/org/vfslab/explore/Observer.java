package org.vfslab.explore;

import java.util.function.DoubleSupplier;

/** Is told how an exploration comes along, and may end it. */
public interface Observer {

  /** Is told nothing and ends nothing. */
  Observer NONE = (executions, done) -> true;

  /**
   * Called after each execution; must be fast.
   *
   * @param executions how many were made
   * @param done estimates which part of the work is done, from 0 to 1; negative if nobody can say
   * @return whether to go on
   */
  boolean after(long executions, DoubleSupplier done);
}
