package org.vfslab.lockdep;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is said when locks are taken in an order in which they can wait for each other. */
final class OrderReports {
  private static final String BETWEEN_COLUMNS = " ".repeat(31);

  private final Reporter reporter;

  OrderReports(Reporter reporter) {
    this.reporter = reporter;
  }

  /** {@code print_deadlock_bug}: the context holds a lock of the class that it acquires. */
  void recursive(HeldStack stack, HeldLock held, HeldLock next) {
    if (!reporter.wants()) {
      return;
    }
    Splat splat =
        new Splat("WARNING: possible recursive locking detected", 44)
            .line(Splat.commPid(stack.context()) + " is trying to acquire lock:")
            .lock(next)
            .line("")
            .line("but task is already holding lock:")
            .lock(held);
    LockOrder order = held.lockClass().order;
    if (order != null) {
      splat.line(
          "and the lock comparison function returns "
              + order.compare(held.map(), next.map())
              + ":");
    }
    reporter.report(
        splat
            .line("")
            .line("other info that might help us debug this:")
            .line(" Possible unsafe locking scenario:")
            .line("")
            .line("       CPU0")
            .line("       ----")
            .line("  lock(" + held.lockClass().fullName(held) + ");")
            .line("  lock(" + next.lockClass().fullName(next) + ");")
            .line("")
            .line(" *** DEADLOCK ***")
            .line("")
            .line(" May be due to missing lock nesting notation")
            .line("")
            .held(stack)
            .backtrace(stack, next.site()));
  }

  /**
   * {@code print_circular_bug}: {@code next} is acquired with {@code held} held, and the class of
   * {@code held} was acquired after that of {@code next} before.
   *
   * @param way from the class of {@code next} to that of {@code held}
   */
  void circular(HeldStack stack, HeldLock held, HeldLock next, Path way) {
    if (reporter.wants()) {
      Splat splat =
          begin()
              .line(Splat.commPid(stack.context()) + " is trying to acquire lock:")
              .lock(next)
              .line("")
              .line("but task is already holding lock:")
              .lock(held)
              .line("")
              .line("which lock already depends on the new lock.")
              .line("")
              .line("");
      reporter.report(end(splat, stack, held, next, way, next.site()));
    }
  }

  /**
   * The same for a hold that was handed over: whoever ends it acquired {@code next} before, so that
   * nobody who has {@code next} may wait for it. The kernel has no such report.
   */
  void circularHandedOver(HeldStack stack, HeldLock token, HeldLock next, Path way, Trace origin) {
    if (reporter.wants()) {
      Splat splat =
          begin()
              .line(Splat.commPid(stack.context()) + " ends a hold that was handed over:")
              .lock(token)
              .line("")
              .line("by:")
              .trace(origin, 0)
              .line("")
              .line("but before that it had to acquire:")
              .lock(next)
              .line("")
              .line("which lock is held by who waits for that hold.")
              .line("")
              .line("");
      reporter.report(end(splat, stack, token, next, way, null));
    }
  }

  private static Splat begin() {
    return new Splat("WARNING: possible circular locking dependency detected", 54);
  }

  private static Splat end(
      Splat splat, HeldStack stack, HeldLock held, HeldLock next, Path way, @Nullable String site) {
    splat.line("the existing dependency chain (in reverse order) is:");
    int depth = way.depth();
    for (Path at = way; at != null; at = at.parent()) {
      LockEdge edge = at.edge();
      splat
          .line("")
          .line("-> #" + depth-- + at.lockClass().described() + ":")
          .trace(edge == null ? Trace.of(stack.context(), next.site()) : edge.trace, 6);
    }
    splat.line("").line("other info that might help us debug this:").line("");
    scenario(splat, held, next, Objects.requireNonNullElse(way.parent(), way).lockClass());
    return splat.held(stack).backtrace(stack, site);
  }

  /** {@code print_circular_lock_scenario}. */
  private static void scenario(Splat splat, HeldLock held, HeldLock next, LockClass parent) {
    String source = next.lockClass().fullName(next);
    String target = held.lockClass().fullName(held);
    if (parent != next.lockClass()) {
      splat
          .line("Chain exists of:")
          .line("  " + source + " --> " + parent.fullName() + " --> " + target)
          .line("");
    }
    splat
        .line(" Possible unsafe locking scenario:")
        .line("")
        .line("       CPU0                    CPU1")
        .line("       ----                    ----")
        .line((held.isRead() ? "  rlock(" : "  lock(") + target + ");")
        .line(BETWEEN_COLUMNS + "lock(" + parent.fullName() + ");")
        .line(BETWEEN_COLUMNS + "lock(" + target + ");")
        .line((next.isRead() ? "  rlock(" : next.sync ? "  sync(" : "  lock(") + source + ");")
        .line("")
        .line(" *** DEADLOCK ***")
        .line("");
  }
}
