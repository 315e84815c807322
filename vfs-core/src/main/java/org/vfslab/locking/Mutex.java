package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.machine.Access;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.Errno;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.memory.AtomicRef;
import org.vfslab.trace.Happening;

/**
 * A sleeping lock with one owner: {@code struct mutex}. The task that took it gives it back, with
 * nothing in between that returns to user space; it is not recursive, and no interrupt takes it.
 *
 * <p>Follows {@code kernel/locking/mutex.c}, 7.2, without wound/wait mutexes.
 */
public final class Mutex extends Shared implements Blocker {

  /*
   * Overview. MutexOwner has the word and what its bits mean. Who finds the mutex taken spins while
   * the owner runs (MutexSpinning, if the machine is configured so), then queues, and is woken when
   * the mutex is free, or was handed to it. Whoever wakes a waiter does not give it the mutex: others
   * may take it first, until the waiter, if it is the first, asks for it. Then it spins again, or
   * sleeps.
   */
  private final Lockdep lockdep;
  private final LockMap map;
  private final MutexOwner owner;
  private final @Nullable MutexSpinning spinning;
  private final RawLock waitLock;

  // Protected by waitLock.
  private final List<Task> waiters = new ArrayList<>(2);

  /** The first of waiters, for a look without waitLock; written under it. */
  private final AtomicRef<Task> head;

  /** A free mutex whose class is called {@code name}. */
  public Mutex(Lockdep lockdep, String name) {
    super(lockdep.machine(), name);
    this.lockdep = lockdep;
    this.map = lockdep.register(name);
    SpinOnOwner spinOnOwner =
        machine().config().spinOnOwner() ? new SpinOnOwner(machine(), name) : null;
    this.owner = new MutexOwner(machine(), name, spinOnOwner);
    this.spinning = spinOnOwner == null ? null : new MutexSpinning(machine(), spinOnOwner, owner);
    this.waitLock = new RawLock(machine(), name);
    this.head = new AtomicRef<>(machine(), name + " first waiter", null);
  }

  // ---- for callers

  /** {@code mutex_lock}: process context; sleeps, uninterruptibly, while another task owns it. */
  public void lock() {
    lock(TaskState.UNINTERRUPTIBLE, 0, null, "mutex_lock");
  }

  /** {@code mutex_lock_nested}: {@link #lock} at a nesting level from 0 to 7. */
  public void lockNested(int subclass) {
    lock(TaskState.UNINTERRUPTIBLE, subclass, null, "mutex_lock_nested");
  }

  /**
   * {@code mutex_lock_nest_lock}: {@link #lock}, safe beside its like while {@code outer} is held.
   */
  public void lockNestLock(Mutex outer) {
    lock(TaskState.UNINTERRUPTIBLE, 0, outer.map, "mutex_lock_nest_lock");
  }

  /**
   * {@code mutex_lock_interruptible}.
   *
   * @return 0, or {@code -EINTR} when a signal came first
   */
  public int lockInterruptible() {
    return lock(TaskState.INTERRUPTIBLE, 0, null, "mutex_lock_interruptible");
  }

  /**
   * {@code mutex_lock_killable}.
   *
   * @return 0, or {@code -EINTR} when a fatal signal came first
   */
  public int lockKillable() {
    return lock(TaskState.KILLABLE, 0, null, "mutex_lock_killable");
  }

  /** {@code mutex_trylock}: process context; never sleeps; returns whether it was taken. */
  public boolean trylock() {
    Task me = machine().currentTask();
    machine().beginCall(this, Access.WRITE);
    boolean taken = tryTake(me, false);
    if (taken) {
      lockdep.acquire(map, 0, true, Mode.WRITE, true, null, "mutex_trylock");
      told(Happening.LockAction.ACQUIRED);
    }
    machine().endCall();
    return taken;
  }

  /** {@code mutex_unlock}: the owner only; never sleeps. Any other caller is reported. */
  public void unlock() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    lockdep.release(map);
    if (!owner.giveUncontended(me)) {
      unlockSlow(me);
    }
    told(Happening.LockAction.RELEASED);
    machine().endCall();
  }

  /** {@code mutex_is_locked}: somebody owns it. */
  public boolean isLocked() {
    return (owner.read() & ~MutexOwner.FLAGS) != 0;
  }

  /** Whether the current context owns the mutex, as far as lockdep knows. */
  public LockState isHeld() {
    return lockdep.isHeld(map);
  }

  /** {@code lockdep_assert_held}. */
  public void assertHeld(String where) {
    lockdep.assertHeld(map, where);
  }

  // ---- taking it

  private int lock(int state, int subclass, @Nullable LockMap nestLock, String site) {
    Task me = machine().currentTask();
    me.mightSleep(site);
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, subclass, false, Mode.WRITE, true, nestLock, site);
    int result = 0;
    if (!owner.takeUncontended(me)) {
      result = lockSlow(me, state, site);
    }
    if (result == 0) {
      lockdep.acquired(map, site);
      told(Happening.LockAction.ACQUIRED);
    } else {
      lockdep.release(map);
    }
    machine().endCall();
    return result;
  }

  private boolean tryTake(Task me, boolean handoff) {
    return owner.tryTake(me, handoff) == 0;
  }

  private int lockSlow(Task me, int state, String site) {
    me.preemptDisable();
    int result = 0;
    if (!tryTake(me, false) && !(spinning != null && spinning.spin(me))) {
      waitLock.lockIrqSave(me);
      if (!tryTake(me, false)) {
        lockdep.contended(map, site);
        result = sleepInQueue(me, state);
      }
      waitLock.unlockIrqRestore(me);
    }
    me.preemptEnable();
    return result;
  }

  /** With waitLock held before and after. */
  private int sleepInQueue(Task me, int state) {
    waiters.add(me);
    if (waiters.size() == 1) {
      head.storeRelease(me);
      owner.somebodyWaits();
    }
    me.waitsFor(this);
    told(Happening.LockAction.WAITS);
    me.setCurrentState(state);
    int result = 0;
    while (!tryTake(me, false)) {
      // Here and not before: whoever unlocks before this look has seen us queued or freed the lock.
      if (me.signalPendingState(state)) {
        result = -Errno.EINTR;
        break;
      }
      waitLock.unlockIrqRestore(me);
      me.preemptEnable();
      me.schedule();
      me.preemptDisable();
      boolean first = head.loadAcquire() == me;
      me.setCurrentState(state);
      if (tryTake(me, first) || (first && spinning != null && spinning.spinAsWaiter(me))) {
        waitLock.lockIrqSave(me);
        break;
      }
      waitLock.lockIrqSave(me);
    }
    me.setCurrentState(TaskState.RUNNING);
    me.waitsFor(null);
    boolean wasFirst = waiters.getFirst() == me;
    waiters.remove(me);
    if (waiters.isEmpty()) {
      owner.nobodyWaits();
    }
    if (wasFirst) {
      head.storeRelease(waiters.isEmpty() ? null : waiters.getFirst());
    }
    return result;
  }

  // ---- giving it back

  private void unlockSlow(Context me) {
    long seen = owner.give(me);
    if (!MutexOwner.isOwnedBy(seen, me)) {
      notTheOwner(me, seen);
      return;
    }
    boolean handOver = (seen & MutexOwner.FLAG_HANDOFF) != 0;
    if (!handOver && (seen & MutexOwner.FLAG_WAITERS) == 0) {
      return;
    }
    waitLock.lockIrqSave(me);
    Task next = waiters.isEmpty() ? null : waiters.getFirst();
    if (handOver) {
      owner.handOver(next);
    }
    waitLock.unlockIrqRestore(me);
    if (next != null) {
      next.wakeUpProcess();
    }
  }

  private void notTheOwner(Context me, long seen) {
    machine()
        .report(
            ReportKind.BUG,
            "DEBUG_LOCKS_WARN_ON(__owner_task(owner) != get_current())",
            "DEBUG_LOCKS_WARN_ON(__owner_task(owner) != get_current()): "
                + me.name()
                + " unlocks mutex "
                + name()
                + ", "
                + owner.describe(seen));
  }

  // ---- printing

  private void told(Happening.LockAction action) {
    if (machine().tracing()) {
      machine().trace(new Happening.Locked(action, name(), "", describe()));
    }
  }

  /** The owner word, for properties. */
  public long ownerWord() {
    return owner.peek();
  }

  @Override
  public List<String> holders() {
    Context context = owner.contextOf(owner.peek());
    return context == null ? List.of() : List.of(context.name());
  }

  @Override
  public String describe() {
    List<Task> queue = List.copyOf(waiters);
    List<Task> spinners = spinning == null ? List.of() : List.copyOf(spinning.spinners());
    return owner.describe(owner.peek())
        + (queue.isEmpty() ? "" : ", queue " + queue)
        + (spinners.isEmpty() ? "" : ", spinning " + spinners);
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
