package org.vfslab.machine;

/** Told of the events of one machine that rules can be about; the lock validator is one. */
public interface MachineListener {

  /** {@code task} is about to return to user space. */
  default void returnsToUser(Task task) {}

  /** {@code task} is about to end. */
  default void exits(Task task) {}

  /** A context enters an interrupt, a system call, or a piece of work. */
  default void begins(Context context) {}

  /** Hard interrupts are about to be enabled on the CPU of {@code context}, which runs. */
  default void irqsComeOn(Context context) {}

  /** Soft interrupts are about to be enabled on the CPU of {@code context}, which runs. */
  default void bhComesOn(Context context) {}

  /** The current context gives memory back. */
  default void freed(Shared memory) {}

  /** The run has come to its end; nobody runs any more. */
  default void ended(RunResult result) {}
}
