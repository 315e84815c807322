package org.vfslab.lockdep;

import org.vfslab.machine.Task;

/** What is said about the locks of one context alone, whatever the order of locks is. */
final class StackReports {
  private static final String OTHER_INFO = "other info that might help us debug this:";

  private final Reporter reporter;

  StackReports(Reporter reporter) {
    this.reporter = reporter;
  }

  /** {@code print_unlock_imbalance_bug}. */
  void badUnlockBalance(HeldStack stack, LockMap map) {
    if (reporter.wants()) {
      reporter.report(
          new Splat("WARNING: bad unlock balance detected!", 37)
              .line(
                  Splat.commPid(stack.context())
                      + " is trying to release lock ("
                      + map.name()
                      + ") at:")
              .line(Splat.ip(Trace.of(stack.context(), null).top()))
              .line("but there are no more locks to release!")
              .line("")
              .line(OTHER_INFO)
              .held(stack)
              .backtrace(stack, null));
    }
  }

  /** {@code print_lock_contention_bug}. */
  void badContention(HeldStack stack, LockMap map, String site) {
    if (reporter.wants()) {
      reporter.report(
          new Splat("WARNING: bad contention detected!", 33)
              .line(
                  Splat.commPid(stack.context())
                      + " is trying to contend lock ("
                      + map.name()
                      + ") at:")
              .line(Splat.ip(site))
              .line("but there are no locks held!")
              .line("")
              .line(OTHER_INFO)
              .held(stack)
              .backtrace(stack, site));
    }
  }

  /** {@code lockdep_sys_exit}. */
  void heldInUserSpace(HeldStack stack, Task task) {
    if (reporter.wants()) {
      reporter.report(
          new Splat("WARNING: lock held when returning to user space!", 48)
              .line(task.commPid() + " is leaving the kernel with locks still held!")
              .held(stack));
    }
  }

  /** {@code debug_check_no_locks_held}. */
  void heldAtExit(HeldStack stack) {
    if (reporter.wants()) {
      reporter.report(
          new Splat("WARNING: " + Splat.commPid(stack.context()) + " still has locks held!", 36)
              .held(stack)
              .backtrace(stack, null));
    }
  }

  /** {@code print_freed_lock_bug}. */
  void heldLockFreed(HeldStack stack, HeldLock held, String site) {
    if (reporter.wants()) {
      reporter.report(
          new Splat("WARNING: held lock freed!", 25)
              .line(
                  Splat.commPid(stack.context())
                      + " is freeing memory "
                      + held.map().address()
                      + "-"
                      + held.map().lastAddress()
                      + ", with a lock still held there!")
              .lock(held)
              .held(stack)
              .backtrace(stack, site));
    }
  }

  /** {@code print_lock_nested_lock_not_held}. */
  void nestLockNotHeld(HeldStack stack, HeldLock next, LockMap nestLock) {
    if (reporter.wants()) {
      reporter.report(
          new Splat("WARNING: Nested lock was not taken", 34)
              .line(Splat.commPid(stack.context()) + " is trying to lock:")
              .lock(next)
              .line("")
              .line("but this task is not holding:")
              .line(nestLock.name())
              .backtrace(stack, next.site())
              .line("")
              .line(OTHER_INFO)
              .held(stack)
              .backtrace(stack, next.site()));
    }
  }

  /** {@code print_lock_invalid_wait_context}. */
  void invalidWaitContext(HeldStack stack, HeldLock next, int contextMayWait) {
    if (reporter.wants()) {
      reporter.report(
          new Splat("[ BUG: Invalid wait context ]", 29)
              .line(Splat.commPid(stack.context()) + " is trying to lock:")
              .lock(next)
              .line(OTHER_INFO)
              .line("context-{" + contextMayWait + ":" + contextMayWait + "}")
              .held(stack)
              .line("stack backtrace:")
              .trace(Trace.of(stack.context(), next.site()), 0));
    }
  }

  /** {@code lockdep_rcu_suspicious}; nothing is switched off by it. */
  void suspiciousRcu(HeldStack stack, String where, String message) {
    reporter.report(
        new Splat("WARNING: suspicious RCU usage", 29)
            .line(where + " " + message + "!")
            .line("")
            .line(OTHER_INFO)
            .line("")
            .line("")
            .line("rcu_scheduler_active = 2, debug_locks = " + (reporter.on() ? 1 : 0))
            .held(stack)
            .backtrace(stack, where));
  }
}
