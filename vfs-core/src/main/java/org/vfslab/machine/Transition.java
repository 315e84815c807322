package org.vfslab.machine;

/** One way in which a run may go on: a context takes its next step, or a CPU takes an interrupt. */
public sealed interface Transition permits Context, PendingInterrupt {

  /** A name that is the same whenever the same program comes to the same point. */
  String transitionName();

  /**
   * Who acts: a number that stays the same, whatever else happens in between, for all steps of one
   * task or of one interrupt.
   */
  long actor();

  /** The id of the object that the next step touches first, or -1 if that is not known. */
  int nextObject();

  /** Whether the next step may change that object. */
  boolean nextWrites();
}
