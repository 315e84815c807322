package org.vfslab.uring;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Access;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitEntry;
import org.vfslab.vfs.UserProcess;

/**
 * The io_uring system calls of one process, and what liburing does in user space: {@code
 * io_uring/io_uring.c}, 7.2.
 *
 * <p>A direct write passes through here like this: {@link #enter} takes it from the ring under
 * uring_lock and makes an attempt that must not wait; a lock that is taken, or a freeze that has
 * begun, sends it to a worker. The device's interrupt ends freeze protection ({@link IoRw}) and
 * leaves the rest to task work of the submitter, which posts the completion.
 */
public final class IoUring {

  /** {@code IORING_MAX_ENTRIES}. */
  static final int ENTRIES_MAX = 32768;

  private final Lockdep lockdep;
  private final UserProcess process;
  private final UringWriteHold writeHold;
  private final List<IoRingCtx> rings = new CopyOnWriteArrayList<>();
  private final Map<Integer, IoUringTask> tasks = new ConcurrentHashMap<>();

  /** The rings of {@code process}; they are closed when its last thread exits. */
  public IoUring(Lockdep lockdep, UserProcess process, UringWriteHold writeHold) {
    this.lockdep = lockdep;
    this.process = process;
    this.writeHold = writeHold;
    process.atThreadExit(this::threadExits);
    process.atExit(this::closeAll);
  }

  /**
   * {@code io_uring_setup}: makes a ring for {@code entries} submissions, rounded up to a power of
   * two, and twice as many completions.
   *
   * @param flags {@link IoRingCtx#SETUP_IOPOLL} or 0
   * @param into one element, in which the ring is put
   * @return 0 or -EINVAL
   */
  public long setup(long entries, long flags, @Nullable IoRingCtx[] into) {
    if ((flags & ~IoRingCtx.SETUP_IOPOLL) != 0 || entries < 1 || entries > ENTRIES_MAX) {
      return -Errno.EINVAL;
    }
    int rounded = Integer.highestOneBit((int) entries * 2 - 1);
    IoRingCtx ctx = new IoRingCtx(lockdep, "ring" + rings.size(), rounded, (int) flags);
    rings.add(ctx);
    into[0] = ctx;
    taskOf(lockdep.machine().currentTask());
    return 0;
  }

  /** {@code io_uring_add_tctx_node}. */
  private IoUringTask taskOf(Task task) {
    return tasks.computeIfAbsent(
        task.index(), index -> new IoUringTask(task, new IoWq(task), process, writeHold));
  }

  // ---- user space

  /** Puts a request into the ring, for {@link #enter} to find; false if there is no room. */
  public boolean prepare(IoRingCtx ctx, Sqe sqe) {
    return ctx.rings().userSubmits(sqe);
  }

  /** Takes a completion out of the ring, or null if there is none. */
  public @Nullable Cqe takeCqe(IoRingCtx ctx) {
    return ctx.rings().userTakes();
  }

  // ---- the call

  /**
   * {@code io_uring_enter}: submits, then waits if {@code minComplete} is above 0 ({@code
   * IORING_ENTER_GETEVENTS}). May sleep.
   *
   * @param toSubmit of what is in the ring, how many requests at most
   * @param minComplete until so many completions are in the ring
   * @return how many were submitted, or a negative errno if there were none
   */
  public long enter(IoRingCtx ctx, long toSubmit, long minComplete) {
    Task me = lockdep.machine().currentTask();
    IoUringTask tctx = taskOf(me);
    boolean waits = minComplete > 0;
    long submitted = 0;
    if (toSubmit > 0) {
      ctx.uringLock().lock();
      submitted = new Submission(ctx, tctx).submit(toSubmit);
      if (submitted != toSubmit) {
        ctx.uringLock().unlock();
        return submitted;
      }
      if (waits && ctx.isPolled()) {
        return pollLocked(ctx, me, minComplete, submitted);
      }
      ctx.uringLock().unlock();
    }
    if (!waits) {
      return submitted;
    }
    if (ctx.isPolled()) {
      ctx.uringLock().lock();
      return pollLocked(ctx, me, minComplete, submitted);
    }
    long error = await(ctx, me, minComplete);
    return submitted > 0 ? submitted : error;
  }

  private static long pollLocked(IoRingCtx ctx, Task me, long minComplete, long submitted) {
    long error = IoPoll.check(ctx, me, minComplete);
    ctx.uringLock().unlock();
    return submitted > 0 ? submitted : error;
  }

  /** One that sleeps until there are enough completions, or something to do. */
  private static final class Waiter extends WaitEntry {
    private final IoRingCtx ctx;

    /** {@code cq_tail}: where the ring has to be. */
    private final long tail;

    Waiter(Task task, IoRingCtx ctx, long tail) {
      super(task, true);
      this.ctx = ctx;
      this.tail = tail;
    }

    /** {@code io_should_wake}. */
    boolean isEnough() {
      return ctx.rings().cqTail() >= tail;
    }

    /** {@code io_wake_function}. */
    @Override
    protected Wake wake(int states) {
      return isEnough() || ctx.hasOverflow() ? super.wake(states) : Wake.STOP;
    }
  }

  /** {@code io_cqring_wait}: 0, or -EINTR if a signal came and the ring is empty. */
  private static long await(IoRingCtx ctx, Task me, long minComplete) {
    me.taskWork().run();
    flushOverflow(ctx);
    long min = Math.min(minComplete, ctx.rings().cqEntries());
    if (ctx.rings().ready() >= min) {
      return 0;
    }
    me.mightSleep("io_cqring_wait");
    Waiter waiter = new Waiter(me, ctx, ctx.rings().cqHead() + min);
    me.waitsFor(ctx.cqWait());
    long result = 0;
    boolean enough = false;
    while (!enough) {
      me.machine().beginCall(ctx.cqWait(), Access.WRITE);
      ctx.cqWait().prepareToWait(waiter, TaskState.INTERRUPTIBLE);
      result = sleep(ctx, me, waiter);
      me.setCurrentState(TaskState.RUNNING);
      me.machine().endCall();
      me.taskWork().run();
      if (result < 0) {
        break;
      }
      flushOverflow(ctx);
      enough = waiter.isEnough();
    }
    me.machine().beginCall(ctx.cqWait(), Access.WRITE);
    ctx.cqWait().finishWait(waiter);
    me.machine().endCall();
    me.waitsFor(null);
    return ctx.rings().ready() > 0 ? 0 : result;
  }

  /** {@code io_cqring_wait_schedule}. */
  private static long sleep(IoRingCtx ctx, Task me, Waiter waiter) {
    if (ctx.hasOverflow() || me.taskWork().isPending()) {
      return 0;
    }
    if (me.taskSigpending()) {
      return -Errno.EINTR;
    }
    if (!waiter.isEnough()) {
      me.schedule();
    }
    return 0;
  }

  private static void flushOverflow(IoRingCtx ctx) {
    if (ctx.hasOverflow()) {
      ctx.uringLock().lock();
      ctx.flushOverflow();
      ctx.uringLock().unlock();
    }
  }

  // ---- exit

  /** {@code io_uring_files_cancel} and {@code exit_task_work} of a thread. May sleep. */
  private void threadExits() {
    Task me = lockdep.machine().currentTask();
    IoUringTask tctx = tasks.get(me.index());
    if (tctx != null) {
      tctx.ioWq().exit();
      me.taskWork().exit();
    }
  }

  /** The last descriptors of the rings are closed; requests in flight end without the process. */
  private void closeAll() {
    for (IoRingCtx ctx : rings) {
      ctx.kill();
    }
  }

  /** All rings, in the order in which they were made; for properties. */
  public List<IoRingCtx> rings() {
    return List.copyOf(rings);
  }
}
