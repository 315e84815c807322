package org.vfslab.litmus;

import java.util.List;
import java.util.function.Consumer;
import org.vfslab.machine.Context;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.machine.Timer;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PlainWord;
import org.vfslab.trace.Happening;

/** Kernel-level steps on the machine: interrupts, work, wake-ups, single words, marks. */
final class MachineFunctions {

  static final List<Function> ALL =
      List.of(
          Function.of(
              "exit_to_user",
              List.of(),
              "returns to user space; later steps come back from there",
              arguments ->
                  task(
                      task -> {
                        task.exitToUser();
                        task.enterKernel();
                      })),
          context("preempt_disable", "no other task runs on this CPU", Context::preemptDisable),
          context("preempt_enable", "ends it", Context::preemptEnable),
          context("local_irq_disable", "this CPU takes no hard interrupt", Context::localIrqSave),
          context("local_irq_enable", "ends it", Context::localIrqRestore),
          context("local_bh_disable", "this CPU runs no soft interrupt", Context::localBhDisable),
          context("local_bh_enable", "ends it", Context::localBhEnable),
          Function.of(
              "rcu_read_lock",
              List.of(),
              "begins an RCU section",
              arguments ->
                  frame -> {
                    frame.world().lab().rcu().readLock(frame.world().lab().machine().current());
                    return 0;
                  }),
          Function.of(
              "rcu_read_unlock",
              List.of(),
              "ends it",
              arguments ->
                  frame -> {
                    frame.world().lab().rcu().readUnlock(frame.world().lab().machine().current());
                    return 0;
                  }),
          Function.of(
              "synchronize_rcu",
              List.of(),
              "waits until all RCU sections in progress have ended",
              arguments ->
                  frame -> {
                    frame.world().lab().rcu().synchronize();
                    return 0;
                  }),
          Function.of(
              "rcu_dereference",
              List.of("atomic"),
              "reads a pointer, which can be followed until the section ends",
              arguments -> {
                Slot<AtomicWord> slot = atomicSlot(arguments);
                return frame -> {
                  frame.world().lab().rcu().checkDereference(false, "rcu_dereference");
                  return frame.world().get(slot).loadAcquire();
                };
              }),
          new Function(
              "raise",
              List.of("irq", "argument"),
              1,
              List.of(),
              "raises an interrupt; its CPU takes it now or later",
              MachineFunctions::raise),
          new Function(
              "queue_work",
              List.of("work", "argument"),
              1,
              List.of(),
              "has a kernel thread do the work; 1 unless it was queued already",
              arguments -> {
                Symbol.WorkItem work = arguments.symbol(0, Symbol.WorkItem.class, "a work");
                Consumer<Frame> hand = hand(arguments, 1, work.declaration(), work.argument());
                return frame -> {
                  hand.accept(frame);
                  World world = frame.world();
                  return world.lab().machine().systemWorkqueue().queueWork(world.get(work.slot()))
                      ? 1
                      : 0;
                };
              }),
          new Function(
              "mod_timer",
              List.of("timer", "delay", "argument"),
              1,
              List.of(),
              "starts a timer that is not running; its function runs in a soft interrupt",
              arguments -> {
                Symbol.TimerName timer = arguments.symbol(0, Symbol.TimerName.class, "a timer");
                Code delay = arguments.code(1);
                Consumer<Frame> hand = hand(arguments, 2, timer.declaration(), timer.argument());
                return frame -> {
                  hand.accept(frame);
                  frame.world().get(timer.slot()).start(Math.max(0, delay.run(frame)));
                  return 0;
                };
              }),
          Function.of(
              "del_timer",
              List.of("timer"),
              "stops a timer; 1 if it was running",
              arguments -> {
                Slot<Timer> slot = arguments.symbol(0, Symbol.TimerName.class, "a timer").slot();
                return frame -> frame.world().get(slot).cancel() ? 1 : 0;
              }),
          Function.of(
              "READ_ONCE",
              List.of("variable"),
              "reads, unordered",
              arguments -> word(arguments, PlainWord::readOnce, AtomicWord::readOnce)),
          Function.of(
              "WRITE_ONCE",
              List.of("variable", "value"),
              "writes, unordered",
              arguments -> write(arguments, PlainWord::writeOnce, AtomicWord::writeOnce)),
          atomic("smp_load_acquire", "reads with acquire order", (word, v) -> word.loadAcquire()),
          atomicValue(
              "smp_store_release",
              "writes with release order",
              (word, v) -> {
                word.storeRelease(v);
                return 0;
              }),
          atomic("atomic_inc_return", "adds 1; the new value", (word, v) -> word.addReturn(1)),
          atomic(
              "atomic_dec_return", "takes 1 off; the new value", (word, v) -> word.addReturn(-1)),
          atomicValue("atomic_add_return", "adds; the new value", AtomicWord::addReturn),
          atomicValue("xchg", "writes; the old value", AtomicWord::xchg),
          Function.of(
              "cmpxchg",
              List.of("atomic", "old", "new"),
              "writes new if it holds old; 1 if so, else 0",
              arguments -> {
                Slot<AtomicWord> slot = atomicSlot(arguments);
                Code old = arguments.code(1);
                Code wanted = arguments.code(2);
                return frame ->
                    frame.world().get(slot).compareAndSet(old.run(frame), wanted.run(frame))
                        ? 1
                        : 0;
              }),
          Function.of(
              "send_sig",
              List.of("task", "signal"),
              "sends SIGKILL, or any other number for a signal that is not fatal",
              arguments -> {
                Slot<Task> slot = arguments.symbol(0, Symbol.TaskName.class, "a task").slot();
                Code signal = arguments.code(1);
                return frame -> {
                  frame.world().get(slot).sendSignal(signal.run(frame) == Constants.SIGKILL);
                  return 0;
                };
              }),
          Function.of("mark", List.of("\"text\""), "passes a mark", MachineFunctions::mark),
          Function.of(
              "await", List.of("\"text\""), "sleeps until it was passed", MachineFunctions::await));

  private MachineFunctions() {}

  private static Code task(Consumer<Task> operation) {
    return frame -> {
      operation.accept(frame.world().lab().machine().currentTask());
      return 0;
    };
  }

  private static Function context(String name, String meaning, Consumer<Context> operation) {
    return Function.of(
        name,
        List.of(),
        meaning,
        arguments ->
            frame -> {
              operation.accept(frame.world().lab().machine().current());
              return 0;
            });
  }

  /** Refuses a call with an argument too many or too few for who is started. */
  private static void checkParameters(
      Arguments arguments, int own, org.vfslab.litmus.syntax.Context started) {
    int parameters = started.parameters().size();
    if (parameters != arguments.size() - own) {
      throw arguments.error(
          0,
          started.kind().spelling()
              + " '"
              + started.name()
              + "' takes "
              + (parameters == 0 ? "no argument" : "one argument"));
    }
  }

  /** Puts the argument after {@code own} others where the body of a work or timer takes it. */
  private static Consumer<Frame> hand(
      Arguments arguments,
      int own,
      org.vfslab.litmus.syntax.Context started,
      Slot<AtomicWord> slot) {
    checkParameters(arguments, own, started);
    if (started.parameters().isEmpty()) {
      return frame -> {};
    }
    Code value = arguments.code(own);
    return frame -> frame.world().get(slot).storeRelease(value.run(frame));
  }

  private static Code raise(Arguments arguments) {
    Symbol.Irq irq = arguments.symbol(0, Symbol.Irq.class, "an irq");
    checkParameters(arguments, 1, irq.declaration());
    int parameters = irq.declaration().parameters().size();
    Slot<IrqLine> slot = irq.slot();
    Compiler compiler = arguments.compiler();
    int context = irq.context();
    if (parameters == 0) {
      return frame -> {
        World world = frame.world();
        world.get(slot).raise(() -> compiler.bodyOf(context).run(world.frame(context)));
        return 0;
      };
    }
    Code argument = arguments.code(1);
    return frame -> {
      World world = frame.world();
      long value = argument.run(frame);
      world
          .get(slot)
          .raise(
              () -> {
                world.frame(context).local(0, value);
                compiler.bodyOf(context).run(world.frame(context));
              });
      return 0;
    };
  }

  /** What is done with a plain variable. */
  private interface OnPlain {
    long apply(PlainWord word);
  }

  /** What is done with an atomic one. */
  private interface OnAtomic {
    long apply(AtomicWord word);
  }

  private static Code word(Arguments arguments, OnPlain plain, OnAtomic atomic) {
    String name = arguments.place(0, "a shared variable");
    return switch (arguments.compiler().scope().global(name)) {
      case Symbol.Int variable -> frame -> plain.apply(frame.world().get(variable.slot()));
      case Symbol.Atomic variable -> frame -> atomic.apply(frame.world().get(variable.slot()));
      case null, default ->
          throw arguments.error(0, "'" + name + "' is not declared as 'int' or 'atomic'");
    };
  }

  /** A write to a plain variable. */
  private interface WritePlain {
    void apply(PlainWord word, long value);
  }

  /** A write to an atomic one. */
  private interface WriteAtomic {
    void apply(AtomicWord word, long value);
  }

  private static Code write(Arguments arguments, WritePlain plain, WriteAtomic atomic) {
    String name = arguments.place(0, "a shared variable");
    Code value = arguments.code(1);
    return switch (arguments.compiler().scope().global(name)) {
      case Symbol.Int variable ->
          frame -> {
            plain.apply(frame.world().get(variable.slot()), value.run(frame));
            return 0;
          };
      case Symbol.Atomic variable ->
          frame -> {
            atomic.apply(frame.world().get(variable.slot()), value.run(frame));
            return 0;
          };
      case null, default ->
          throw arguments.error(0, "'" + name + "' is not declared as 'int' or 'atomic'");
    };
  }

  /** An operation on an atomic word with a value. */
  private interface AtomicOperation {
    long apply(AtomicWord word, long value);
  }

  private static Slot<AtomicWord> atomicSlot(Arguments arguments) {
    return arguments
        .compiler()
        .scope()
        .global(
            arguments.position(0),
            arguments.place(0, "an atomic"),
            Symbol.Atomic.class,
            "an atomic")
        .slot();
  }

  private static Function atomic(String name, String meaning, AtomicOperation operation) {
    return Function.of(
        name,
        List.of("atomic"),
        meaning,
        arguments -> {
          Slot<AtomicWord> slot = atomicSlot(arguments);
          return frame -> operation.apply(frame.world().get(slot), 0);
        });
  }

  private static Function atomicValue(String name, String meaning, AtomicOperation operation) {
    return Function.of(
        name,
        List.of("atomic", "value"),
        meaning,
        arguments -> {
          Slot<AtomicWord> slot = atomicSlot(arguments);
          Code value = arguments.code(1);
          return frame -> operation.apply(frame.world().get(slot), value.run(frame));
        });
  }

  private static Code mark(Arguments arguments) {
    String text = arguments.string(0, "a mark");
    Slot<AtomicWord> slot = arguments.compiler().scope().mark(text);
    Slot<WaitQueue> waiters = arguments.compiler().markWaiters();
    return frame -> {
      World world = frame.world();
      Machine machine = world.lab().machine();
      world.get(slot).storeRelease(1);
      if (machine.tracing()) {
        machine.trace(new Happening.Noted("mark \"" + text + "\""));
      }
      world.get(waiters).wakeUpAll();
      return 0;
    };
  }

  private static Code await(Arguments arguments) {
    String text = arguments.string(0, "a mark");
    Slot<AtomicWord> slot = arguments.compiler().scope().mark(text);
    Slot<WaitQueue> waiters = arguments.compiler().markWaiters();
    return frame -> {
      World world = frame.world();
      world.get(waiters).waitEvent("await", () -> world.get(slot).loadAcquire() != 0);
      return 0;
    };
  }
}
