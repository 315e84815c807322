package org.vfslab.explore;

import org.jspecify.annotations.Nullable;

/**
 * A strategy whose remaining work can be divided, so that several workers share it. What is divided
 * off, and when, never depends on the workers: the same executions are made for any number of them
 * from two on. A single worker divides nothing; see each strategy for what that can change.
 */
interface Divisible extends Strategy {

  /** After how many executions it pays to divide something off. */
  default int divideAfter() {
    return 256;
  }

  /**
   * Divides off the part of what is left that would come first, to be explored by itself; null if
   * that is not possible now. Only between executions.
   */
  @Nullable Divisible divide();

  /**
   * Takes back the part that was divided off last and not taken back yet, when that is done. After
   * {@link #begin} has returned false, it may then return true again.
   */
  void rejoin(Divisible part);
}
