package org.vfslab.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.trace.Happening;
import org.vfslab.trace.TraceEvent;
import org.vfslab.trace.TraceSink;

/**
 * One simulated computer: its CPUs, the contexts that run on them, and everything that hangs off
 * it.
 *
 * <p>A machine is set up from outside (objects are made, tasks are added), then {@link #run} once.
 * On a deterministic machine the run is a function of the set-up and of the answers of its {@link
 * Chance}. Machines share nothing; thousands can live in one JVM, each used by one thread at a time
 * (a live machine's own threads apart).
 */
public final class Machine {

  /** How many bits of an object's id count the objects that one context made. */
  private static final int MADE_BITS = 20;

  private final MachineConfig config;
  private final List<Cpu> cpus;
  private final List<Context> contexts = new ArrayList<>(8);
  private final List<Task> tasks = new ArrayList<>(4);
  private final List<IrqLine> lines = new ArrayList<>(4);
  private final List<Report> reports = new ArrayList<>(0);
  private final List<MachineListener> listeners = new ArrayList<>(1);
  private final Engine engine;
  private final @Nullable DeterministicEngine deterministic;
  private final AtomicInteger unfinishedWork = new AtomicInteger();
  private final AtomicLong addedWork = new AtomicLong();
  private int sharedIds;
  private int nextCpu;
  private @Nullable Shared memoryOfNew;
  private @Nullable TraceSink trace;
  private @Nullable Runnable afterStep;
  private final Workqueue systemWorkqueue;

  private Machine(MachineConfig config, @Nullable Chance chance) {
    this.config = config;
    List<Cpu> made = new ArrayList<>(config.cpus());
    for (int i = 0; i < config.cpus(); i++) {
      made.add(new Cpu(i));
    }
    this.cpus = made;
    if (chance == null) {
      deterministic = null;
      engine = new LiveEngine(this);
    } else {
      deterministic = new DeterministicEngine(this, chance);
      engine = deterministic;
    }
    systemWorkqueue = new Workqueue(this, "events");
  }

  /** A machine that runs step by step, in virtual time, as {@code chance} says. */
  public static Machine deterministic(MachineConfig config, Chance chance) {
    return new Machine(config, chance);
  }

  /** A machine that runs on real threads in real time. */
  public static Machine live(MachineConfig config) {
    return new Machine(config, null);
  }

  /** What the machine is like. */
  public MachineConfig config() {
    return config;
  }

  /** Whether real threads run this machine. */
  public boolean isLive() {
    return deterministic == null;
  }

  // ---- setting up

  /** The CPU with this number, from 0. */
  public Cpu cpu(int number) {
    return cpus.get(number);
  }

  /** All CPUs by number. */
  public List<Cpu> cpus() {
    return cpus;
  }

  /** Adds a user process that runs {@code body}; CPUs are given out in turn. */
  public Task task(String name, Runnable body) {
    return task(name, cpus.get(nextCpu++ % cpus.size()), body);
  }

  /** Adds a user process bound to {@code cpu}. Before the run, or from a running context. */
  public Task task(String name, Cpu cpu, Runnable body) {
    return start(new Task(this, name, cpu, false, body));
  }

  /** Adds a kernel thread, which may wait for work for ever. */
  public Task kernelThread(String name, Cpu cpu, Runnable body) {
    return start(new Task(this, name, cpu, true, body));
  }

  /**
   * A task that no engine thread runs: {@link LiveThread#become} lends it one. For measuring a lock
   * from a thread that belongs to somebody else.
   */
  public Task guestTask(String name) {
    return new Task(this, name, cpus.get(nextCpu++ % cpus.size()), true, () -> {});
  }

  private Task start(Task task) {
    synchronized (tasks) {
      tasks.add(task);
    }
    engine.start(task);
    return task;
  }

  /** Adds an interrupt line that {@code cpu} serves. */
  public IrqLine irqLine(String name, IrqLine.Kind kind, Cpu cpu) {
    IrqLine line = new IrqLine(this, name, kind, cpu);
    synchronized (lines) {
      lines.add(line);
    }
    return line;
  }

  /** The workqueue of those who need no own one ({@code system_wq}). */
  public Workqueue systemWorkqueue() {
    return systemWorkqueue;
  }

  /** Adds somebody who is told of the machine's events. */
  public void listen(MachineListener listener) {
    listeners.add(listener);
  }

  /** The first listener of this type, or null. */
  public <T extends MachineListener> @Nullable T listener(Class<T> type) {
    for (MachineListener listener : listeners) {
      if (type.isInstance(listener)) {
        return type.cast(listener);
      }
    }
    return null;
  }

  /** Sends the events of the run to {@code sink}, or to nobody. */
  public void traceTo(@Nullable TraceSink sink) {
    trace = sink;
  }

  /**
   * Has {@code check} called after each step, and on a live machine again and again; it may read
   * shared objects without making steps, and may call {@link #stop}.
   */
  public void afterEachStep(Runnable check) {
    afterStep = check;
  }

  /**
   * Makes objects that live in the memory of {@code memory} and go with it: whatever {@code make}
   * creates is touched after free once {@code memory} was freed. Before others know of it.
   */
  public <T> T within(Shared memory, Supplier<T> make) {
    Shared outer = memoryOfNew();
    memoryOfNew(memory);
    try {
      return make.get();
    } finally {
      memoryOfNew(outer);
    }
  }

  /** In whose memory what is made now lives, or null: see {@link #within}. */
  public @Nullable Shared memoryOfNew() {
    Context maker = engine.current();
    return maker == null ? memoryOfNew : maker.memoryOfNew;
  }

  private void memoryOfNew(@Nullable Shared memory) {
    Context maker = engine.current();
    if (maker == null) {
      memoryOfNew = memory;
    } else {
      maker.memoryOfNew = memory;
    }
  }

  // ---- running

  /** Runs the machine to its end. Only once. */
  public RunResult run() {
    RunResult result = engine.run();
    for (MachineListener listener : listeners) {
      listener.ended(result);
    }
    return result;
  }

  /** Ends the run after the current step. */
  public void stop() {
    engine.stop(RunResult.Outcome.STOPPED);
  }

  /**
   * The context that makes the call.
   *
   * @throws IllegalStateException outside the run
   */
  public Context current() {
    Context context = engine.current();
    if (context == null) {
      throw new IllegalStateException(
          "only a task or interrupt of the running machine can do this");
    }
    return context;
  }

  /** The context that makes the call, or null outside the run. */
  public @Nullable Context currentOrNull() {
    return engine.current();
  }

  /**
   * The task that makes the call.
   *
   * @throws KernelFault in an interrupt handler
   */
  public Task currentTask() {
    if (current() instanceof Task task) {
      return task;
    }
    throw new KernelFault(
        ReportKind.ATOMIC_SLEEP,
        "BUG: " + current().name() + " is an interrupt handler and has no task to put to sleep");
  }

  /** The time in nanoseconds since the machine was made: virtual, or real on a live machine. */
  public long nowNs() {
    return engine.nowNs();
  }

  /** Lets chance decide between {@code count} outcomes of {@code question}. */
  public int choose(int count, String question) {
    return engine.choose(count, question);
  }

  /**
   * Says that the caller spins ({@code cpu_relax}): it read a value of {@code object} with which it
   * cannot go on. Returns when the object may have changed.
   */
  public void spinUntilChanged(Shared object) {
    engine.spinUntilChanged(current(), object);
  }

  /**
   * Begins an operation on {@code object} that is one step at the granularity of calls, unless it
   * blocks; nests. Ended by {@link #endCall}.
   */
  public void beginCall(Shared object, Access access) {
    if (deterministic != null) {
      deterministic.beginCall(object, access);
    }
  }

  /** Ends the operation that {@link #beginCall} began. */
  public void endCall() {
    if (deterministic != null) {
      deterministic.endCall();
    }
  }

  /** Says that something changed in this step that a property looks at. */
  public void visibleChange() {
    if (deterministic != null) {
      deterministic.visibleChange();
    }
  }

  /** The steps made so far; 0 on a live machine. */
  public long steps() {
    return engine.steps();
  }

  // ---- what is told

  /** Whether somebody listens to the trace; ask before building an event. */
  public boolean tracing() {
    return trace != null;
  }

  /** Tells that the current context did something. */
  public void trace(Happening happening) {
    TraceSink sink = trace;
    if (sink != null) {
      Context context = engine.current();
      sink.accept(
          new TraceEvent(
              engine.steps(), nowNs(), context == null ? "" : context.name(), happening));
    }
  }

  /** Complains about the simulated code; the run goes on. */
  public void report(ReportKind kind, String title, String text) {
    Context context = engine.current();
    synchronized (reports) {
      reports.add(
          new Report(kind, title, text, engine.steps(), context == null ? "" : context.name()));
    }
    if (trace != null) {
      trace(new Happening.Reported(title));
    }
  }

  /** The complaints so far. */
  public List<Report> reports() {
    synchronized (reports) {
      return reports.isEmpty() ? List.of() : List.copyOf(reports);
    }
  }

  /** All tasks in the order in which they were added. */
  public List<Task> tasks() {
    synchronized (tasks) {
      return List.copyOf(tasks);
    }
  }

  /** All contexts by number. */
  public List<Context> contexts() {
    synchronized (contexts) {
      return List.copyOf(contexts);
    }
  }

  List<Context> contextList() {
    return contexts;
  }

  List<IrqLine> lines() {
    return lines;
  }

  // ---- for the rest of the package

  Engine engine() {
    return engine;
  }

  @Nullable AccessHook hook() {
    return deterministic;
  }

  /**
   * The id of a new object: a number that does not depend on what other contexts make in between.
   */
  int nextSharedId() {
    Context maker = deterministic == null ? null : deterministic.current();
    if (deterministic == null || maker == null) {
      return sharedIds++;
    }
    deterministic.numbers(maker);
    return (maker.index() + 1) << MADE_BITS | (maker.objectsMade++ & ((1 << MADE_BITS) - 1));
  }

  int register(Context context) {
    synchronized (contexts) {
      contexts.add(context);
      return contexts.size() - 1;
    }
  }

  void stepEnds() {
    Runnable check = afterStep;
    if (check != null) {
      check.run();
    }
  }

  void workAdded() {
    unfinishedWork.incrementAndGet();
    addedWork.incrementAndGet();
  }

  void workDone() {
    unfinishedWork.decrementAndGet();
  }

  /** How many pieces of work were ever queued. */
  long addedWork() {
    return addedWork.get();
  }

  boolean workIsDone() {
    return unfinishedWork.get() == 0;
  }

  List<Task> unfinishedTasks() {
    List<Task> unfinished = List.of();
    synchronized (tasks) {
      for (int i = 0; i < tasks.size(); i++) {
        Task task = tasks.get(i);
        if (!task.isKernelThread() && !task.isDead()) {
          if (unfinished.isEmpty()) {
            unfinished = new ArrayList<>();
          }
          unfinished.add(task);
        }
      }
    }
    return unfinished;
  }

  void checkReturnToUser(Task task) {
    for (int i = 0; i < listeners.size(); i++) {
      listeners.get(i).returnsToUser(task);
    }
  }

  void checkExit(Task task) {
    for (int i = 0; i < listeners.size(); i++) {
      listeners.get(i).exits(task);
    }
  }

  void begins(Context context) {
    for (int i = 0; i < listeners.size(); i++) {
      listeners.get(i).begins(context);
    }
  }

  void irqsComeOn(Context context) {
    for (int i = 0; i < listeners.size(); i++) {
      listeners.get(i).irqsComeOn(context);
    }
  }

  void bhComesOn(Context context) {
    for (int i = 0; i < listeners.size(); i++) {
      listeners.get(i).bhComesOn(context);
    }
  }

  /** Tells listeners that the current context gives {@code memory} back. */
  public void memoryFreed(Shared memory) {
    for (int i = 0; i < listeners.size(); i++) {
      listeners.get(i).freed(memory);
    }
  }

  void faulted(KernelFault fault) {
    String message = String.valueOf(fault.getMessage());
    report(fault.kind(), message, message);
    engine.stop(RunResult.Outcome.FAULT);
  }

  static KernelFault modelError(Context context, Throwable thrown) {
    StackTraceElement[] stack = thrown.getStackTrace();
    return new KernelFault(
        ReportKind.MODEL_ERROR,
        context.name() + " threw " + thrown + (stack.length == 0 ? "" : " at " + stack[0]));
  }

  void reportAtomicSleep(Task task, String where) {
    report(
        ReportKind.ATOMIC_SLEEP,
        "BUG: sleeping function called from invalid context at " + where,
        "BUG: sleeping function called from invalid context at "
            + where
            + "\nin_atomic(): "
            + (task.preemptCount() > 0 ? 1 : 0)
            + ", irqs_disabled(): "
            + (task.irqsDisabled() ? 1 : 0)
            + ", non_block: 0, pid: "
            + task.pid()
            + ", name: "
            + task.name()
            + "\npreempt_count: "
            + Integer.toHexString(task.preemptCount())
            + ", expected: 0\nRCU nest depth: "
            + task.rcuReadLockNesting
            + ", expected: 0");
  }
}
