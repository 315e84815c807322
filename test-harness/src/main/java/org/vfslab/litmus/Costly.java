package org.vfslab.litmus;

/**
 * A value of the state that takes long to find out: it is asked for only where a claim depends on
 * it, and not again while the version is the same.
 */
interface Costly extends Code {

  /** A number that changes whenever the value may have changed; 0 or more. */
  long version(Frame frame);
}
