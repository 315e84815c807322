package org.vfslab.lockdep;

import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;

/**
 * Where reports go, and whether there are to be any more: {@code debug_locks}.
 *
 * <p>The kernel's validator says one thing and is silent from then on, because after the first
 * mistake it can trust itself no longer. This one goes on unless it is told to be like that.
 */
final class Reporter {
  private final Machine machine;
  private volatile boolean on;
  private volatile boolean once;

  Reporter(Machine machine, boolean on) {
    this.machine = machine;
    this.on = on;
  }

  /** Whether the validator works: {@code debug_locks}. */
  boolean on() {
    return on;
  }

  /** Lets the first report be the last. */
  void once() {
    once = true;
  }

  void off() {
    on = false;
  }

  /** {@code debug_locks_off}: whether a report is wanted, which must then be made. */
  synchronized boolean wants() {
    boolean wanted = on;
    if (once) {
      on = false;
    }
    return wanted;
  }

  void report(Splat splat) {
    machine.report(ReportKind.LOCKDEP, splat.title(), splat.text());
  }

  /** {@code WARN}: an assertion failed, and nothing is switched off. */
  void warn(String where, String assertion, HeldStack stack) {
    String title = "WARNING: at " + where + ": " + assertion;
    report(Splat.warning(title).held(stack));
  }

  /** {@code print_lockdep_off}: a limit was hit, and the validator gives up. */
  void givesUp(String title, String detail) {
    if (on) {
      on = false;
      machine.report(
          ReportKind.LOCKDEP,
          title,
          title + "\nturning off the locking correctness validator.\n" + detail);
    }
  }
}
