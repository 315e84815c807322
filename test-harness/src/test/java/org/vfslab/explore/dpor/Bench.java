package org.vfslab.explore.dpor;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Properties;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Context;
import org.vfslab.machine.Cpu;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.Timer;
import org.vfslab.machine.WaitQueue;
import org.vfslab.machine.Work;
import org.vfslab.machine.Workqueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.memory.PlainWord;

/** The objects of one execution of a {@link Program}, and what its contexts saw. */
final class Bench implements Properties {

  /** How many words of each kind there are. */
  static final int WORDS = 3;

  private final Program program;
  private final Machine machine;
  private final List<AtomicWord> words = new ArrayList<>();
  private final List<PlainWord> plain = new ArrayList<>();
  private final List<SpinLock> spins = new ArrayList<>();
  private final RwSemaphore rwsem;
  private final PercpuRwSemaphore percpu;
  private final Completion completion;
  private final WaitQueue queue;
  private final List<Workqueue> workqueues = new ArrayList<>();
  private final List<Work> works = new ArrayList<>();
  private final List<IrqLine> lines = new ArrayList<>();
  private final List<Timer> timers = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();
  private final KernelObject object;
  private final Log log = new Log();
  private final long[] seen = new long[2];

  /** What one flow of control saw, and those that it began. */
  private static final class Log {
    private final StringBuilder text = new StringBuilder();
    private final List<Log> children = new ArrayList<>();

    void add(Object value) {
      text.append(value).append(' ');
    }

    Log child() {
      Log child = new Log();
      children.add(child);
      return child;
    }

    @Override
    public String toString() {
      return text + (children.isEmpty() ? "" : children.toString());
    }
  }

  Bench(Program program, Machine machine) {
    this.program = program;
    this.machine = machine;
    Lockdep lockdep = Lockdep.on(machine);
    for (int i = 0; i < WORDS; i++) {
      words.add(new AtomicWord(machine, "w" + i, 0));
      plain.add(new PlainWord(machine, "p" + i, 0));
      spins.add(new SpinLock(lockdep, "s" + i));
    }
    rwsem = new RwSemaphore(lockdep, "rwsem");
    percpu = new PercpuRwSemaphore(lockdep, new Rcu(lockdep), "percpu");
    completion = new Completion(machine, "completion");
    queue = new WaitQueue(machine, "queue");
    object = new KernelObject(machine, "object");
    workqueues.add(machine.systemWorkqueue());
    workqueues.add(new Workqueue(machine, "other"));
    for (List<Statement> body : program.works()) {
      // A piece of work never runs twice at the same time, so its runs share one log.
      Log workLog = log.child();
      works.add(new Work(machine, "work", () -> run(body, workLog)));
    }
    int number = 0;
    for (Program.Line line : program.lines()) {
      lines.add(machine.irqLine("irq" + number++, line.kind(), machine.cpu(line.cpu())));
    }
  }

  void task(String name, Cpu cpu, List<Statement> body) {
    Log own = log.child();
    tasks.add(machine.task(name, cpu, () -> run(body, own)));
  }

  void raise(int line, List<Statement> body) {
    Log own = log.child();
    lines.get(line).raise(() -> run(body, own));
  }

  /** Returns whether the flow of control goes on after {@code body}. */
  private boolean run(List<Statement> body, Log own) {
    for (Statement statement : body) {
      boolean on =
          switch (statement) {
            case Statement.Op op -> run(op, own);
            case Statement.Branch branch -> {
              long value = words.get(branch.word()).readOnce();
              own.add(value);
              yield value != branch.value() || run(branch.body(), own);
            }
            case Statement.Section section -> run(section, own);
            case Statement.Later later -> {
              begin(later, own.child());
              yield true;
            }
          };
      if (!on) {
        return false;
      }
    }
    return true;
  }

  private boolean run(Statement.Op op, Log own) {
    int a = op.a();
    switch (op.kind()) {
      case READ -> own.add(words.get(a).readOnce());
      case WRITE -> words.get(a).writeOnce(op.b());
      case ADD -> own.add(words.get(a).fetchAdd(op.b()));
      case CAS -> own.add(words.get(a).compareAndSet(op.b(), op.b() + 1));
      case PLAIN_READ -> own.add(plain.get(a).get());
      case PLAIN_WRITE -> plain.get(a).set(op.b());
      case MARKED_READ -> own.add(plain.get(a).readOnce());
      case MARKED_WRITE -> plain.get(a).writeOnce(op.b());
      case SPIN_UNTIL -> {
        while (words.get(a).loadAcquire() != op.b()) {
          machine.spinUntilChanged(words.get(a));
        }
      }
      case COMPLETE -> completion.complete();
      case COMPLETE_ALL -> completion.completeAll();
      case WAIT_COMPLETION -> completion.waitForCompletion();
      case WAKE_UP -> queue.wakeUp();
      case WAKE_UP_ALL -> queue.wakeUpAll();
      case WAIT_EVENT -> queue.waitEvent("wait", () -> words.get(a).loadAcquire() == op.b());
      case WAIT_INTERRUPTIBLE ->
          own.add(
              queue.waitEvent(
                  "wait", TaskState.INTERRUPTIBLE, () -> words.get(a).loadAcquire() == op.b()));
      case SIGNAL -> tasks.get(a % program.tasks().size()).sendSignal(false);
      case KILL -> tasks.get(a % program.tasks().size()).sendSignal(true);
      case QUEUE_WORK -> own.add(workqueues.get(a).queueWork(works.get(a)));
      case CANCEL_TIMER -> {
        if (a < timers.size()) {
          own.add(timers.get(a).cancel());
        }
      }
      case USE -> object.use();
      case FREE -> object.kfree();
      case RETURN -> {
        return false;
      }
    }
    return true;
  }

  private boolean run(Statement.Section section, Log own) {
    Context me = machine.current();
    SpinLock spin = spins.get(section.number());
    boolean on = true;
    switch (section.lock()) {
      case SPIN -> {
        spin.lock();
        on = run(section.body(), own);
        if (on) {
          spin.unlock();
        }
      }
      case SPIN_IRQ -> {
        spin.lockIrqSave();
        on = run(section.body(), own);
        if (on) {
          spin.unlockIrqRestore();
        }
      }
      case SPIN_BH -> {
        spin.lockBh();
        on = run(section.body(), own);
        if (on) {
          spin.unlockBh();
        }
      }
      case PREEMPT -> {
        me.preemptDisable();
        on = run(section.body(), own);
        if (on) {
          me.preemptEnable();
        }
      }
      case IRQ -> {
        me.localIrqSave();
        on = run(section.body(), own);
        if (on) {
          me.localIrqRestore();
        }
      }
      case BH -> {
        me.localBhDisable();
        on = run(section.body(), own);
        if (on) {
          me.localBhEnable();
        }
      }
      case RW_READ -> {
        rwsem.downRead();
        on = run(section.body(), own);
        if (on) {
          rwsem.upRead();
        }
      }
      case RW_WRITE -> {
        rwsem.downWrite();
        on = run(section.body(), own);
        if (on) {
          rwsem.upWrite();
        }
      }
      case RW_TRY_READ -> {
        boolean taken = rwsem.downReadTrylock();
        own.add(taken);
        if (taken) {
          on = run(section.body(), own);
          if (on) {
            rwsem.upRead();
          }
        }
      }
      case RW_TRY_WRITE -> {
        boolean taken = rwsem.downWriteTrylock();
        own.add(taken);
        if (taken) {
          on = run(section.body(), own);
          if (on) {
            rwsem.upWrite();
          }
        }
      }
      case RW_DOWNGRADE -> {
        rwsem.downWrite();
        rwsem.downgradeWrite();
        on = run(section.body(), own);
        if (on) {
          rwsem.upRead();
        }
      }
      case PERCPU_READ -> {
        percpu.downRead();
        on = run(section.body(), own);
        if (on) {
          percpu.upRead();
        }
      }
      case PERCPU_TRY_READ -> {
        boolean taken = percpu.downReadTrylock();
        own.add(taken);
        if (taken) {
          on = run(section.body(), own);
          if (on) {
            percpu.upRead();
          }
        }
      }
      case PERCPU_WRITE -> {
        percpu.downWrite();
        on = run(section.body(), own);
        if (on) {
          percpu.upWrite();
        }
      }
    }
    return on;
  }

  private void begin(Statement.Later later, Log child) {
    switch (later.how()) {
      case RAISE -> lines.get(later.number()).raise(() -> run(later.body(), child));
      case TIMER ->
          new Timer(machine, lines.get(later.number()), () -> run(later.body(), child))
              .start(later.delay());
      case TASK -> machine.task("new", machine.cpu(later.number()), () -> run(later.body(), child));
    }
  }

  @Override
  public boolean watchesSteps() {
    return program.watched();
  }

  @Override
  public boolean visibleChange() {
    boolean changed = false;
    for (int i = 0; i < seen.length; i++) {
      long value = words.get(i).peek();
      changed |= value != seen[i];
      seen[i] = value;
    }
    return changed;
  }

  @Override
  public @Nullable String afterStep() {
    return seen[0] == 1 && seen[1] == 1 ? "never both" : null;
  }

  /** All that can be seen at the end. */
  String state() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < WORDS; i++) {
      text.append(words.get(i).peek()).append(' ').append(plain.get(i).peek()).append(' ');
      text.append(spins.get(i).isLocked() ? "held " : "");
    }
    text.append(rwsem.countWord()).append(' ').append(rwsem.waiterCount()).append(' ');
    text.append(percpu.readers()).append(percpu.isBlocked() ? " blocked" : "").append(' ');
    text.append(completion.isDone()).append(queue.isActive()).append(object.isFreed());
    return text.append(' ').append(log).toString();
  }
}
