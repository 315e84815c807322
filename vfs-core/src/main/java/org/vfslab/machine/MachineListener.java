package org.vfslab.machine;

/** Told of the events of one machine that rules can be about; the lock validator is one. */
public interface MachineListener {

  /** {@code task} is about to return to user space. */
  default void returnsToUser(Task task) {}

  /** {@code task} is about to end. */
  default void exits(Task task) {}
}
