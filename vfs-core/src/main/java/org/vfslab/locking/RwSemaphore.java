package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.locking.RwsemMarkWake.Wake;
import org.vfslab.machine.Access;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.Happening.LockAction;
import org.vfslab.trace.Happening.Locked;

/**
 * A sleeping lock held by many readers or one writer: the kernel's {@code rw_semaphore}.
 *
 * <p>A waiting writer holds back later readers, so reading is not recursive: a task that calls
 * {@link #downRead} twice deadlocks when a writer arrives in between. There is no way from shared
 * to exclusive, and an exclusive hold cannot be given back by another task.
 *
 * <p>All {@code down} operations but the trylocks may sleep, in process context only. No {@code up}
 * operation sleeps. The killable and interruptible ones return 0, or {@code -EINTR} if a signal
 * came before the lock. There is no interruptible {@code down_write} in the kernel, and none here.
 *
 * <p>Follows {@code kernel/locking/rwsem.c}, 7.2, without {@code PREEMPT_RT} and real-time tasks;
 * see docs/fidelity.md. Whether writers spin is a setting of the machine. Where lockdep is on, so
 * are the checks of {@code CONFIG_DEBUG_RWSEMS}.
 */
public final class RwSemaphore extends Shared implements Blocker {

  /*
   * Overview. The count tells everything (RwsemCount); the owner word says who
   * (RwsemOwner); the rest is for those who have to wait.
   *
   *   here                 the fast paths: one operation on count, then the owner word. From the
   *                        one to the other no task is preempted.
   *   RwsemSlowPath        how one waits
   *   RwsemWaitList        the queue, under the wait lock
   *   RwsemMarkWake        who goes on when the lock is given back
   *   RwsemSpinning        writers that spin instead of sleeping
   *   ReleaseWakeups       those who wait for a release without taking the lock
   *
   * A reader adds itself first and asks afterwards. Readers in the queue are granted the lock by
   * whoever wakes them, who has counted them before they run; writers are woken to try, and may
   * find that the lock was stolen. After RwsemWaiter.WAIT_TIMEOUT_JIFFIES a waiter sets the handoff
   * bit, and then nobody steals from the first. The waiters and handoff bits change under the wait
   * lock.
   */
  final AtomicWord count;
  final RwsemOwner owner;
  final RwsemWaitList waiters;
  final RwsemMarkWake marks;
  final ReleaseWakeups releaseWakeups;
  final @Nullable RwsemSpinning spinning;

  private final Lockdep lockdep;
  private final LockMap map;
  private final RwsemSlowPath slowPath;
  private final RwsemDebug debug;

  /** A free lock whose class is called {@code name}. */
  public RwSemaphore(Lockdep lockdep, String name) {
    this(lockdep, name, ReleaseWakeups.ANSWERED);
  }

  /** A free lock with another idea of how to wake those who wait for a release. */
  @SuppressWarnings("this-escape") // its parts only keep it
  public RwSemaphore(Lockdep lockdep, String name, ReleaseWakeups releaseWakeups) {
    super(lockdep.machine(), name);
    Machine machine = lockdep.machine();
    this.lockdep = lockdep;
    this.map = lockdep.register(name);
    this.releaseWakeups = releaseWakeups;
    this.count = new AtomicWord(machine, name, 0);
    this.spinning = machine.config().spinOnOwner() ? new RwsemSpinning(machine, name, this) : null;
    this.owner = new RwsemOwner(machine, name, spinning);
    this.waiters = new RwsemWaitList(machine, name);
    this.marks = new RwsemMarkWake(this);
    this.slowPath = new RwsemSlowPath(this);
    this.debug = new RwsemDebug(this, lockdep.isOn());
  }

  // ---- taking it shared

  /** {@code down_read}: takes the lock shared. */
  public void downRead() {
    downRead(0, TaskState.UNINTERRUPTIBLE, "down_read");
  }

  /**
   * {@code down_read_nested}: while another lock of this class is held.
   *
   * @param subclass the nesting level, 0 to 7
   */
  public void downReadNested(int subclass) {
    downRead(subclass, TaskState.UNINTERRUPTIBLE, "down_read_nested");
  }

  /** {@code down_read_interruptible}: any signal ends the wait. */
  public int downReadInterruptible() {
    return downRead(0, TaskState.INTERRUPTIBLE, "down_read_interruptible");
  }

  /** {@code down_read_killable}: a fatal signal ends the wait. */
  public int downReadKillable() {
    return downRead(0, TaskState.KILLABLE, "down_read_killable");
  }

  /** {@code down_read_killable_nested}. */
  public int downReadKillableNested(int subclass) {
    return downRead(subclass, TaskState.KILLABLE, "down_read_killable_nested");
  }

  private int downRead(int subclass, int state, String site) {
    Task me = machine().currentTask();
    me.mightSleep(site);
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, subclass, false, Mode.READ, true, null, site);
    int result = lockRead(me, state, site);
    if (result == 0) {
      lockdep.acquired(map, site);
      told(LockAction.ACQUIRED, "read");
    } else {
      lockdep.release(map);
    }
    machine().endCall();
    return result;
  }

  private int lockRead(Task me, int state, @Nullable String site) {
    long now = count.addReturn(RwsemCount.READER_BIAS);
    me.preemptDisable();
    if (now < 0) {
      owner.setNonspinnable();
      machine().report(ReportKind.BUG, "WARNING: too many readers of " + name(), describe());
    }
    int result = 0;
    if ((now & RwsemCount.READ_FAILED_MASK) == 0) {
      owner.setReaderOwned(me);
    } else {
      if (site != null) {
        lockdep.contended(map, site);
      }
      result = slowPath.downRead(me, now, state);
      if (result == 0) {
        debug.checkReaderOwned(me);
      }
    }
    me.preemptEnable();
    return result;
  }

  /** {@code down_read_trylock}: any context; returns whether the lock was taken. */
  public boolean downReadTrylock() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    boolean taken = false;
    long seen = count.readOnce();
    while (!taken && (seen & RwsemCount.READ_FAILED_MASK) == 0) {
      if (count.compareAndSet(seen, seen + RwsemCount.READER_BIAS)) {
        me.preemptDisable();
        owner.setReaderOwned(me);
        me.preemptEnable();
        lockdep.acquire(map, 0, true, Mode.READ, true, null, "down_read_trylock");
        told(LockAction.ACQUIRED, "read");
        taken = true;
      } else {
        seen = count.readOnce();
      }
    }
    machine().endCall();
    return taken;
  }

  /** {@code up_read}: gives a shared hold back; the task that took it. */
  public void upRead() {
    machine().beginCall(this, Access.WRITE);
    lockdep.release(map);
    unlockRead();
    machine().endCall();
  }

  private void unlockRead() {
    Context me = machine().current();
    debug.checkReaderOwned(me);
    if (debug.isOn()) {
      owner.clearReaderOwned(me);
    }
    long now = count.addReturn(-RwsemCount.READER_BIAS);
    me.preemptDisable();
    debug.checkNotNegative(me, now);
    told(LockAction.RELEASED, "read");
    if ((now & (RwsemCount.LOCK_MASK | RwsemCount.FLAG_WAITERS)) == RwsemCount.FLAG_WAITERS) {
      owner.clearNonspinnable();
      marks.wake(me, Wake.ANY);
    }
    me.preemptEnable();
  }

  /**
   * {@code down_read_non_owner}: takes the lock shared without an owner: any context may give it
   * back, and lockdep is not told.
   */
  public void downReadNonOwner() {
    Task me = machine().currentTask();
    me.mightSleep("down_read_non_owner");
    machine().beginCall(this, Access.WRITE);
    lockRead(me, TaskState.UNINTERRUPTIBLE, null);
    owner.setReaderOwnedByNobody();
    told(LockAction.ACQUIRED, "read, no owner");
    machine().endCall();
  }

  /** {@code up_read_non_owner}: gives a hold of {@link #downReadNonOwner} back; any context. */
  public void upReadNonOwner() {
    machine().beginCall(this, Access.WRITE);
    unlockRead();
    machine().endCall();
  }

  // ---- taking it exclusively

  /** {@code down_write}: takes the lock exclusively. */
  public void downWrite() {
    downWrite(0, null, TaskState.UNINTERRUPTIBLE, "down_write");
  }

  /**
   * {@code down_write_nested}: while another lock of this class is held.
   *
   * @param subclass the nesting level, 0 to 7
   */
  public void downWriteNested(int subclass) {
    downWrite(subclass, null, TaskState.UNINTERRUPTIBLE, "down_write_nested");
  }

  /** {@code down_write_nest_lock}: {@code nestLock} is held, which orders locks of this class. */
  public void downWriteNestLock(LockMap nestLock) {
    downWrite(0, nestLock, TaskState.UNINTERRUPTIBLE, "down_write_nest_lock");
  }

  /** {@code down_write_killable}: a fatal signal ends the wait. */
  public int downWriteKillable() {
    return downWrite(0, null, TaskState.KILLABLE, "down_write_killable");
  }

  /** {@code down_write_killable_nested}. */
  public int downWriteKillableNested(int subclass) {
    return downWrite(subclass, null, TaskState.KILLABLE, "down_write_killable_nested");
  }

  private int downWrite(int subclass, @Nullable LockMap nestLock, int state, String site) {
    Task me = machine().currentTask();
    me.mightSleep(site);
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, subclass, false, Mode.WRITE, true, nestLock, site);
    int result = 0;
    if (!writeTrylock(me)) {
      lockdep.contended(map, site);
      me.preemptDisable();
      result = slowPath.downWrite(me, state);
      me.preemptEnable();
    }
    if (result == 0) {
      lockdep.acquired(map, site);
      told(LockAction.ACQUIRED, "write");
    } else {
      lockdep.release(map);
    }
    machine().endCall();
    return result;
  }

  /** {@code rwsem_write_trylock}: only a lock that is free and for which nobody waits. */
  private boolean writeTrylock(Context me) {
    if (!count.compareAndSet(0, RwsemCount.WRITER_LOCKED)) {
      return false;
    }
    me.preemptDisable();
    owner.setWriter(me);
    me.preemptEnable();
    return true;
  }

  /** {@code down_write_trylock}: any context; returns whether the lock was taken. */
  public boolean downWriteTrylock() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    boolean taken = writeTrylock(me);
    if (taken) {
      lockdep.acquire(map, 0, true, Mode.WRITE, true, null, "down_write_trylock");
      told(LockAction.ACQUIRED, "write");
    }
    machine().endCall();
    return taken;
  }

  /** {@code up_write}: gives an exclusive hold back; the task that took it. */
  public void upWrite() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    lockdep.release(map);
    debug.checkWriter(me);
    owner.clear();
    me.preemptDisable();
    long old = count.fetchAdd(-RwsemCount.WRITER_LOCKED);
    told(LockAction.RELEASED, "write");
    if ((old & RwsemCount.FLAG_WAITERS) != 0) {
      marks.wake(me, Wake.ANY);
    }
    me.preemptEnable();
    machine().endCall();
  }

  /** {@code downgrade_write}: turns an exclusive hold into a shared one, without a gap. */
  public void downgradeWrite() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    lockdep.downgrade(map);
    debug.checkWriter(me);
    long old = count.fetchAdd(RwsemCount.READER_BIAS - RwsemCount.WRITER_LOCKED);
    me.preemptDisable();
    owner.setReaderOwned(me);
    told(LockAction.ACQUIRED, "read, downgraded");
    if ((old & RwsemCount.FLAG_WAITERS) != 0) {
      marks.wake(me, Wake.READ_OWNED);
    }
    me.preemptEnable();
    machine().endCall();
  }

  // ---- not in mainline

  /**
   * {@code rwsem_wait_killable} (proposed in January 2024, not merged): sleeps until a writer has
   * given the lock back, and never holds it. Returns at once if no writer has the lock and nobody
   * waits. Another writer may have it on return.
   *
   * @return 0, or {@code -EINTR} if a fatal signal came first
   */
  public int rwsemWaitKillable() {
    return waitForRelease(TaskState.KILLABLE, "rwsem_wait_killable");
  }

  /** {@code rwsem_wait}: the same, and no signal ends the wait. */
  public void rwsemWait() {
    waitForRelease(TaskState.UNINTERRUPTIBLE, "rwsem_wait");
  }

  private int waitForRelease(int state, String site) {
    Task me = machine().currentTask();
    me.mightSleep(site);
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, 0, false, Mode.READ, true, null, site);
    lockdep.release(map);
    int result = slowPath.waitForRelease(me, state);
    machine().endCall();
    return result;
  }

  /**
   * The hold stays and belongs to no task any more: lockdep and the owner word let go of the caller
   * ({@code rwsem_release_ownership}, after the series of January 2020 that held {@code i_rwsem}
   * until aio completes; not merged). Never sleeps.
   */
  public void releaseOwnership() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    lockdep.releaseForAnother(map);
    if (RwsemCount.isWriteLocked(count.readOnce())) {
      owner.setNamelessWriter();
    } else {
      owner.clearReaderOwned(me);
    }
    machine().endCall();
  }

  /**
   * Ends {@link #releaseOwnership}: the hold belongs to the caller, in any context, who will give
   * it back ({@code rwsem_take_ownership}). Lockdep is told of a trylock, as nobody waits here,
   * unless the class was declared: {@link Lockdep#declareHandedOver}.
   */
  public void takeOwnership() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    boolean writer = RwsemCount.isWriteLocked(count.readOnce());
    Mode mode = writer ? Mode.WRITE : Mode.READ;
    lockdep.acquireFromAnother(map, mode, "rwsem_take_ownership");
    if (writer) {
      owner.setWriter(me);
    } else {
      owner.setReaderOwned(me);
    }
    machine().endCall();
  }

  // ---- asking

  /** {@code rwsem_is_locked}: held, or at least somebody is queued. */
  public boolean isLocked() {
    return count.readOnce() != 0;
  }

  /** {@code rwsem_is_contended}: somebody is queued. */
  public boolean isContended() {
    return waiters.isContended();
  }

  /** Whether the current context holds the lock in any mode, as far as lockdep knows. */
  public LockState isHeld() {
    return lockdep.isHeld(map);
  }

  /** {@code rwsem_assert_held}: asks lockdep, or if that is off whether anybody has the lock. */
  public void assertHeld(String where) {
    if (lockdep.isOn()) {
      lockdep.assertHeld(map, where);
    } else if (somebodyRuns() && count.readOnce() == 0) {
      warn(where, "rwsem_assert_held");
    }
  }

  /** {@code rwsem_assert_held_write}: the same for an exclusive hold. */
  public void assertHeldWrite(String where) {
    if (lockdep.isOn()) {
      lockdep.assertHeldWrite(map, where);
    } else if (somebodyRuns() && !RwsemCount.isWriteLocked(count.readOnce())) {
      warn(where, "rwsem_assert_held_write");
    }
  }

  /** Before the machine runs nothing is locked, and need not be. */
  private boolean somebodyRuns() {
    return machine().currentOrNull() != null;
  }

  private void warn(String where, String assertion) {
    String title = "WARNING: at " + where + ": " + assertion + "(" + name() + ") failed";
    machine().report(ReportKind.BUG, title, title + "\n" + this);
  }

  /** What lockdep knows the lock by, for {@link #downWriteNestLock} of other locks. */
  public LockMap depMap() {
    return map;
  }

  // ---- for printing and for properties: no steps

  /** The count word. */
  public long countWord() {
    return count.peek();
  }

  /** The owner word: a number + 1 in bits 2 and up, and two flags. */
  public long ownerWord() {
    return owner.peek();
  }

  /** The number of the context that the owner word names, or -1. */
  public int ownerIndex() {
    return RwsemOwner.indexOf(owner.peek());
  }

  /** How many tasks are queued. */
  public int waiterCount() {
    return waiters.all().size();
  }

  /** Whether somebody is changing the queue, so that it and the count may differ. */
  public boolean isQueueChanging() {
    return waiters.isLocked();
  }

  /** Whether {@code task} spins for the lock. */
  public boolean isSpinning(Task task) {
    return spinning != null && spinning.spinners().contains(task);
  }

  void told(LockAction action, String mode) {
    if (machine().tracing()) {
      machine().trace(new Locked(action, name(), mode, describe()));
    }
  }

  @Override
  public List<String> holders() {
    long now = count.peek();
    if (RwsemCount.isWriteLocked(now)) {
      Context context = owner.contextOf(owner.peek());
      return List.of(context == null ? "a writer" : context.name());
    }
    long readers = RwsemCount.readers(now);
    return readers == 0 ? List.of() : List.of(readers + " reader(s)");
  }

  /** The words in full: count bits, owner, queue in its order, spinners in theirs. */
  @Override
  public String describe() {
    List<String> parts = new ArrayList<>();
    parts.add("count " + RwsemCount.describe(count.peek()));
    if (owner.peek() != 0) {
      parts.add("owner " + owner.describe());
    }
    List<RwsemWaiter> queue = waiters.all();
    if (!queue.isEmpty()) {
      parts.add("queue " + queue);
    }
    if (spinning != null && !spinning.spinners().isEmpty()) {
      parts.add("spinning " + spinning.spinners());
    }
    return String.join(", ", parts);
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
