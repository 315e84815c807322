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
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.Happening;

/**
 * A sleeping lock with one owner: {@code struct mutex}. The task that took it gives it back, with
 * nothing in between that returns to user space; it is not recursive, and no interrupt takes it.
 *
 * <p>Follows {@code kernel/locking/mutex.c}, 7.2, without optimistic spinning and without
 * wound/wait mutexes.
 */
public final class Mutex extends Shared implements Blocker {

  /*
   * Overview. One word: whose lock it is, and three flags.
   *
   *   bit  0    FLAG_WAITERS  somebody is queued: the owner has to go the slow way out
   *   bit  1    FLAG_HANDOFF  the first waiter was woken in vain: the owner has to hand over
   *   bit  2    FLAG_PICKUP   handed over: the word names the new owner, who has not come yet
   *   bits 3..  the owner: its number in the machine + 1; 0 when free
   *
   * Between two owners a free mutex goes to whoever comes first, also past the queue. A waiter that
   * was woken and finds it gone sets HANDOFF; then unlock names it in the word instead of freeing
   * the lock, and nobody can steal. So a waiter is passed at most twice after it became the first.
   *
   *   unlocked --lock--> owner --unlock--> unlocked            nobody waits
   *   owner|WAITERS --unlock--> 0|WAITERS, first woken          anybody may take it
   *   owner|WAITERS|HANDOFF --unlock--> first|WAITERS|PICKUP    only the first may
   */
  static final long FLAG_WAITERS = 1;
  static final long FLAG_HANDOFF = 2;
  static final long FLAG_PICKUP = 4;
  static final long FLAGS = 7;

  private final Lockdep lockdep;
  private final LockMap map;
  private final AtomicWord owner;
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
    this.owner = new AtomicWord(machine(), name, 0);
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
    if (!owner.compareAndSet(ownerOf(me), 0)) {
      unlockSlow(me);
    }
    told(Happening.LockAction.RELEASED);
    machine().endCall();
  }

  /** {@code mutex_is_locked}: somebody owns it. */
  public boolean isLocked() {
    return (owner.readOnce() & ~FLAGS) != 0;
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

  private static long ownerOf(Context context) {
    return (context.index() + 1L) << 3;
  }

  private int lock(int state, int subclass, @Nullable LockMap nestLock, String site) {
    Task me = machine().currentTask();
    me.mightSleep(site);
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, subclass, false, Mode.WRITE, true, nestLock, site);
    int result = 0;
    if (!owner.compareAndSet(0, ownerOf(me))) {
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

  /**
   * {@code __mutex_trylock_common}: takes a free lock, or picks up one that was handed to {@code
   * me}.
   *
   * @param handoff whether to ask, if another has it, that it be handed over
   */
  private boolean tryTake(Task me, boolean handoff) {
    long self = ownerOf(me);
    while (true) {
      long seen = owner.readOnce();
      long flags = seen & FLAGS;
      long task = seen & ~FLAGS;
      if (task == 0) {
        task = self;
      } else if ((flags & FLAG_PICKUP) != 0) {
        if (task != self) {
          return false;
        }
        flags &= ~FLAG_PICKUP;
      } else if (handoff && (flags & FLAG_HANDOFF) == 0) {
        flags |= FLAG_HANDOFF;
      } else {
        return false;
      }
      if (owner.compareAndSet(seen, task | flags)) {
        return task == self;
      }
    }
  }

  private int lockSlow(Task me, int state, String site) {
    me.preemptDisable();
    int result = 0;
    if (!tryTake(me, false)) {
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
      owner.fetchOr(FLAG_WAITERS);
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
      if (tryTake(me, first)) {
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
      owner.fetchAnd(~FLAGS);
    }
    if (wasFirst) {
      head.storeRelease(waiters.isEmpty() ? null : waiters.getFirst());
    }
    return result;
  }

  // ---- giving it back

  private void unlockSlow(Context me) {
    long self = ownerOf(me);
    long seen;
    while (true) {
      seen = owner.readOnce();
      if ((seen & ~FLAGS) != self || (seen & FLAG_PICKUP) != 0) {
        notTheOwner(me, seen);
        return;
      }
      if ((seen & FLAG_HANDOFF) != 0) {
        break;
      }
      if (owner.compareAndSet(seen, seen & FLAGS)) {
        if ((seen & FLAG_WAITERS) != 0) {
          break;
        }
        return;
      }
    }
    waitLock.lockIrqSave(me);
    Task next = waiters.isEmpty() ? null : waiters.getFirst();
    if ((seen & FLAG_HANDOFF) != 0) {
      handOver(next);
    }
    waitLock.unlockIrqRestore(me);
    if (next != null) {
      next.wakeUpProcess();
    }
  }

  /** {@code __mutex_handoff}: names the next owner, or frees the lock if its waiter has left. */
  private void handOver(@Nullable Task next) {
    while (true) {
      long seen = owner.readOnce();
      long now = seen & FLAG_WAITERS;
      if (next != null) {
        now |= ownerOf(next) | FLAG_PICKUP;
      }
      if (owner.compareAndSet(seen, now)) {
        return;
      }
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
                + describe(seen));
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

  private String ownerName(long word) {
    int index = (int) (word >>> 3) - 1;
    return index < 0 ? "nobody" : machine().contexts().get(index).name();
  }

  @Override
  public List<String> holders() {
    long now = owner.peek();
    return (now & ~FLAGS) == 0 ? List.of() : List.of(ownerName(now));
  }

  private String describe(long word) {
    StringBuilder text = new StringBuilder("owner " + ownerName(word));
    if ((word & FLAG_WAITERS) != 0) {
      text.append(" WAITERS");
    }
    if ((word & FLAG_HANDOFF) != 0) {
      text.append(" HANDOFF");
    }
    if ((word & FLAG_PICKUP) != 0) {
      text.append(" PICKUP");
    }
    return text.toString();
  }

  @Override
  public String describe() {
    List<Task> queue = List.copyOf(waiters);
    return describe(owner.peek()) + (queue.isEmpty() ? "" : ", queue " + queue);
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
