package org.vfslab.machine;

import java.util.ArrayList;
import java.util.List;

/**
 * An interrupt vector bound to one CPU.
 *
 * <p>A raised interrupt stays pending until its CPU takes it, which may be at once or at any later
 * moment at which that CPU has interrupts enabled. Several may be pending; which of them is taken
 * first is chance. A handler runs on top of what the CPU was doing, and never beside another
 * handler of the same line.
 */
public final class IrqLine {

  /** The two interrupt contexts of the kernel. */
  public enum Kind {
    /** Runs with interrupts disabled on its CPU. */
    HARD,
    /** Runs with interrupts enabled, after hard interrupts and never inside them. */
    SOFT
  }

  private final String name;
  private final Kind kind;
  private final Cpu cpu;
  private final IrqContext context;

  /** Raised and not taken; used by the deterministic engine. */
  final List<PendingInterrupt> pending = new ArrayList<>(2);

  IrqLine(Machine machine, String name, Kind kind, Cpu cpu) {
    this.name = name;
    this.kind = kind;
    this.cpu = cpu;
    this.context = new IrqContext(machine, name, cpu, kind);
  }

  /**
   * Raises one interrupt whose handler does {@code handler}. Callable from any context, and from
   * outside the machine before it runs; never sleeps.
   */
  public void raise(Runnable handler) {
    raise(new PendingInterrupt(this, handler));
  }

  void raise(PendingInterrupt interrupt) {
    context.machine().engine().raise(interrupt);
  }

  /** The name given at creation; a column of the story. */
  public String name() {
    return name;
  }

  /** Hard or soft. */
  public Kind kind() {
    return kind;
  }

  /** The CPU that takes this line's interrupts. */
  public Cpu cpu() {
    return cpu;
  }

  /** What excludes handlers of this kind on their CPU did, and in which order. */
  Clocks order() {
    return kind == Kind.HARD ? cpu.irqOrder : cpu.bhOrder;
  }

  /** The context in which handlers run. */
  public IrqContext context() {
    return context;
  }
}
