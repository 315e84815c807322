package org.vfslab.machine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.trace.Happening;

/**
 * A process or kernel thread: the kernel's {@code task_struct}.
 *
 * <p>A task sleeps as in the kernel: it announces the sleep with {@link #setCurrentState}, looks
 * once more at what it waits for, and calls {@link #schedule}; a wake-up in between sets the state
 * back to running and {@code schedule} returns at once. So a wake-up is never lost when the order
 * is kept, and is lost when it is not.
 */
public final class Task extends Context {

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Task.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int pid;
  private final boolean kernelThread;
  private final Runnable body;
  private volatile int state = TaskState.RUNNING;
  private volatile boolean signalPending;
  private volatile boolean fatalSignalPending;

  /** A signal that came while it was blocked. */
  private volatile boolean blockedSignal;

  private volatile boolean signalsBlocked;
  private boolean inUser;

  /** Live engine: counts signs of life. Written by this task alone, and read without order. */
  long progress;

  private @Nullable String syscall;

  /** What it has to do on its way to user space; made when first asked for. */
  private volatile @Nullable TaskWork taskWork;

  /** Whether another context started it and it has made no step yet. */
  boolean opened;

  /** What ends a sleep with a bound; made when first needed, see {@link ScheduleTimeout}. */
  @Nullable Timer sleepTimer;

  /** The thread that runs this task on a live machine. */
  volatile @Nullable Thread thread;

  Task(Machine machine, String name, Cpu cpu, boolean kernelThread, Runnable body) {
    super(machine, name, cpu);
    this.pid = 100 + index();
    this.kernelThread = kernelThread;
    this.body = body;
  }

  /** The process id. */
  public int pid() {
    return pid;
  }

  /** Name and process id as in the kernel's reports: {@code comm/pid}. */
  public String commPid() {
    return name() + "/" + pid;
  }

  /** Whether this is a kernel thread, which may sleep for ever without being called hung. */
  public boolean isKernelThread() {
    return kernelThread;
  }

  @Override
  public long actor() {
    return index();
  }

  @Override
  public boolean inHardirq() {
    return false;
  }

  @Override
  public boolean inSoftirq() {
    return false;
  }

  /** Whether the task is in user space now. */
  public boolean inUser() {
    return inUser;
  }

  /** The state, as bits of {@link TaskState}. */
  public int state() {
    return state;
  }

  /** The system call in progress, or null. */
  public @Nullable String syscall() {
    return syscall;
  }

  /** Whether the task has ended. */
  public boolean isDead() {
    return state == TaskState.DEAD;
  }

  /**
   * {@code set_current_state}: announces a sleep, or with {@link TaskState#RUNNING} calls it off.
   * Only the task itself may call it.
   */
  public void setCurrentState(int newState) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
    state = newState;
  }

  /**
   * {@code schedule}: sleeps in the announced state until woken; returns at once when the state is
   * running again or when a signal that this state heeds is pending.
   *
   * @throws KernelFault if called in an atomic section
   */
  public void schedule() {
    if (inAtomic()) {
      throw new KernelFault(
          ReportKind.ATOMIC_SLEEP,
          "BUG: scheduling while atomic: "
              + commPid()
              + "/0x"
              + String.format("%08x", preemptCount()));
    }
    if (rcuReadLockNesting > 0) {
      String title = "WARNING: Voluntary context switch within RCU read-side critical section!";
      machine().report(ReportKind.ATOMIC_SLEEP, title, title + "\n" + commPid());
    }
    machine().engine().schedule(this);
  }

  /**
   * {@code try_to_wake_up}: ends the sleep of this task if its state is one of {@code states}. Any
   * context; never sleeps.
   *
   * @return whether it was asleep, or about to be, in one of those states
   */
  public boolean wakeUp(int states) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
    if (hook == null) {
      // What the caller changed before must be seen by a task that has announced its sleep and
      // looks once more, or we must see the announcement (smp_mb__after_spinlock).
      VarHandle.fullFence();
    }
    while (true) {
      int seen = state;
      if ((seen & states) == 0) {
        return false;
      }
      if (STATE.compareAndSet(this, seen, TaskState.RUNNING)) {
        if (hook != null) {
          hook.released(this);
        }
        machine().engine().woken(this);
        if (machine().tracing()) {
          machine().trace(new Happening.Woke(name()));
        }
        return true;
      }
    }
  }

  /** {@code wake_up_process}: {@link #wakeUp} from any normal sleep. */
  public boolean wakeUpProcess() {
    return wakeUp(TaskState.NORMAL);
  }

  /** Whether all signals that can be blocked are. */
  public boolean signalsBlocked() {
    looked();
    return signalsBlocked;
  }

  /**
   * {@code set_current_blocked}, of all signals or of none: those that came while they were blocked
   * become pending when they no longer are, and the other way round. Only the task itself may call
   * it.
   */
  public void signalsBlocked(boolean blocked) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
    signalsBlocked = blocked;
    if (!blocked && blockedSignal) {
      blockedSignal = false;
      signalPending = true;
    } else if (blocked && signalPending && !fatalSignalPending) {
      blockedSignal = true;
      signalPending = false;
    }
  }

  /**
   * Sends a signal; a fatal one (SIGKILL) also ends killable sleeps, and cannot be blocked. Any
   * context.
   */
  public void sendSignal(boolean fatal) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
    if (signalsBlocked && !fatal) {
      blockedSignal = true;
      return;
    }
    signalPending = true;
    fatalSignalPending |= fatal;
    wakeUp(fatal ? TaskState.INTERRUPTIBLE | TaskState.WAKEKILL : TaskState.INTERRUPTIBLE);
  }

  /**
   * A handler has run for the pending signal, as on the way back to user space; not for SIGKILL.
   */
  public void signalHandled() {
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
    signalPending = fatalSignalPending;
  }

  /** {@code signal_pending}: a signal, or work that the task has to do for itself. */
  public boolean signalPending() {
    looked();
    return signalPending || isNotified();
  }

  /** {@code task_sigpending}: a signal proper. */
  public boolean taskSigpending() {
    looked();
    return signalPending;
  }

  /** {@code fatal_signal_pending}. */
  public boolean fatalSignalPending() {
    looked();
    return fatalSignalPending;
  }

  /** {@code signal_pending_state}: whether a pending signal ends a sleep in {@code inState}. */
  public boolean signalPendingState(int inState) {
    if ((inState & (TaskState.INTERRUPTIBLE | TaskState.WAKEKILL)) == 0) {
      return false;
    }
    looked();
    return (inState & TaskState.INTERRUPTIBLE) != 0
        ? signalPending || isNotified()
        : signalPending && fatalSignalPending;
  }

  /** {@code TIF_NOTIFY_SIGNAL}. */
  private boolean isNotified() {
    TaskWork work = taskWork;
    return work != null && work.isPending();
  }

  /** {@code task_works}: made by the first call, which is the task's own. */
  public TaskWork taskWork() {
    TaskWork work = taskWork;
    if (work == null) {
      work = new TaskWork(this);
      taskWork = work;
    }
    return work;
  }

  private void runTaskWork() {
    TaskWork work = taskWork;
    if (work != null) {
      work.run();
    }
  }

  private void looked() {
    if (hook != null) {
      hook.looked(this);
    }
  }

  /**
   * Runs one system call: leaves user space, does {@code call}, and goes back, where the locks
   * still held are checked.
   *
   * @param name the call as the story shows it
   */
  public long syscall(String name, LongSupplier call) {
    progress++;
    inUser = false;
    syscall = name;
    machine().begins(this);
    runTaskWork(); // what came while it was in user space, whose interruption did it
    if (machine().tracing()) {
      machine().trace(new Happening.EnteredSyscall(name));
    }
    long result = call.getAsLong();
    if (machine().tracing()) {
      machine().trace(new Happening.LeftSyscall(name, result));
    }
    exitToUser();
    syscall = null;
    return result;
  }

  /**
   * The border to user space: the task does the work that others gave it, and what must not be
   * taken along is checked.
   */
  public void exitToUser() {
    runTaskWork();
    machine().checkReturnToUser(this);
    inUser = true;
  }

  /** Comes back from user space without a call: kernel-level steps of a scenario. */
  public void enterKernel() {
    inUser = false;
  }

  /**
   * {@code might_sleep}: says that the caller may sleep, whether it does or not.
   *
   * @param where the kernel function that promises it
   */
  public void mightSleep(String where) {
    progress++;
    if (inAtomic() || rcuReadLockNesting > 0) {
      machine().reportAtomicSleep(this, where);
    }
  }

  /** What the engine runs: the body, then the end of the task. */
  void main() {
    body.run();
    machine().checkExit(this);
    state = TaskState.DEAD;
  }

  void stateRunning() {
    state = TaskState.RUNNING;
  }
}
