package org.vfslab.litmus;

/** A compiled expression. Everything is a number; truth is 1 or 0. */
@FunctionalInterface
interface Code {
  /** The value in this context, or of this state when there is no context. */
  long run(Frame frame);
}
