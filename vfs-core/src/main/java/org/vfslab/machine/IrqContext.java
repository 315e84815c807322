package org.vfslab.machine;

/** The context in which the handlers of one {@link IrqLine} run, one at a time. */
public final class IrqContext extends Context {
  private final IrqLine.Kind kind;
  private long actor;

  IrqContext(Machine machine, String name, Cpu cpu, IrqLine.Kind kind) {
    super(machine, name, cpu);
    this.kind = kind;
    this.status = Status.DONE;
  }

  /** The interrupt that is handled; set by the engine. */
  void handles(long newActor) {
    actor = newActor;
  }

  @Override
  public long actor() {
    return actor;
  }

  @Override
  public boolean inHardirq() {
    return kind == IrqLine.Kind.HARD;
  }

  @Override
  public boolean inSoftirq() {
    return kind == IrqLine.Kind.SOFT;
  }
}
