package org.vfslab.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.vfslab.trace.Happening;

/**
 * Runs a machine step by step in one thread, with virtual time; every choice is {@link Chance}'s.
 *
 * <p>A step of a context begins with an access to a {@link Shared} object and goes on up to the
 * next such access (at the granularity of calls: the next operation). Before it, the context
 * announces the access and asks who goes on; if the answer is itself, nothing is switched. Time
 * advances only when nothing else can happen, straight to the next timer: steps take no time.
 */
final class DeterministicEngine extends AccessHook implements Engine {

  /** How many bits each part of an interrupt's actor number has; tasks' numbers are smaller. */
  private static final int ACTOR_BITS = 20;

  private final Machine machine;
  private final Chance chance;
  private final boolean callsAreSteps;
  private final boolean races;
  private final long stepsMax;
  private final List<Context> contexts;
  private final List<IrqLine> lines;
  private final Enabled enabled = new Enabled();

  /** Who wants footprints, or null; then none are kept. */
  private final @Nullable StepChance stepChance;

  private final Footprint footprint = new Footprint();

  /** Whether the footprint of the step in progress is wanted. */
  private boolean noting;

  /** The level of the CPU of the step in progress before it, and the gate that the step passed. */
  private int levelBefore;

  private int passes;

  /** The locks that the step in progress has taken or given back, and which were held before it. */
  private final List<RawLock> changedLocks = new ArrayList<>(2);

  private long wereHeld;

  /** Set when time passed before the step in progress. */
  private boolean timePassed;

  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(4, DeterministicEngine::earlierFirst);

  private @Nullable Context running;
  private @Nullable Context lastRun;
  private @Nullable Transition next;
  private RunResult.@Nullable Outcome stopped;
  private int spinning;
  private int pendingInterrupts;
  private long steps;
  private long nowNs;
  private long armCount;
  private long timeRaised;

  /** Set when {@link #chance} threw: the run ends there, and its caller gets the exception. */
  private @Nullable RuntimeException refusal;

  /** Set while contexts that will not go on unwind their stacks. */
  private boolean unwinding;

  DeterministicEngine(Machine machine, Chance chance) {
    this.machine = machine;
    this.chance = chance;
    this.stepChance = chance instanceof StepChance wanted ? wanted : null;
    MachineConfig config = machine.config();
    this.callsAreSteps = config.granularity() == MachineConfig.Granularity.CALL;
    this.races = config.raceDetection();
    this.stepsMax = config.stepsMax();
    this.contexts = machine.contextList();
    this.lines = machine.lines();
  }

  @Override
  public RunResult run() {
    Transition transition = decide();
    while (transition != null) {
      Context context = enter(transition);
      Coroutine coroutine = java.util.Objects.requireNonNull(context.coroutine);
      running = context;
      lastRun = context;
      next = null;
      boolean ended = coroutine.resume();
      running = null;
      if (ended) {
        leave(context);
        transition = decide();
      } else {
        transition = next;
      }
    }
    return result();
  }

  private RunResult result() {
    RunResult.Outcome outcome = stopped;
    List<Task> hung = List.of();
    if (outcome == null) {
      hung = machine.unfinishedTasks();
      outcome = hung.isEmpty() ? RunResult.Outcome.DONE : RunResult.Outcome.DEADLOCK;
    }
    unwinding = true;
    for (int i = 0; i < contexts.size(); i++) {
      Coroutine coroutine = contexts.get(i).coroutine;
      if (coroutine != null && contexts.get(i).status != Context.Status.DONE) {
        coroutine.abandon();
      }
    }
    unwinding = false;
    RuntimeException refused = refusal;
    if (refused != null) {
      throw refused;
    }
    return new RunResult(outcome, steps, hung);
  }

  /** The transition that is to happen next, or null at the end of the run. */
  private @Nullable Transition decide() {
    Context me = running;
    running = null;
    machine.stepEnds();
    running = me;
    if (stepChance != null) {
      if (lastRun != null) {
        if (noting) {
          touchGates(lastRun.cpu());
          touchLocks();
        }
        if (stopped != null) {
          footprint.setLast();
        }
        stepChance.stepEnded(footprint);
      }
      noting = false;
      footprint.clear();
    }
    if (stopped != null) {
      return end();
    }
    collect();
    while (enabled.size() == 0) {
      if (!advanceTime()) {
        return end();
      }
      timePassed = true;
      collect();
    }
    if (++steps > stepsMax) {
      stopped = RunResult.Outcome.STEP_LIMIT;
      return null;
    }
    if (enabled.size() == 1 && stepChance == null) {
      return enabled.get(0);
    }
    int answer;
    try {
      answer = inRange(chance.schedule(enabled), enabled.size());
    } catch (RuntimeException e) {
      refusal = e;
      stopped = RunResult.Outcome.STOPPED;
      return null;
    }
    if (answer == StepChance.CUT) {
      stopped = RunResult.Outcome.STOPPED;
      return null;
    }
    Transition chosen = enabled.get(answer);
    if (stepChance != null && stepChance.wantsFootprint()) {
      noting = true;
      beginFootprint(chosen);
    }
    timePassed = false;
    return chosen;
  }

  private @Nullable Transition end() {
    if (stepChance != null) {
      stepChance.runEnded(enabled);
    }
    return null;
  }

  private static int inRange(int answer, int count) {
    if (answer != StepChance.CUT && (answer < 0 || answer >= count)) {
      throw new IllegalStateException("chance answered " + answer + " of " + count);
    }
    return answer;
  }

  // ---- footprints

  /** The first gate of {@code cpu} that is open, from the inside out. */
  private static int level(Cpu cpu) {
    if (cpu.takesTasks()) {
      return 0;
    }
    return cpu.takesSoftirq() ? 1 : cpu.takesHardirq() ? 2 : Footprint.GATES;
  }

  /** The level of the CPU of {@code context} when that context runs there. */
  private static int ownLevel(Context context) {
    if (context.irqsDisabled()) {
      return Footprint.GATES;
    }
    return context.bhDisabled() ? 2 : context.preemptCount() > 0 ? 1 : 0;
  }

  private void beginFootprint(Transition chosen) {
    switch (chosen) {
      case Context context -> {
        levelBefore = level(context.cpu());
        passes = levelBefore;
      }
      case PendingInterrupt interrupt -> {
        levelBefore = level(interrupt.line().cpu());
        passes = interrupt.line().kind() == IrqLine.Kind.HARD ? 2 : 1;
      }
    }
    if (timePassed) {
      footprint.setAfterAll();
    }
  }

  private void touchGates(Cpu cpu) {
    int level = level(cpu);
    for (int gate = levelBefore; gate < level; gate++) {
      footprint.add(Footprint.gate(cpu, gate), Footprint.Touch.CLOSE);
    }
    for (int gate = level; gate < levelBefore; gate++) {
      footprint.add(Footprint.gate(cpu, gate), Footprint.Touch.OPEN);
    }
    if (level != levelBefore) {
      footprint.setChangesGate();
    }
    int stays = level == levelBefore ? passes : Math.max(level, levelBefore);
    if (stays < Footprint.GATES) {
      footprint.add(Footprint.gate(cpu, stays), Footprint.Touch.READ);
    }
    if (passes < Footprint.GATES) {
      footprint.setGate(Footprint.gate(cpu, passes));
    }
  }

  /** A lock that the step has both taken and given back kept nobody out between two steps. */
  private void touchLocks() {
    for (int i = 0; i < changedLocks.size(); i++) {
      RawLock lock = changedLocks.get(i);
      if (lock.isLocked() != ((wereHeld & 1L << i) != 0)) {
        footprint.add(lock.id(), lock.isLocked() ? Footprint.Touch.CLOSE : Footprint.Touch.OPEN);
        footprint.setChangesGate();
      }
    }
    changedLocks.clear();
    wereHeld = 0;
  }

  @Override
  public void changes(RawLock lock) {
    if (noting && running != null && !changedLocks.contains(lock)) {
      wereHeld |= lock.isLocked() ? 1L << changedLocks.size() : 0;
      changedLocks.add(lock);
      footprint.add(lock.id(), Footprint.Touch.WRITE);
    }
  }

  private void touch(Shared object, Access access) {
    if (noting) {
      footprint.add(
          object.id(), access == Access.READ ? Footprint.Touch.READ : Footprint.Touch.WRITE);
    }
  }

  /** Notes an access that is not to an object of the model. */
  private void touch(int id, Footprint.Touch touch) {
    if (noting) {
      footprint.add(id, touch);
    }
  }

  private void opens(Context context) {
    touch(Footprint.wake(context), Footprint.Touch.OPEN);
  }

  private void wasOpened(Context context) {
    touch(Footprint.wake(context), Footprint.Touch.READ);
  }

  /** Notes that what {@code me} makes gets a number: handlers of one line count together. */
  void numbers(Context me) {
    if (me instanceof IrqContext) {
      touch(me, Access.WRITE);
    }
  }

  void visibleChange() {
    touch(Footprint.VISIBLE, Footprint.Touch.WRITE);
  }

  // ---- steps

  private void collect() {
    enabled.clear();
    for (int i = 0; i < contexts.size(); i++) {
      Context context = contexts.get(i);
      if (context.status == Context.Status.READY) {
        boolean can =
            context instanceof Task task
                ? context.cpu().couldRun(task)
                : context.cpu().topInterrupt() == context;
        RawLock lock = context.takes;
        if (can && (lock == null || !lock.keepsOut(context))) {
          enabled.add(context, context == lastRun);
        } else if (stepChance != null) {
          int level = can ? level(context.cpu()) : ownLevel(context);
          enabled.addShutOut(
              context,
              level < Footprint.GATES ? Footprint.gate(context.cpu(), level) : Footprint.NONE,
              lock == null ? Footprint.NONE : lock.id(),
              Footprint.wake(context),
              0);
        }
      }
    }
    if (pendingInterrupts > 0) {
      for (int i = 0; i < lines.size(); i++) {
        collect(lines.get(i));
      }
    }
  }

  private void collect(IrqLine line) {
    List<PendingInterrupt> pending = line.pending;
    if (pending.isEmpty()) {
      return;
    }
    boolean hard = line.kind() == IrqLine.Kind.HARD;
    if (line.context().status == Context.Status.DONE
        && (hard ? line.cpu().takesHardirq() : line.cpu().takesSoftirq())) {
      for (int i = 0; i < pending.size(); i++) {
        enabled.add(pending.get(i), false);
      }
    } else if (stepChance != null) {
      for (int i = 0; i < pending.size(); i++) {
        PendingInterrupt interrupt = pending.get(i);
        enabled.addShutOut(
            interrupt,
            Footprint.gate(line.cpu(), hard ? 2 : 1),
            Footprint.NONE,
            Footprint.interrupt(interrupt.actor()),
            interrupt.earliest());
      }
    }
  }

  private static int earlierFirst(Timer one, Timer other) {
    int byTime = Long.compare(one.expiresNs(), other.expiresNs());
    return byTime == 0 ? Long.compare(one.armed(), other.armed()) : byTime;
  }

  private boolean advanceTime() {
    Timer timer = timers.poll();
    if (timer == null) {
      return false;
    }
    nowNs = Math.max(nowNs, timer.expiresNs());
    Context me = running;
    running = null; // it is nobody's step
    timer.expire();
    running = me;
    return true;
  }

  private Context enter(Transition transition) {
    switch (transition) {
      case PendingInterrupt interrupt -> {
        IrqLine line = interrupt.line();
        line.pending.remove(interrupt);
        pendingInterrupts--;
        IrqContext context = line.context();
        context.status = Context.Status.READY;
        context.coroutine =
            machine.config().coroutines().create(() -> guarded(context, interrupt.handler()));
        line.cpu().enter(context);
        context.handles(interrupt.actor());
        machine.begins(context);
        if (noting) {
          footprint.add(Footprint.interrupt(interrupt.actor()), Footprint.Touch.READ);
          footprint.setEarliest(interrupt.earliest());
        }
        if (races) {
          context.now.join(interrupt.raised);
          context.now.join(line.order());
          touchOrders(line.cpu());
        }
        if (machine.tracing()) {
          running = context;
          machine.trace(new Happening.InterruptEntered(line.name(), line.cpu().number()));
        }
        return context;
      }
      case Task task -> {
        task.cpu().current = task;
        if (task.opened) {
          task.opened = false;
          wasOpened(task);
        }
        return task;
      }
      case IrqContext context -> {
        return context;
      }
    }
  }

  private void leave(Context context) {
    context.status = Context.Status.DONE;
    context.coroutine = null;
    Cpu cpu = context.cpu();
    switch (context) {
      case Task task -> cpu.current = null;
      case IrqContext irq -> {
        cpu.leave();
        if (races) {
          irq.now.tick(irq.index());
          (irq.inHardirq() ? cpu.irqOrder : cpu.bhOrder).join(irq.now);
          touchOrders(cpu);
        }
        if (machine.tracing()) {
          running = irq;
          machine.trace(new Happening.InterruptLeft(irq.name(), cpu.number()));
          running = null;
        }
      }
    }
  }

  private void guarded(Context context, Runnable body) {
    try {
      body.run();
    } catch (KernelFault fault) {
      machine.faulted(fault);
    } catch (ThreadCoroutine.Abandoned e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      if (!unwinding && e != refusal) {
        machine.faulted(Machine.modelError(context, e));
      }
    }
  }

  private void switchTo(Context me, @Nullable Transition to) {
    if (to != me) {
      next = to;
      java.util.Objects.requireNonNull(me.coroutine).suspend();
    }
  }

  @Override
  public @Nullable Context current() {
    return running;
  }

  @Override
  public void before(Shared object, Access access) {
    Context me = running;
    if (me == null) {
      if (unwinding) {
        throw new ThreadCoroutine.Abandoned();
      }
      return;
    }
    if (me.callDepth == 0) {
      point(me, object, access);
    }
    touch(object, access);
    checkNotFreed(me, object);
    if (access == Access.WRITE && spinning > 0) {
      stopSpinning(object);
    }
  }

  private static void checkNotFreed(Context me, Shared object) {
    if (object.isFreed()) {
      throw new KernelFault(
          ReportKind.USE_AFTER_FREE, "use after free: " + me.name() + " touches " + object.name());
    }
  }

  @Override
  public void waitsFor(RawLock lock) {
    Context me = running;
    if (me == null) {
      before(lock, Access.WRITE);
      return;
    }
    me.takes = lock;
    boolean waits = me.callDepth == 0;
    if (waits) {
      point(me, lock, Access.WRITE);
    } else if (lock.keepsOut(me)) {
      waits = true;
      touch(lock, Access.READ); // the call is in two steps because of that
      me.nextObject = lock;
      me.nextAccess = Access.WRITE;
      switchTo(me, decide());
    }
    me.takes = null;
    if (waits && noting) {
      footprint.setLock(lock.id());
    }
    checkNotFreed(me, lock);
  }

  @Override
  public void tries(RawLock lock) {
    Context me = running;
    if (me == null) {
      before(lock, Access.READ);
      return;
    }
    if (me.callDepth == 0) {
      point(me, lock, Access.WRITE);
    }
    touch(lock, Access.READ);
    checkNotFreed(me, lock);
  }

  private void point(Context me, Shared object, Access access) {
    if (me.resumesAt == object) {
      me.resumesAt = null; // the step that ended the spinning looks at once
      return;
    }
    me.nextObject = object;
    me.nextAccess = access;
    switchTo(me, decide());
  }

  private void stopSpinning(Shared object) {
    for (int i = 0; i < contexts.size(); i++) {
      Context context = contexts.get(i);
      if (context.status == Context.Status.SPINNING && context.spinsOn == object) {
        context.status = Context.Status.READY;
        context.spinsOn = null;
        spinning--;
        opens(context);
      }
    }
  }

  @Override
  public void spinUntilChanged(Context me, Shared object) {
    me.status = Context.Status.SPINNING;
    me.spinsOn = object;
    me.nextObject = object;
    me.nextAccess = Access.READ;
    spinning++;
    switchTo(me, decide());
    wasOpened(me);
    touch(object, Access.READ);
    me.resumesAt = object;
  }

  @Override
  public void start(Task task) {
    task.coroutine = machine.config().coroutines().create(() -> guarded(task, task::main));
    if (running != null) {
      task.opened = true;
      opens(task);
      touch(Footprint.TASKS, Footprint.Touch.WRITE);
    }
    if (races) {
      Context parent = running;
      if (parent != null) {
        parent.now.tick(parent.index());
        task.now.join(parent.now);
      }
    }
  }

  @Override
  public void schedule(Task me) {
    if (me.callDepth == 0) {
      point(me, me, Access.READ);
    }
    touch(me, Access.READ);
    if (me.state() != TaskState.RUNNING && me.signalPendingState(me.state())) {
      me.stateRunning();
    }
    if (me.state() != TaskState.RUNNING) {
      if (machine.tracing()) {
        Blocker blocker = me.waitsFor();
        machine.trace(
            new Happening.Slept(TaskState.name(me.state()), blocker == null ? "" : blocker.name()));
      }
      me.status = Context.Status.BLOCKED;
      me.cpu().current = null;
      switchTo(me, decide());
      wasOpened(me);
    }
    if (races) {
      me.now.join(me.object());
    }
  }

  @Override
  public void woken(Task task) {
    if (task.status == Context.Status.BLOCKED) {
      task.status = Context.Status.READY;
      opens(task);
    }
  }

  @Override
  public void raise(PendingInterrupt interrupt) {
    IrqLine line = interrupt.line();
    Context me = running;
    if (me != null && me.callDepth == 0) {
      point(me, line.context(), Access.WRITE);
    }
    long raiser = me == null ? 1 : me.index() + 2; // not 0: tasks' actor numbers are small
    long count = me == null ? timeRaised++ : me.interruptsRaised++;
    interrupt.raisedAs(
        (raiser << ACTOR_BITS | count) << ACTOR_BITS | (line.context().index() + 1),
        me == null ? (int) steps : 0);
    if (me != null) {
      numbers(me);
      touch(Footprint.interrupt(interrupt.actor()), Footprint.Touch.OPEN);
      if (races) {
        me.now.tick(me.index());
        interrupt.raised.join(me.now);
      }
    }
    line.pending.add(interrupt);
    pendingInterrupts++;
  }

  /** Notes that the race detector takes the order of sections without interrupts for an order. */
  private void touchOrders(Cpu cpu) {
    touch(Footprint.orders(cpu), Footprint.Touch.WRITE);
  }

  @Override
  public void irqsOff(Context me) {
    if (races) {
      touchOrders(me.cpu());
      me.now.join(me.cpu().irqOrder);
      me.now.join(me.cpu().bhOrder);
    }
  }

  @Override
  public void irqsOn(Context me) {
    if (races) {
      touchOrders(me.cpu());
      me.now.tick(me.index());
      me.cpu().irqOrder.join(me.now);
      me.cpu().bhOrder.join(me.now);
    }
  }

  @Override
  public void bhOff(Context me) {
    if (races) {
      touchOrders(me.cpu());
      me.now.join(me.cpu().bhOrder);
    }
  }

  @Override
  public void bhOn(Context me) {
    if (races) {
      touchOrders(me.cpu());
      me.now.tick(me.index());
      me.cpu().bhOrder.join(me.now);
    }
  }

  @Override
  public void beginCall(Shared object, Access access) {
    Context me = running;
    if (me != null) {
      if (callsAreSteps) {
        if (me.callDepth == 0) {
          point(me, object, access);
        }
        me.callDepth++;
      }
      if (!(object instanceof RawLock)) { // which says itself what is done to it
        touch(object, access);
      }
    }
  }

  @Override
  public void endCall() {
    Context me = running;
    if (callsAreSteps && me != null) {
      me.callDepth--;
    }
  }

  @Override
  public long nowNs() {
    return nowNs;
  }

  @Override
  public void arm(Timer timer) {
    timer.armed(++armCount);
    Context me = running;
    if (me != null) {
      touch(Footprint.expiry(timer.expiresNs()), Footprint.Touch.WRITE);
    }
    if (races && me != null) {
      me.now.tick(me.index());
      timer.armedBy.join(me.now);
    }
    timers.add(timer);
  }

  @Override
  public void disarm(Timer timer) {
    timers.remove(timer);
  }

  @Override
  public int choose(int count, String question) {
    if (count < 2) {
      return 0;
    }
    try {
      return inRange(chance.choose(count, question), count);
    } catch (RuntimeException e) {
      refusal = e;
      stopped = RunResult.Outcome.STOPPED;
      throw e;
    }
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public void stop(RunResult.Outcome outcome) {
    if (stopped == null) {
      stopped = outcome;
    }
  }

  @Override
  public void looked(Shared object) {
    if (running != null) {
      touch(object, Access.READ);
    }
  }

  @Override
  public void freed(Shared object) {
    touch(object, Access.WRITE);
  }

  @Override
  public void acquired(Shared object) {
    Context me = running;
    if (races && me != null) {
      me.now.join(object.object());
    }
  }

  @Override
  public void released(Shared object) {
    Context me = running;
    if (races && me != null) {
      me.now.tick(me.index());
      object.object().join(me.now);
    }
  }

  @Override
  public void dataRead(Shared object, boolean marked) {
    Context me = running;
    touch(object, Access.READ);
    if (races && me != null) {
      report(object, me, object.object().read(me.index(), me.now, marked), "reads");
    }
  }

  @Override
  public void dataWritten(Shared object, boolean marked) {
    Context me = running;
    if (unwinding) {
      throw new ThreadCoroutine.Abandoned();
    }
    touch(object, Access.WRITE);
    if (spinning > 0) {
      stopSpinning(object);
    }
    if (races && me != null) {
      report(object, me, object.object().write(me.index(), me.now, marked), "writes");
    }
  }

  private void report(Shared object, Context me, int other, String verb) {
    if (other >= 0) {
      String title = "data race on " + object.name() + ": " + me.name() + " " + verb + " it";
      machine.report(
          ReportKind.DATA_RACE,
          title,
          title + ", and nothing orders that with its use by " + contexts.get(other).name());
    }
  }
}
