package org.vfslab.machine;

/** An interrupt that was raised and that no CPU has taken yet. */
public final class PendingInterrupt implements Transition {
  private final IrqLine line;
  private final Runnable handler;

  /** What had happened when it was raised; owned by the deterministic engine. */
  final Clocks raised = new Clocks();

  /** Which raise of which context this is; set when it is raised. */
  private long actor;

  /** After how many steps time brought it; 0 if time did not. */
  private int earliest;

  PendingInterrupt(IrqLine line, Runnable handler) {
    this.line = line;
    this.handler = handler;
  }

  void raisedAs(long newActor, int newEarliest) {
    actor = newActor;
    earliest = newEarliest;
  }

  int earliest() {
    return earliest;
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
  public long actor() {
    return actor;
  }

  @Override
  public int nextObject() {
    return -1;
  }

  @Override
  public boolean nextWrites() {
    return true;
  }
}
