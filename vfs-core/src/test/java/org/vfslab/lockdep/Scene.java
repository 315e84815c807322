package org.vfslab.lockdep;

import java.util.List;
import java.util.function.Consumer;
import org.vfslab.machine.Completion;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.IrqLine.Kind;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Report;
import org.vfslab.machine.Schedules;
import org.vfslab.machine.Work;

/** A task that tells lockdep what it does with some locks that are nothing else. */
final class Scene {
  final Machine machine;
  final Lockdep lockdep;
  final LockMap a;
  final LockMap b;
  final LockMap c;
  final LockMap d;
  private final IrqLine hard;
  private final IrqLine soft;

  private Scene(Machine machine) {
    this.machine = machine;
    lockdep = Lockdep.on(machine);
    a = lockdep.register("A", WaitType.CONFIG);
    b = lockdep.register("B", WaitType.CONFIG);
    c = lockdep.register("C", WaitType.CONFIG);
    d = lockdep.register("D", WaitType.CONFIG);
    hard = machine.irqLine("disk irq", Kind.HARD, machine.cpu(0));
    soft = machine.irqLine("timer", Kind.SOFT, machine.cpu(0));
  }

  /** What is reported while a task does this and ends. */
  static List<Report> reports(Consumer<Scene> body) {
    return Schedules.one(
            machine -> {
              Scene scene = new Scene(machine);
              machine.task("task", machine.cpu(0), () -> body.accept(scene));
            })
        .machine()
        .reports();
  }

  /** The titles alone. */
  static List<String> titles(Consumer<Scene> body) {
    return reports(body).stream().map(Report::title).toList();
  }

  void write(LockMap lock) {
    lockdep.acquire(lock, Mode.WRITE, "lock_" + lock);
  }

  void read(LockMap lock) {
    lockdep.acquire(lock, Mode.READ, "rlock_" + lock);
  }

  void acquire(LockMap lock, Mode mode) {
    lockdep.acquire(lock, mode, mode + "_" + lock);
  }

  void trylock(LockMap lock, Mode mode) {
    lockdep.acquire(lock, 0, true, mode, true, null, "trylock_" + lock);
  }

  void release(LockMap... locks) {
    for (LockMap lock : locks) {
      lockdep.release(lock);
    }
  }

  void nested(LockMap... locks) {
    for (LockMap lock : locks) {
      write(lock);
    }
    for (int i = locks.length - 1; i >= 0; i--) {
      release(locks[i]);
    }
  }

  void call(String name, Runnable body) {
    machine
        .currentTask()
        .syscall(
            name,
            () -> {
              body.run();
              return 0;
            });
  }

  /** Does this in an interrupt on the CPU of the task, which waits for its end. */
  void inInterrupt(Kind kind, Runnable body) {
    Completion done = new Completion(machine, "handled");
    (kind == Kind.HARD ? hard : soft)
        .raise(
            () -> {
              body.run();
              done.complete();
            });
    done.waitForCompletion();
  }

  /** Has a kernel thread do this, and waits for its end. */
  void inWorker(Runnable body) {
    Completion done = new Completion(machine, "done");
    machine
        .systemWorkqueue()
        .queueWork(
            new Work(
                machine,
                "work",
                () -> {
                  body.run();
                  done.complete();
                }));
    done.waitForCompletion();
  }

  void irqsOff(Runnable body) {
    machine.current().localIrqSave();
    body.run();
    machine.current().localIrqRestore();
  }
}
