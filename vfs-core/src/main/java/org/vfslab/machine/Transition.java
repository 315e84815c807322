package org.vfslab.machine;

/** One way in which a run may go on: a context takes its next step, or a CPU takes an interrupt. */
public sealed interface Transition permits Context, PendingInterrupt {

  /** A name that is the same whenever the same program comes to the same point. */
  String transitionName();

  /** The number of the context that will run, the same in every run of the same program. */
  int contextIndex();
}
