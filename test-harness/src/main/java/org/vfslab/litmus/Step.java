package org.vfslab.litmus;

/** A compiled statement. */
@FunctionalInterface
interface Step {
  /** Does it; returns false when the context is to end here. */
  boolean run(Frame frame);
}
