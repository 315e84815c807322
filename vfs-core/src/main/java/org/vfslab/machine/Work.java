package org.vfslab.machine;

/** Something to be done later by a worker: {@code work_struct}. */
public final class Work extends Shared {
  private final Runnable function;

  // Protected by the lock of the workqueue to which it was given.
  boolean pending;

  /** A piece of work; the function runs in a kernel thread and may sleep. */
  public Work(Machine machine, String name, Runnable function) {
    super(machine, name);
    this.function = function;
  }

  Runnable function() {
    return function;
  }
}
