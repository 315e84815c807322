package org.vfslab.selftest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Completion;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Report;
import org.vfslab.machine.ReportKind;

/**
 * A machine on which one task does one test, and what was said about it.
 *
 * <p>Locks have names of a letter, which is their class, and perhaps a digit that tells locks of a
 * class apart.
 */
final class Bench {
  private final Machine machine = Machine.deterministic(MachineConfig.DEFAULT, new FirstCome());
  private final Lockdep lockdep = Lockdep.on(machine);
  private final Rcu rcu = new Rcu(lockdep);
  private final LockKind.Where where = new LockKind.Where(lockdep, rcu);
  private final Map<String, Object> locks = new HashMap<>();
  private final IrqLine hard = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
  private final IrqLine notThreaded =
      machine.irqLine("irq/nothread", IrqLine.Kind.HARD, machine.cpu(0));
  private final IrqLine soft = machine.irqLine("softirq", IrqLine.Kind.SOFT, machine.cpu(0));
  private final List<Report> said = new ArrayList<>();

  private Bench() {
    lockdep.notThreaded(notThreaded.context());
    lockdep.forceReadLockRecursive(true);
  }

  /** What lockdep says while a task does this. */
  static List<Report> reports(Consumer<Bench> test) {
    Bench bench = new Bench();
    bench.machine.task(
        "test",
        bench.machine.cpu(0),
        () -> {
          try {
            test.accept(bench);
          } finally {
            // Not what the end of the task adds: a test need not give everything back.
            bench.said.addAll(bench.machine.reports());
          }
        });
    bench.machine.run();
    bench.said.removeIf(report -> report.kind() != ReportKind.LOCKDEP);
    return bench.said;
  }

  @SuppressWarnings("unchecked") // the name has the family, and a family has one class of locks
  private <T> T find(LockKind<T> kind, String name) {
    return (T)
        locks.computeIfAbsent(
            kind.family() + " " + name, _ -> kind.make().apply(where, name.substring(0, 1)));
  }

  <T> void lock(LockKind<T> kind, String name) {
    kind.lock().accept(find(kind, name));
  }

  <T> void unlock(LockKind<T> kind, String name) {
    kind.unlock().accept(find(kind, name));
  }

  /** Takes the locks in this order and gives them back in the reverse one. */
  void nested(LockKind<?> kind, String... names) {
    for (String name : names) {
      lock(kind, name);
    }
    for (int i = names.length - 1; i >= 0; i--) {
      unlock(kind, names[i]);
    }
  }

  /** Takes two locks of two kinds, one inside the other. */
  void nested(LockKind<?> outerKind, String outer, LockKind<?> innerKind, String inner) {
    lock(outerKind, outer);
    nested(innerKind, inner);
    unlock(outerKind, outer);
  }

  /** Readers of rwlocks queue behind writers from now on, except in interrupts. */
  void queuedReaders() {
    lockdep.forceReadLockRecursive(false);
  }

  /** Initialises the newest lock of a class that this context holds once more. */
  void init(String name) {
    LockMap map = lockdep.held(name);
    if (map == null) {
      throw new IllegalStateException("no lock of class " + name + " is held");
    }
    lockdep.reinitialised(map, "init");
  }

  Lockdep lockdep() {
    return lockdep;
  }

  // ---- interrupts

  /** Does this in the handler of an interrupt, and waits for its end. */
  void inInterrupt(IrqLine.Kind kind, Runnable body) {
    handle(kind == IrqLine.Kind.HARD ? hard : soft, body);
  }

  /** The same, of an interrupt that no option moves to a thread. */
  void inInterruptNotThreaded(Runnable body) {
    handle(notThreaded, body);
  }

  private void handle(IrqLine line, Runnable body) {
    Completion done = new Completion(machine, "handled");
    line.raise(
        () -> {
          body.run();
          done.complete();
        });
    done.waitForCompletion();
  }

  /** Does this with such interrupts disabled. */
  void without(IrqLine.Kind kind, Runnable body) {
    disable(kind);
    body.run();
    enable(kind);
  }

  void disable(IrqLine.Kind kind) {
    if (kind == IrqLine.Kind.HARD) {
      machine.current().localIrqSave();
    } else {
      machine.current().localBhDisable();
    }
  }

  void enable(IrqLine.Kind kind) {
    if (kind == IrqLine.Kind.HARD) {
      machine.current().localIrqRestore();
    } else {
      machine.current().localBhEnable();
    }
  }
}
