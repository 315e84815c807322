package org.vfslab.explore;

import java.util.Arrays;

/** Steps one after the other; equal if they are the same ones. */
final class Sequence {
  private final int[] steps;

  Sequence(int[] steps) {
    this.steps = steps;
  }

  int[] steps() {
    return steps;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sequence sequence && Arrays.equals(steps, sequence.steps);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(steps);
  }
}
