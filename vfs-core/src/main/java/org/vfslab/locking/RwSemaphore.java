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
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.Happening;

/**
 * A sleeping lock held by many readers or one writer: the kernel's {@code rw_semaphore}.
 *
 * <p>A waiting writer holds back later readers, so reading is not recursive: a task that calls
 * {@link #downRead} twice deadlocks when a writer arrives in between.
 *
 * <p>Follows {@code kernel/locking/rwsem.c}, 7.2, without optimistic spinning and without the
 * killable, interruptible and nested variants; see docs/fidelity.md.
 */
public final class RwSemaphore extends Shared implements Blocker {

  /*
   * Overview. One word tells everything; the waiters and handoff bits change under waitLock, or
   * when a writer takes the lock from the queue.
   *
   *   bit  0    WRITER_LOCKED   a writer holds the lock
   *   bit  1    FLAG_WAITERS    somebody is queued
   *   bit  2    FLAG_HANDOFF    the first waiter is next, nobody may steal
   *   bits 8-62 readers, in units of READER_BIAS: those that hold the lock and those that are
   *             about to back out
   *   bit 63    READFAIL        too many readers
   *
   * A reader adds itself first and asks afterwards. Readers in the queue are granted the lock by
   * whoever wakes them, who has counted them before they run; writers are woken to try, and may
   * find that the lock was stolen. After WAIT_TIMEOUT_NS the first waiter sets the handoff bit.
   *
   * The owner word says who: the task's number + 1 in bits 2 and up, exact for a writer; with
   * READER_OWNED it is only the last reader that came, and stays there when it has left.
   */
  static final long WRITER_LOCKED = 1;
  static final long FLAG_WAITERS = 2;
  static final long FLAG_HANDOFF = 4;
  static final long READER_BIAS = 256;
  static final long READFAIL = Long.MIN_VALUE;
  static final long READER_MASK = ~(READER_BIAS - 1);
  static final long LOCK_MASK = WRITER_LOCKED | READER_MASK;
  static final long READ_FAILED_MASK = WRITER_LOCKED | FLAG_WAITERS | FLAG_HANDOFF | READFAIL;

  static final long READER_OWNED = 1;
  static final long NONSPINNABLE = 2;

  /** {@code RWSEM_WAIT_TIMEOUT}: 4 ms. */
  static final long WAIT_TIMEOUT_NS = 4_000_000;

  /** {@code MAX_READERS_WAKEUP}. */
  static final int READERS_WAKEUP_MAX = 256;

  private final Lockdep lockdep;
  private final LockMap map;
  private final AtomicWord count;
  private final AtomicWord owner;
  private final RawLock waitLock;

  // Protected by waitLock.
  private final List<Waiter> waiters = new ArrayList<>(2);

  /** A free lock whose class is called {@code name}. */
  public RwSemaphore(Lockdep lockdep, String name) {
    super(lockdep.machine(), name);
    this.lockdep = lockdep;
    this.map = lockdep.register(name);
    this.count = new AtomicWord(machine(), name, 0);
    this.owner = new AtomicWord(machine(), name, 0);
    this.waitLock = new RawLock(machine(), name);
  }

  private enum WakeType {
    ANY,
    READERS,
    READ_OWNED
  }

  private static final class Waiter {
    private final Task task;
    private final boolean reader;
    private final long timeoutNs;

    /** The task while it waits; null once it was granted the lock. */
    private final AtomicRef<Task> waiting;

    private boolean handoffSet;

    Waiter(RwSemaphore sem, Task task, boolean reader) {
      this.task = task;
      this.reader = reader;
      this.timeoutNs = sem.machine().nowNs() + WAIT_TIMEOUT_NS;
      this.waiting = new AtomicRef<>(sem.machine(), sem.name(), task);
    }
  }

  // ---- for callers

  /**
   * Takes the lock shared ({@code down_read}), sleeping while a writer holds or awaits it.
   *
   * <p>Process context only; may sleep.
   */
  public void downRead() {
    Task me = machine().currentTask();
    me.mightSleep("down_read");
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, Mode.READ, "down_read");
    lockRead(me);
    told(Happening.LockAction.ACQUIRED, "read");
    machine().endCall();
  }

  /** {@code down_read_trylock}: any context; returns whether the lock was taken. */
  public boolean downReadTrylock() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    boolean taken = false;
    long seen = count.readOnce();
    while ((seen & READ_FAILED_MASK) == 0) {
      if (count.compareAndSet(seen, seen + READER_BIAS)) {
        setReaderOwned(me);
        lockdep.acquire(map, Mode.READ, "down_read_trylock");
        told(Happening.LockAction.ACQUIRED, "read");
        taken = true;
        break;
      }
      seen = count.readOnce();
    }
    machine().endCall();
    return taken;
  }

  /** Gives a shared hold back ({@code up_read}): the task that took it; never sleeps. */
  public void upRead() {
    machine().beginCall(this, Access.WRITE);
    lockdep.release(map);
    unlockRead();
    machine().endCall();
  }

  /**
   * Takes the lock shared without an owner ({@code down_read_non_owner}): any context may give it
   * back, and lockdep is not told. May sleep.
   */
  public void downReadNonOwner() {
    Task me = machine().currentTask();
    me.mightSleep("down_read_non_owner");
    machine().beginCall(this, Access.WRITE);
    lockRead(me);
    owner.writeOnce(READER_OWNED | (owner.readOnce() & NONSPINNABLE));
    told(Happening.LockAction.ACQUIRED, "read, no owner");
    machine().endCall();
  }

  /** Gives a hold of {@link #downReadNonOwner} back; any context, never sleeps. */
  public void upReadNonOwner() {
    machine().beginCall(this, Access.WRITE);
    unlockRead();
    machine().endCall();
  }

  /** Takes the lock exclusively ({@code down_write}). Process context only; may sleep. */
  public void downWrite() {
    Task me = machine().currentTask();
    me.mightSleep("down_write");
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, Mode.WRITE, "down_write");
    if (!writeTrylockFast(me)) {
      downWriteSlow(me);
    }
    told(Happening.LockAction.ACQUIRED, "write");
    machine().endCall();
  }

  /** {@code down_write_trylock}: returns whether the lock was taken. */
  public boolean downWriteTrylock() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    boolean taken = writeTrylockFast(me);
    if (taken) {
      lockdep.acquire(map, Mode.WRITE, "down_write_trylock");
      told(Happening.LockAction.ACQUIRED, "write");
    }
    machine().endCall();
    return taken;
  }

  /**
   * Gives an exclusive hold back ({@code up_write}); never sleeps.
   *
   * @throws KernelFault if another task owns the lock
   */
  public void upWrite() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    lockdep.release(map);
    checkOwner(me, "up_write");
    owner.writeOnce(0);
    long old = count.fetchAdd(-WRITER_LOCKED);
    told(Happening.LockAction.RELEASED, "write");
    if ((old & FLAG_WAITERS) != 0) {
      wakeWaiters(me, WakeType.ANY);
    }
    machine().endCall();
  }

  /** Turns an exclusive hold into a shared one ({@code downgrade_write}); never sleeps. */
  public void downgradeWrite() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    lockdep.downgrade(map);
    checkOwner(me, "downgrade_write");
    long old = count.fetchAdd(READER_BIAS - WRITER_LOCKED);
    setReaderOwned(me);
    told(Happening.LockAction.ACQUIRED, "read, downgraded");
    if ((old & FLAG_WAITERS) != 0) {
      wakeWaiters(me, WakeType.READ_OWNED);
    }
    machine().endCall();
  }

  /** {@code rwsem_is_locked}: held, or at least somebody is queued. */
  public boolean isLocked() {
    return count.readOnce() != 0;
  }

  /** {@code rwsem_is_contended}: somebody is queued. */
  public boolean isContended() {
    return !waiters.isEmpty();
  }

  /** Whether the current context holds the lock in any mode, as far as lockdep knows. */
  public LockState isHeld() {
    return lockdep.isHeld(map);
  }

  /** {@code rwsem_assert_held_write}. */
  public void assertHeldWrite(String where) {
    lockdep.assertHeldWrite(map, where);
  }

  // ---- fast paths

  private void lockRead(Task me) {
    long now = count.addReturn(READER_BIAS);
    if ((now & READ_FAILED_MASK) == 0) {
      setReaderOwned(me);
    } else {
      downReadSlow(me, now);
    }
  }

  private void unlockRead() {
    Context me = machine().current();
    long now = count.addReturn(-READER_BIAS);
    if (now < 0 || (now & READER_MASK) == READER_MASK) {
      throw new KernelFault(
          ReportKind.BUG,
          "BUG: up_read by " + me.name() + " of " + name() + ", which has no reader");
    }
    told(Happening.LockAction.RELEASED, "read");
    if ((now & (LOCK_MASK | FLAG_WAITERS)) == FLAG_WAITERS) {
      clearNonspinnable();
      wakeWaiters(me, WakeType.ANY);
    }
  }

  private boolean writeTrylockFast(Context me) {
    if (count.compareAndSet(0, WRITER_LOCKED)) {
      owner.writeOnce(ownerOf(me));
      return true;
    }
    return false;
  }

  // ---- slow paths

  private void downReadSlow(Task me, long now) {
    long readers = now >> 8;
    boolean mayNotSteal =
        (owner.readOnce() & READER_OWNED) != 0 && readers > 1 && (now & WRITER_LOCKED) == 0;
    if (!mayNotSteal && (now & (WRITER_LOCKED | FLAG_HANDOFF)) == 0) {
      setReaderOwned(me);
      if (readers == 1 && (now & FLAG_WAITERS) != 0) {
        wakeWaiters(me, WakeType.READ_OWNED);
      }
      return;
    }

    waitLock.lockIrqSave(me);
    long adjustment = -READER_BIAS;
    if (waiters.isEmpty()) {
      if ((count.loadAcquire() & WRITER_LOCKED) == 0) {
        waitLock.unlockIrqRestore(me);
        setReaderOwned(me);
        return;
      }
      adjustment += FLAG_WAITERS;
    }
    Waiter waiter = new Waiter(this, me, true);
    waiters.add(waiter);
    List<Task> wake = condWakeWaiter(count.addReturn(adjustment));
    waitLock.unlockIrqRestore(me);
    wakeAll(wake);

    me.waitsFor(this);
    told(Happening.LockAction.WAITS, "read");
    while (true) {
      me.setCurrentState(TaskState.UNINTERRUPTIBLE);
      if (waiter.waiting.loadAcquire() == null) {
        break;
      }
      me.schedule();
    }
    me.setCurrentState(TaskState.RUNNING);
    me.waitsFor(null);
  }

  private void downWriteSlow(Task me) {
    Waiter waiter = new Waiter(this, me, false);
    waitLock.lockIrqSave(me);
    waiters.add(waiter);
    if (waiters.size() == 1) {
      count.fetchOr(FLAG_WAITERS);
    } else {
      List<Task> wake = condWakeWaiter(count.readOnce());
      if (!wake.isEmpty()) {
        waitLock.unlockIrqRestore(me);
        wakeAll(wake);
        waitLock.lockIrqSave(me);
      }
    }
    boolean told = false;
    while (true) {
      me.setCurrentState(TaskState.UNINTERRUPTIBLE);
      if (tryWriteLock(waiter)) {
        break;
      }
      waitLock.unlockIrqRestore(me);
      if (!told) {
        told = true;
        me.waitsFor(this);
        told(Happening.LockAction.WAITS, "write");
      }
      me.schedule();
      waitLock.lockIrqSave(me);
    }
    me.setCurrentState(TaskState.RUNNING);
    me.waitsFor(null);
    waitLock.unlockIrqRestore(me);
  }

  /** {@code rwsem_try_write_lock}: a queued writer tries to take the lock. */
  private boolean tryWriteLock(Waiter waiter) {
    Waiter first = waiters.getFirst();
    while (true) {
      long seen = count.readOnce();
      boolean handoff = (seen & FLAG_HANDOFF) != 0;
      if (handoff && first.handoffSet && waiter != first) {
        return false;
      }
      long wanted = seen;
      if ((seen & LOCK_MASK) != 0) {
        if (handoff || machine().nowNs() < waiter.timeoutNs) {
          return false;
        }
        wanted |= FLAG_HANDOFF;
      } else {
        wanted |= WRITER_LOCKED;
        wanted &= ~FLAG_HANDOFF;
        if (waiters.size() == 1) {
          wanted &= ~FLAG_WAITERS;
        }
      }
      if (count.compareAndSet(seen, wanted)) {
        if ((wanted & FLAG_HANDOFF) != 0) {
          first.handoffSet = true;
          return false;
        }
        waiters.remove(waiter);
        owner.writeOnce(ownerOf(waiter.task));
        return true;
      }
    }
  }

  /** {@code rwsem_cond_wake_waiter}: with waitLock held; returns whom to wake afterwards. */
  private List<Task> condWakeWaiter(long now) {
    if ((now & WRITER_LOCKED) != 0) {
      return List.of();
    }
    if ((now & READER_MASK) != 0) {
      return markWake(WakeType.READERS);
    }
    clearNonspinnable();
    return markWake(WakeType.ANY);
  }

  /** {@code rwsem_wake}, {@code rwsem_downgrade_wake}. */
  private void wakeWaiters(Context me, WakeType type) {
    waitLock.lockIrqSave(me);
    List<Task> wake = waiters.isEmpty() ? List.of() : markWake(type);
    waitLock.unlockIrqRestore(me);
    wakeAll(wake);
  }

  /**
   * {@code rwsem_mark_wake}: with waitLock held and somebody queued. Grants the lock to readers,
   * and returns the tasks that are to be woken once waitLock is dropped.
   */
  private List<Task> markWake(WakeType type) {
    Waiter first = waiters.getFirst();
    if (!first.reader) {
      return type == WakeType.ANY ? List.of(first.task) : List.of();
    }
    if (count.readOnce() < 0) {
      return List.of();
    }
    long adjustment = 0;
    if (type != WakeType.READ_OWNED) {
      // Counted before the others, so that no writer can come in once this one is seen.
      adjustment = READER_BIAS;
      long old = count.fetchAdd(READER_BIAS);
      if ((old & WRITER_LOCKED) != 0) {
        if (machine().nowNs() >= first.timeoutNs) {
          if ((old & FLAG_HANDOFF) == 0) {
            adjustment -= FLAG_HANDOFF;
          }
          first.handoffSet = true;
        }
        count.fetchAdd(-adjustment);
        return List.of();
      }
      setReaderOwned(first.task);
    }

    List<Waiter> granted = new ArrayList<>();
    for (int i = 0; i < waiters.size() && granted.size() < READERS_WAKEUP_MAX; ) {
      if (waiters.get(i).reader) {
        granted.add(waiters.remove(i));
      } else {
        i++;
      }
    }
    adjustment = granted.size() * READER_BIAS - adjustment;
    long now = count.readOnce();
    if (waiters.isEmpty()) {
      adjustment -= FLAG_WAITERS;
      adjustment -= now & FLAG_HANDOFF;
    } else if (!granted.isEmpty() && (now & FLAG_HANDOFF) != 0) {
      adjustment -= FLAG_HANDOFF;
    }
    if (adjustment != 0) {
      count.fetchAdd(adjustment);
    }
    List<Task> wake = new ArrayList<>(granted.size());
    for (Waiter waiter : granted) {
      waiter.waiting.storeRelease(null);
      wake.add(waiter.task);
    }
    return wake;
  }

  private static void wakeAll(List<Task> tasks) {
    for (Task task : tasks) {
      task.wakeUpProcess();
    }
  }

  // ---- the owner word

  private static long ownerOf(Context context) {
    return (context.index() + 1L) << 2;
  }

  private void setReaderOwned(Context me) {
    owner.writeOnce(ownerOf(me) | READER_OWNED | (owner.readOnce() & NONSPINNABLE));
  }

  private void clearNonspinnable() {
    if ((owner.readOnce() & NONSPINNABLE) != 0) {
      owner.fetchAnd(~NONSPINNABLE);
    }
  }

  private void checkOwner(Context me, String operation) {
    long now = owner.readOnce();
    if (now != ownerOf(me) && (now & NONSPINNABLE) == 0) {
      throw new KernelFault(
          ReportKind.BUG,
          "BUG: " + operation + " by " + me.name() + " of " + name() + ", whose state is " + this);
    }
  }

  private @Nullable Context ownerContext() {
    int index = ownerIndex();
    return index < 0 ? null : machine().contexts().get(index);
  }

  /** The number of the context that the owner word names, or -1; for properties. */
  public int ownerIndex() {
    return (int) (owner.peek() >> 2) - 1;
  }

  /** The task that owns the lock as the owner word has it, or null; for printing and properties. */
  public @Nullable String ownerName() {
    Context context = ownerContext();
    return context == null ? null : context.name();
  }

  /** How many tasks are queued; for printing and for properties. */
  public int waiterCount() {
    return waiters.size();
  }

  /** The count word; for printing and for properties. */
  public long countWord() {
    return count.peek();
  }

  private void told(Happening.LockAction action, String mode) {
    if (machine().tracing()) {
      machine().trace(new Happening.Locked(action, name(), mode, describe()));
    }
  }

  @Override
  public List<String> holders() {
    long now = count.peek();
    Context context = ownerContext();
    if ((now & WRITER_LOCKED) != 0) {
      return List.of(context == null ? "a writer" : context.name());
    }
    long readers = (now & READER_MASK) >> 8;
    return readers == 0 ? List.of() : List.of(readers + " reader(s)");
  }

  /** The words in full: count bits, owner, queue. */
  @Override
  public String describe() {
    long now = count.peek();
    StringBuilder text = new StringBuilder("count 0x").append(Long.toHexString(now));
    List<String> bits = new ArrayList<>();
    if ((now & WRITER_LOCKED) != 0) {
      bits.add("WRITER");
    }
    if ((now & FLAG_WAITERS) != 0) {
      bits.add("WAITERS");
    }
    if ((now & FLAG_HANDOFF) != 0) {
      bits.add("HANDOFF");
    }
    if ((now & READER_MASK) != 0) {
      bits.add("readers " + ((now & READER_MASK) >> 8));
    }
    if (!bits.isEmpty()) {
      text.append(" (").append(String.join(" | ", bits)).append(')');
    }
    String who = ownerName();
    if (owner.peek() != 0) {
      text.append(", owner ").append(who == null ? "nobody" : who);
      if ((owner.peek() & READER_OWNED) != 0) {
        text.append(" (reader)");
      }
    }
    if (!waiters.isEmpty()) {
      List<String> queue = new ArrayList<>();
      for (Waiter waiter : waiters) {
        queue.add(waiter.task.name() + (waiter.reader ? " R" : " W"));
      }
      text.append(", queue ").append(queue);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
