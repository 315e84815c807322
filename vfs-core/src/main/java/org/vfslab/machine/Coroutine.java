package org.vfslab.machine;

/** A body of code that can stop in the middle and go on later, always on the engine's behalf. */
abstract sealed class Coroutine permits ContinuationCoroutine, ThreadCoroutine {

  /** Runs the body up to its next {@link #suspend} or its end; returns whether it has ended. */
  abstract boolean resume();

  /** Called by the body: goes back to whoever called {@link #resume}. */
  abstract void suspend();

  /** Gives up a body that will never be resumed. */
  abstract void abandon();
}
