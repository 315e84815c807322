package org.vfslab.machine;

/**
 * What runs a machine. The model is the same on both kinds and does not know on which it runs; only
 * this package calls an engine.
 */
sealed interface Engine permits DeterministicEngine, LiveEngine {

  /** The context that makes the call, or null outside the run. */
  @org.jspecify.annotations.Nullable
  Context current();

  /** Makes a task ready to run; before or during the run. */
  void start(Task task);

  /** Puts the calling task to sleep unless its state became running or a signal counts. */
  void schedule(Task me);

  /** The state of {@code task} was set to running by a waker. */
  void woken(Task task);

  /** The caller spins, having seen a value of {@code object} with which it can't go on. */
  void spinUntilChanged(Context me, Shared object);

  /** Makes an interrupt pending. */
  void raise(PendingInterrupt interrupt);

  void irqsOff(Context me);

  void irqsOn(Context me);

  void bhOff(Context me);

  void bhOn(Context me);

  /** Begins an operation that is one step at the granularity of calls. */
  void beginCall(Shared object, Access access);

  void endCall();

  long nowNs();

  void arm(Timer timer);

  void disarm(Timer timer);

  int choose(int count, String question);

  long steps();

  /** Ends the run after the current step. */
  void stop(RunResult.Outcome outcome);

  RunResult run();
}
