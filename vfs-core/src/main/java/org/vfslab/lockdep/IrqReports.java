package org.vfslab.lockdep;

/** What is said when an interrupt could come at the wrong moment. */
final class IrqReports {
  private static final String BETWEEN_COLUMNS = " ".repeat(31);

  private final Reporter reporter;

  IrqReports(Reporter reporter) {
    this.reporter = reporter;
  }

  /** {@code print_usage_bug}: the uses of one class contradict each other. */
  void inconsistent(HeldStack stack, HeldLock held, int oldBit, int newBit) {
    if (!reporter.wants()) {
      return;
    }
    String name = held.lockClass().fullName(held);
    reporter.report(
        new Splat("WARNING: inconsistent lock state", 32)
            .line(
                "inconsistent {" + Usage.name(oldBit) + "} -> {" + Usage.name(newBit) + "} usage.")
            .line(Splat.commPidIrq(stack.context()) + " takes:")
            .lock(held)
            .line("{" + Usage.name(oldBit) + "} state was registered at:")
            .trace(held.lockClass().usageTrace(oldBit), 1)
            .irqEvents(stack.context())
            .line("")
            .line("other info that might help us debug this:")
            .line(" Possible unsafe locking scenario:")
            .line("")
            .line("       CPU0")
            .line("       ----")
            .line("  lock(" + name + ");")
            .line("  <Interrupt>")
            .line("    lock(" + name + ");")
            .line("")
            .line(" *** DEADLOCK ***")
            .line("")
            .held(stack)
            .backtrace(stack, held.site()));
  }

  /**
   * {@code print_bad_irq_dependency}: a lock that interrupts take comes to be held while one is
   * acquired during which interrupts come.
   *
   * @param safe the way back from the class of {@code held} to the former
   * @param unsafe the way on from the class of {@code next} to the latter
   */
  void badOrder(
      HeldStack stack,
      HeldLock held,
      HeldLock next,
      Path safe,
      Path unsafe,
      int safeBit,
      int unsafeBit) {
    if (!reporter.wants()) {
      return;
    }
    String irq = Usage.stateName(safeBit);
    Splat splat =
        new Splat("WARNING: " + irq + "-safe -> " + irq + "-unsafe lock order detected", 53)
            .line(Splat.commPidIrq(stack.context()) + " is trying to acquire:")
            .lock(next)
            .line("")
            .line("and this task is already holding:")
            .lock(held)
            .line("which would create a new lock dependency:")
            .line(held.lockClass().described(held) + " ->" + next.lockClass().described(next))
            .line("")
            .line("but this new dependency connects a " + irq + "-irq-safe lock:")
            .line(safe.lockClass().described())
            .line("")
            .line("... which became " + irq + "-irq-safe at:")
            .trace(safe.lockClass().usageTrace(safeBit), 1)
            .line("")
            .line("to a " + irq + "-irq-unsafe lock:")
            .line(unsafe.lockClass().described())
            .line("")
            .line("... which became " + irq + "-irq-unsafe at:")
            .line("...")
            .trace(unsafe.lockClass().usageTrace(unsafeBit), 1)
            .line("")
            .line("other info that might help us debug this:")
            .line("");
    scenario(splat, safe.lockClass(), unsafe.lockClass(), held.lockClass(), next.lockClass());
    splat
        .held(stack)
        .line("")
        .line("the dependencies between " + irq + "-irq-safe lock and the holding lock:");
    dependenciesFromBack(splat, safe);
    splat
        .line("")
        .line("the dependencies between the lock to be acquired and " + irq + "-irq-unsafe lock:");
    dependencies(splat, unsafe, Trace.of(stack.context(), next.site()));
    reporter.report(splat.backtrace(stack, next.site()));
  }

  /**
   * {@code print_irq_inversion_bug}: a class has come to be used in a way that contradicts a use of
   * one that was taken inside it, or outside.
   *
   * @param other the way from the class of {@code held} to the other one
   * @param forwards whether the other one was taken inside
   * @param otherBit the use of the other one
   */
  void inversion(HeldStack stack, HeldLock held, Path other, boolean forwards, int otherBit) {
    if (!reporter.wants()) {
      return;
    }
    String irq = Usage.stateName(otherBit);
    LockClass root = held.lockClass();
    Splat splat =
        new Splat("WARNING: possible irq lock inversion dependency detected", 56)
            .line(Splat.commPid(stack.context()) + " just changed the state of lock:")
            .lock(held)
            .line(
                forwards
                    ? "but this lock took another, " + irq + "-unsafe lock in the past:"
                    : "but this lock was taken by another, " + irq + "-safe lock in the past:")
            .line(other.lockClass().described())
            .line("")
            .line("and interrupts could create inverse lock ordering between them.")
            .line("")
            .line("")
            .line("other info that might help us debug this:");
    LockClass middle = firstStep(other).lockClass();
    if (forwards) {
      scenario(splat, root, other.lockClass(), middle, other.lockClass());
    } else {
      scenario(splat, other.lockClass(), root, middle, root);
    }
    splat.held(stack).line("").line("the shortest dependencies between 2nd lock and 1st lock:");
    dependencies(splat, other, Trace.of(stack.context(), held.site()));
    reporter.report(splat.backtrace(stack, held.site()));
  }

  /** The class next to the root on the way to {@code end}. */
  private static Path firstStep(Path end) {
    Path at = end;
    for (Path parent = at.parent(); parent != null && parent.parent() != null; ) {
      at = parent;
      parent = at.parent();
    }
    return at;
  }

  /** {@code print_irq_lock_scenario}. */
  private static void scenario(
      Splat splat, LockClass safe, LockClass unsafe, LockClass held, LockClass next) {
    LockClass middle = held == safe ? next : held;
    if (middle != unsafe) {
      splat
          .line("Chain exists of:")
          .line("  " + safe.fullName() + " --> " + middle.fullName() + " --> " + unsafe.fullName())
          .line("");
    }
    splat
        .line(" Possible interrupt unsafe locking scenario:")
        .line("")
        .line("       CPU0                    CPU1")
        .line("       ----                    ----")
        .line("  lock(" + unsafe.fullName() + ");")
        .line(BETWEEN_COLUMNS + "local_irq_disable();")
        .line(BETWEEN_COLUMNS + "lock(" + safe.fullName() + ");")
        .line(BETWEEN_COLUMNS + "lock(" + middle.fullName() + ");")
        .line("  <Interrupt>")
        .line("    lock(" + safe.fullName() + ");")
        .line("")
        .line(" *** DEADLOCK ***")
        .line("");
  }

  /** {@code print_shortest_lock_dependencies}: from the end of the way to its root. */
  private static void dependencies(Splat splat, Path leaf, Trace rootTrace) {
    int depth = leaf.depth();
    for (Path at = leaf; at != null; at = at.parent()) {
      classHeader(splat, at.lockClass(), depth);
      LockEdge edge = at.edge();
      acquiredAt(splat, depth, edge == null ? rootTrace : edge.trace);
      depth--;
    }
  }

  /**
   * {@code print_shortest_lock_dependencies_backwards}: the edge of a step tells where the class
   * after it was acquired.
   */
  private static void dependenciesFromBack(Splat splat, Path leaf) {
    int depth = leaf.depth();
    LockEdge edge = null;
    for (Path at = leaf; at != null; at = at.parent()) {
      classHeader(splat, at.lockClass(), depth);
      if (edge != null) {
        acquiredAt(splat, depth, edge.trace);
      }
      edge = at.edge();
      depth--;
    }
  }

  private static void acquiredAt(Splat splat, int depth, Trace trace) {
    splat.line(" ".repeat(depth) + " ... acquired at:").trace(trace, 2).line("");
  }

  /** {@code print_lock_class_header}. */
  private static void classHeader(Splat splat, LockClass of, int depth) {
    String indent = " ".repeat(depth);
    splat.line(indent + "->" + of.described() + " ops: " + of.operations + " {");
    for (int bit = 0; bit < Usage.TRACED; bit++) {
      if ((of.usage & 1 << bit) != 0) {
        String state = indent + "   " + Usage.name(bit) + " at:";
        splat.line(state).trace(of.usageTrace(bit), depth + state.length() + 1);
      }
    }
    splat.line(indent + " }");
    splat.line(indent + " ... key      at: [<" + of.keyAddress() + ">] " + of.name);
  }
}
