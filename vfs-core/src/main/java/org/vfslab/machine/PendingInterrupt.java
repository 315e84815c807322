package org.vfslab.machine;

/** An interrupt that was raised and that no CPU has taken yet. */
public final class PendingInterrupt implements Transition {
  private final IrqLine line;
  private final Runnable handler;

  /** What had happened when it was raised; owned by the deterministic engine. */
  final Clocks raised = new Clocks();

  PendingInterrupt(IrqLine line, Runnable handler) {
    this.line = line;
    this.handler = handler;
  }

  IrqLine line() {
    return line;
  }

  Runnable handler() {
    return handler;
  }

  @Override
  public String transitionName() {
    return line.name();
  }

  @Override
  public int contextIndex() {
    return line.context().index();
  }
}
