package org.vfslab.machine;

import org.jspecify.annotations.Nullable;

/**
 * A flow of control: a {@link Task}, or the handler of an interrupt.
 *
 * <p>Carries what the kernel keeps per CPU and task about atomic sections: the preempt count, and
 * whether hard and soft interrupts are disabled.
 */
public abstract sealed class Context extends Shared implements Transition permits Task, IrqContext {

  /** What the deterministic engine knows of a context. */
  enum Status {
    READY,
    BLOCKED,
    /** Spins; not enabled until what it read has changed. */
    SPINNING,
    DONE
  }

  private final int index;
  private final Cpu cpu;

  /** Slot of the lock validator: the stack of held locks. Only this context uses it. */
  public @Nullable Object heldLocks;

  /** Slot of RCU: the read-side section in progress. Only this context sets it. */
  public @Nullable Object rcuSection;

  /** Counter of RCU: unmatched {@code rcu_read_lock} ({@code rcu_preempt_depth}). */
  public int rcuReadLockNesting;

  /** In whose memory lives what this context makes now; see {@link Machine#within}. */
  @Nullable Shared memoryOfNew;

  private int preemptCount;
  private int irqDisableDepth;
  private int bhDisableDepth;
  private boolean inEventfd;
  private int irqEvents;
  private int hardirqsEnabled;
  private int hardirqsDisabled;
  private int softirqsEnabled;
  private int softirqsDisabled;
  private volatile @Nullable Blocker waitsFor;

  // Deterministic engine.
  /** What this context knows of the others. */
  final Clocks now = new Clocks();

  Status status = Status.READY;
  @Nullable Coroutine coroutine;
  @Nullable Shared spinsOn;

  /** The lock that the next step takes, if it waits for one: not enabled while others hold it. */
  @Nullable RawLock takes;

  int callDepth;

  /** Counters that give names to what this context makes, whatever others make in between. */
  int objectsMade;

  int interruptsRaised;

  /** The object that this context has spun on and looks at next, without another step. */
  @Nullable Shared resumesAt;

  @Nullable Shared nextObject;
  @Nullable Access nextAccess;

  Context(Machine machine, String name, Cpu cpu) {
    super(machine, name);
    this.cpu = cpu;
    this.index = machine.register(this);
  }

  /** The number of this context in its machine, from 0 in creation order. */
  public final int index() {
    return index;
  }

  /** The CPU to which this context is bound. */
  public final Cpu cpu() {
    return cpu;
  }

  @Override
  public final String transitionName() {
    return name();
  }

  @Override
  public final int nextObject() {
    Shared object = nextObject;
    return object == null ? -1 : object.id();
  }

  @Override
  public final boolean nextWrites() {
    return nextAccess != Access.READ;
  }

  /** Whether this is a handler of a hard interrupt ({@code in_hardirq}). */
  public abstract boolean inHardirq();

  /** Whether this is a soft interrupt's handler ({@code in_serving_softirq}). */
  public abstract boolean inSoftirq();

  /** Whether sleeping is forbidden here: interrupt, preemption or interrupts disabled. */
  public final boolean inAtomic() {
    return preemptCount > 0
        || irqDisableDepth > 0
        || bhDisableDepth > 0
        || inHardirq()
        || inSoftirq();
  }

  /** Whether hard interrupts are disabled on this context's CPU while it runs. */
  public final boolean irqsDisabled() {
    return irqDisableDepth > 0 || inHardirq();
  }

  /** Whether soft interrupts cannot run on this context's CPU while it runs. */
  public final boolean bhDisabled() {
    return bhDisableDepth > 0 || inHardirq() || inSoftirq();
  }

  /** The number of unmatched {@link #localBhDisable} calls. */
  public final int bhDisableDepth() {
    return bhDisableDepth;
  }

  /** When this context last enabled and disabled interrupts. */
  public final IrqEvents irqEvents() {
    return new IrqEvents(
        irqEvents, hardirqsEnabled, hardirqsDisabled, softirqsEnabled, softirqsDisabled);
  }

  /** The number of unmatched {@link #preemptDisable} calls. */
  public final int preemptCount() {
    return preemptCount;
  }

  /** {@code preempt_disable}: no other task runs on this CPU until {@link #preemptEnable}. */
  public final void preemptDisable() {
    preemptCount++;
  }

  /** {@code preempt_enable}. */
  public final void preemptEnable() {
    if (--preemptCount < 0) {
      throw new KernelFault(ReportKind.BUG, name() + ": preempt_enable without preempt_disable");
    }
  }

  /** {@code in_eventfd}: whether this context runs the callbacks of an event counter's queue. */
  public final boolean inEventfd() {
    return inEventfd;
  }

  /** Sets {@link #inEventfd}; with interrupts disabled. */
  public final void inEventfd(boolean now) {
    inEventfd = now;
  }

  /** {@code local_irq_save}: no hard interrupt is taken on this CPU until the matching restore. */
  public final void localIrqSave() {
    if (irqDisableDepth++ == 0 && !inHardirq()) {
      hardirqsDisabled = ++irqEvents;
      machine().engine().irqsOff(this);
    }
  }

  /** {@code local_irq_restore}. */
  public final void localIrqRestore() {
    if (irqDisableDepth <= 0) {
      throw new KernelFault(ReportKind.BUG, name() + ": local_irq_restore without local_irq_save");
    }
    if (irqDisableDepth == 1 && !inHardirq()) {
      machine().irqsComeOn(this);
      hardirqsEnabled = ++irqEvents;
      machine().engine().irqsOn(this);
    }
    irqDisableDepth--;
  }

  /** {@code local_bh_disable}: no soft interrupt runs on this CPU until the matching enable. */
  public final void localBhDisable() {
    if (bhDisableDepth++ == 0 && !inHardirq() && !inSoftirq()) {
      softirqsDisabled = ++irqEvents;
      machine().engine().bhOff(this);
    }
  }

  /** {@code local_bh_enable}. */
  public final void localBhEnable() {
    if (bhDisableDepth <= 0) {
      throw new KernelFault(ReportKind.BUG, name() + ": local_bh_enable without local_bh_disable");
    }
    if (bhDisableDepth == 1 && !inHardirq() && !inSoftirq()) {
      machine().bhComesOn(this);
      softirqsEnabled = ++irqEvents;
      machine().engine().bhOn(this);
    }
    bhDisableDepth--;
  }

  /** What this context waits for, or null; for the explanation of hangs only. */
  public final @Nullable Blocker waitsFor() {
    RawLock lock = takes;
    return lock != null && lock.keepsOut(this) ? lock : waitsFor;
  }

  /** Says what this context is about to wait for, or with null that it does so no longer. */
  public final void waitsFor(@Nullable Blocker blocker) {
    waitsFor = blocker;
  }
}
