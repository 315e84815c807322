package org.vfslab.machine;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A CPU: one current task, and on top of it the interrupts that were taken and have not returned.
 */
public final class Cpu {
  private final int number;

  // Deterministic engine: what runs here, from the bottom up.
  @Nullable Task current;
  private final IrqContext[] interrupts = new IrqContext[4];
  private int interruptDepth;

  /** What handlers of hard interrupts, and sections that keep them away, did here. */
  final Clocks irqOrder = new Clocks();

  /** The same for soft interrupts. */
  final Clocks bhOrder = new Clocks();

  // Live engine: held by handlers, and by whoever disabled interrupts here.
  final ReentrantLock irqGate = new ReentrantLock();
  final ReentrantLock bhGate = new ReentrantLock();

  Cpu(int number) {
    this.number = number;
  }

  /** The number of this CPU, from 0. */
  public int number() {
    return number;
  }

  @Nullable IrqContext topInterrupt() {
    return interruptDepth == 0 ? null : interrupts[interruptDepth - 1];
  }

  void enter(IrqContext interrupt) {
    interrupts[interruptDepth++] = interrupt;
  }

  void leave() {
    interruptDepth--;
  }

  /** Whether any task could take a step here, not just the current one. */
  boolean takesTasks() {
    Task task = current;
    return interruptDepth == 0
        && (task == null
            || (task.preemptCount() == 0 && !task.irqsDisabled() && !task.bhDisabled()));
  }

  /** Whether a hard interrupt would be taken here at once. */
  boolean takesHardirq() {
    IrqContext top = topInterrupt();
    Task task = current;
    return top != null ? !top.irqsDisabled() : task == null || !task.irqsDisabled();
  }

  /** Whether a soft interrupt would run here at once. */
  boolean takesSoftirq() {
    Task task = current;
    return interruptDepth == 0 && (task == null || !(task.bhDisabled() || task.irqsDisabled()));
  }

  /** Whether {@code task} could take its next step here. */
  boolean couldRun(Task task) {
    return interruptDepth == 0 && (current == task || takesTasks());
  }
}
