package org.vfslab.machine;

/**
 * A one-shot timer: the kernel's {@code hrtimer} and {@code timer_list}, according to the interrupt
 * line on which it expires.
 */
public final class Timer extends Shared {
  private final IrqLine line;
  private final Runnable function;
  private long expiresNs;
  private long armed;
  private volatile boolean pending;

  /** What had happened when it was started; owned by the deterministic engine. */
  final Clocks armedBy = new Clocks();

  /** A timer that runs {@code function} in an interrupt on {@code line} each time it expires. */
  public Timer(Machine machine, IrqLine line, Runnable function) {
    super(machine, "timer on " + line.name());
    this.line = line;
    this.function = function;
  }

  /**
   * Starts the timer ({@code hrtimer_start}); it must not be running. Any context.
   *
   * @param delayNs after how many nanoseconds from now it expires, not negative
   */
  public void start(long delayNs) {
    touch();
    if (pending) {
      throw new KernelFault(
          ReportKind.BUG, "BUG: the timer on " + line.name() + " is started while it runs");
    }
    expiresNs = Math.addExact(machine().nowNs(), delayNs);
    pending = true;
    machine().engine().arm(this);
  }

  /**
   * Stops the timer ({@code hrtimer_try_to_cancel}). Any context.
   *
   * @return whether it was running; if not, its function has run, runs, or is about to
   */
  public boolean cancel() {
    touch();
    boolean was = pending;
    if (was) {
      pending = false;
      machine().engine().disarm(this);
    }
    return was;
  }

  private void touch() {
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
  }

  /** When it expires, in nanoseconds of the machine's time. */
  long expiresNs() {
    return expiresNs;
  }

  long armed() {
    return armed;
  }

  void armed(long order) {
    armed = order;
  }

  void expire() {
    if (pending) {
      pending = false;
      PendingInterrupt interrupt = new PendingInterrupt(line, function);
      interrupt.raised.join(armedBy);
      line.raise(interrupt);
    }
  }
}
