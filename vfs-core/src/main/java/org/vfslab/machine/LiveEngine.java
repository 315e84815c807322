package org.vfslab.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs a machine on real threads and real time: one thread a task, one an interrupt line, one for
 * the timers.
 *
 * <p>Handlers of hard interrupts exclude sections with interrupts disabled on their CPU, and soft
 * ones those with bottom halves disabled; apart from that a CPU here runs as many tasks at once as
 * it likes, so whatever needs "the other tasks of my CPU do not run" is not shown by this engine.
 */
final class LiveEngine implements Engine {

  /** How long a thread that only has to notice the end of the run may take for it. */
  private static final long END_MS = 2_000;

  private static final long POLL_NS = 20_000;

  private static final int LOOKS_PER_PATIENCE = 8;

  private final Machine machine;
  private final long startedNs = System.nanoTime();
  private final List<Thread> threads = new ArrayList<>();
  private final ConcurrentHashMap<IrqLine, LinkedBlockingQueue<PendingInterrupt>> queues =
      new ConcurrentHashMap<>();
  private final DelayQueue<Expiry> timers = new DelayQueue<>();

  /** Interrupts and timers that have not been handled to the end. */
  private final AtomicLong activity = new AtomicLong();

  /** Tasks, interrupts and timers so far: counted after they can be seen to be unfinished. */
  private final AtomicLong begun = new AtomicLong();

  private final CountDownLatch go = new CountDownLatch(1);
  private volatile RunResult.@Nullable Outcome stopped;
  private volatile boolean over;

  LiveEngine(Machine machine) {
    this.machine = machine;
  }

  @Override
  public @Nullable Context current() {
    return Thread.currentThread() instanceof LiveThread thread ? thread.context() : null;
  }

  @Override
  public void start(Task task) {
    Thread thread = new LiveThread(() -> runTask(task), task);
    task.thread = thread;
    begun.incrementAndGet();
    startThread(thread);
  }

  private void startThread(Thread thread) {
    synchronized (threads) {
      threads.add(thread);
    }
    thread.start();
  }

  private void runTask(Task task) {
    try {
      go.await();
      task.main();
    } catch (RunIsOver | InterruptedException e) {
      // The run ended before the task.
    } catch (KernelFault fault) {
      machine.faulted(fault);
    } catch (RuntimeException | StackOverflowError e) {
      machine.faulted(Machine.modelError(task, e));
    }
  }

  @Override
  public void schedule(Task me) {
    while (me.state() != TaskState.RUNNING) {
      if (me.signalPendingState(me.state())) {
        me.stateRunning();
        return;
      }
      if (over) {
        throw new RunIsOver();
      }
      LockSupport.park(me);
      me.progress++;
    }
  }

  @Override
  public void woken(Task task) {
    LockSupport.unpark(task.thread);
  }

  // More spinning threads than processors must not starve the holder.
  @SuppressWarnings("ThreadPriorityCheck")
  @Override
  public void spinUntilChanged(Context me, Shared object) {
    if (over) {
      throw new RunIsOver();
    }
    Thread.onSpinWait();
    if (ThreadLocalRandom.current().nextInt(256) == 0) {
      Thread.yield();
    }
  }

  @Override
  public void raise(PendingInterrupt interrupt) {
    activity.incrementAndGet();
    begun.incrementAndGet();
    queues.computeIfAbsent(interrupt.line(), this::startLine).add(interrupt);
  }

  private LinkedBlockingQueue<PendingInterrupt> startLine(IrqLine line) {
    LinkedBlockingQueue<PendingInterrupt> queue = new LinkedBlockingQueue<>();
    startThread(new LiveThread(() -> serve(line, queue), line.context()));
    return queue;
  }

  private void serve(IrqLine line, LinkedBlockingQueue<PendingInterrupt> queue) {
    ReentrantLock gate = line.kind() == IrqLine.Kind.HARD ? line.cpu().irqGate : line.cpu().bhGate;
    try {
      go.await();
      while (true) {
        PendingInterrupt interrupt = queue.take();
        gate.lockInterruptibly();
        try {
          machine.begins(line.context());
          interrupt.handler().run();
        } finally {
          gate.unlock();
          activity.decrementAndGet();
        }
      }
    } catch (RunIsOver | InterruptedException e) {
      // The run is over.
    } catch (KernelFault fault) {
      machine.faulted(fault);
    } catch (RuntimeException | StackOverflowError e) {
      machine.faulted(Machine.modelError(line.context(), e));
    }
  }

  @Override
  public void irqsOff(Context me) {
    pass(me.cpu().irqGate);
  }

  @Override
  public void irqsOn(Context me) {
    me.cpu().irqGate.unlock();
  }

  @Override
  public void bhOff(Context me) {
    pass(me.cpu().bhGate);
  }

  /** Takes {@code gate}, which a context that died of a fault may never give back. */
  private static void pass(ReentrantLock gate) {
    try {
      gate.lockInterruptibly();
    } catch (InterruptedException e) {
      throw new RunIsOver();
    }
  }

  @Override
  public void bhOn(Context me) {
    me.cpu().bhGate.unlock();
  }

  @Override
  public void beginCall(Shared object, Access access) {
    // Real threads need no points.
  }

  @Override
  public void endCall() {
    // Real threads need no points.
  }

  @Override
  public long nowNs() {
    return System.nanoTime() - startedNs;
  }

  @Override
  public void arm(Timer timer) {
    activity.incrementAndGet();
    begun.incrementAndGet();
    timers.add(new Expiry(timer, startedNs + timer.expiresNs()));
  }

  @Override
  public void disarm(Timer timer) {
    // One that expired at this moment may have left an entry of an earlier start.
    for (Expiry expiry : timers) {
      if (expiry.timer == timer && timers.remove(expiry)) {
        activity.decrementAndGet();
      }
    }
  }

  private void serveTimers() {
    try {
      go.await();
      while (true) {
        timers.take().timer.expire();
        activity.decrementAndGet();
      }
    } catch (InterruptedException e) {
      // The run is over.
    }
  }

  @Override
  public int choose(int count, String question) {
    return count < 2 ? 0 : ThreadLocalRandom.current().nextInt(count);
  }

  @Override
  public long steps() {
    return 0;
  }

  @Override
  public void stop(RunResult.Outcome outcome) {
    if (stopped == null) {
      stopped = outcome;
    }
  }

  @Override
  public RunResult run() {
    startThread(new LiveThread(this::serveTimers, "timers"));
    go.countDown();
    long patience = machine.config().hangAfterNs();
    long lookedAt = System.nanoTime();
    long progressAt = lookedAt;
    long progress = progress();
    boolean hang = false;
    while (stopped == null && !hang && !quiet()) {
      machine.stepEnds();
      LockSupport.parkNanos(POLL_NS);
      long now = System.nanoTime();
      if (now - lookedAt > patience / LOOKS_PER_PATIENCE) {
        lookedAt = now;
        long seen = progress();
        if (seen != progress) {
          progress = seen;
          progressAt = now;
        }
      }
      hang = now - progressAt > patience;
    }
    machine.stepEnds();
    List<Task> hung = machine.unfinishedTasks();
    end();
    RunResult.Outcome outcome = stopped;
    if (outcome != null) {
      return new RunResult(outcome, 0, List.of());
    }
    return hung.isEmpty()
        ? new RunResult(RunResult.Outcome.DONE, 0, hung)
        : new RunResult(RunResult.Outcome.DEADLOCK, 0, hung);
  }

  /** Whether nothing is left to happen: nothing is unfinished, and nothing began meanwhile. */
  private boolean quiet() {
    long before = begun.get() + machine.addedWork();
    return machine.unfinishedTasks().isEmpty()
        && machine.workIsDone()
        && activity.get() == 0
        && begun.get() + machine.addedWork() == before;
  }

  /** A number that changes while something happens: calls that may sleep, wake-ups, interrupts. */
  private long progress() {
    long sum = begun.get() + machine.addedWork();
    for (Task task : machine.tasks()) {
      sum += task.progress;
    }
    return sum;
  }

  private void end() {
    over = true;
    List<Thread> all;
    synchronized (threads) {
      all = List.copyOf(threads);
    }
    for (Thread thread : all) {
      thread.interrupt();
    }
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MS);
    for (Thread thread : all) {
      try {
        thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Unwinds the stack of a context when the run ends before it. */
  static final class RunIsOver extends Error {
    private static final long serialVersionUID = 1L;

    RunIsOver() {
      super("the run is over", null, false, false);
    }
  }

  private static final class Expiry implements Delayed {
    private final Timer timer;
    private final long atNs;

    Expiry(Timer timer, long atNs) {
      this.timer = timer;
      this.atNs = atNs;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(atNs - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return other instanceof Expiry expiry
          ? Long.compare(atNs, expiry.atNs)
          : Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
