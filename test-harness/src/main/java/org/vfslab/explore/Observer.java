package org.vfslab.explore;

/** Is told how an exploration comes along, and may end it. */
public interface Observer {

  /** Is told nothing and ends nothing. */
  Observer NONE = (executions, progress) -> true;

  /**
   * Called after each execution; must be fast.
   *
   * @param executions how many were made
   * @param progress the strategy, which can estimate how much is done
   * @return whether to go on
   */
  boolean after(long executions, Strategy progress);
}
