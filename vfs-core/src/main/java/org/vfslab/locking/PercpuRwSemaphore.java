package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.lockdep.WaitType;
import org.vfslab.machine.Access;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitEntry;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PerCpuWord;
import org.vfslab.trace.Happening;

/**
 * A read-write lock whose readers only count, each on its own CPU: {@code percpu_rw_semaphore}.
 *
 * <p>A waiting writer holds back later readers, so reading is not recursive. A reader may be ended
 * by another context than the one that began it; lockdep then has to be told lies with {@link
 * #lockdepRelease} and {@link #lockdepAcquire}.
 *
 * <p>Follows {@code kernel/locking/percpu-rwsem.c} and {@code include/linux/percpu-rwsem.h}, 7.2
 * (the form without an embedded rwsem, since 5.7).
 */
public final class PercpuRwSemaphore extends Shared implements Blocker {

  /*
   * Overview. Readers add 1 to the part of readCount on their CPU; only the sum over all CPUs says
   * how many there are. A writer first makes rss non-idle, so that every reader goes the slow way,
   * then sets block, then waits until the sum is 0. A slow reader counts itself first and asks for
   * block afterwards, and takes itself back if it is set; so once block is set the sum can only
   * fall, and 0 is stable.
   *
   *   rss      idle: readers count and ask nothing
   *   block    1: a writer has the lock or waits for the readers to leave
   *   writer   that writer, to be woken when a reader leaves
   *   waiters  readers and writers in the order of their coming, all exclusive; a wake-up takes
   *            the lock on behalf of the first, and goes on to the next unless that was a writer
   */
  private final Lockdep lockdep;
  private final LockMap map;
  private final Rcu rcu;
  private final RcuSync rss;
  private final PerCpuWord readCount;
  private final AtomicWord block;
  private final AtomicRef<Task> writer;
  private final WaitQueue waiters;

  /** A free lock whose class is called {@code name}. */
  public PercpuRwSemaphore(Lockdep lockdep, Rcu rcu, String name) {
    super(lockdep.machine(), name);
    Machine machine = lockdep.machine();
    this.lockdep = lockdep;
    this.map = lockdep.register(name, WaitType.INV);
    this.rcu = rcu;
    this.rss = new RcuSync(rcu, name);
    this.readCount = new PerCpuWord(machine, name);
    this.block = new AtomicWord(machine, name, 0);
    this.writer = new AtomicRef<>(machine, name, null);
    this.waiters = new WaitQueue(machine, name);
  }

  /** One that waits; its lock is taken by whoever wakes it, who then clears {@code waiting}. */
  private final class Waiter extends WaitEntry {
    private final boolean reader;
    private final AtomicWord waiting = new AtomicWord(machine(), name(), 1);

    Waiter(Task task, boolean reader) {
      super(task, true);
      this.reader = reader;
    }

    @Override
    protected Wake wake(int states) {
      if (!(reader ? readTrylockSlow(machine().current()) : writeTrylock())) {
        return Wake.STOP;
      }
      waiting.storeRelease(0);
      task().wakeUp(TaskState.NORMAL);
      return reader ? Wake.WOKEN_UNCOUNTED : Wake.WOKEN;
    }
  }

  /** {@code percpu_down_read}: sleeps, uninterruptibly, while a writer has or awaits the lock. */
  public void downRead() {
    Task me = machine().currentTask();
    me.mightSleep("percpu_down_read");
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, Mode.READ, "percpu_down_read");
    if (!readFast(me) && !readTrylockSlow(me)) {
      sleepInQueue(me, true);
    }
    told(Happening.LockAction.ACQUIRED, "read");
    machine().endCall();
  }

  /** {@code percpu_down_read_trylock}: any context; returns whether the lock was taken. */
  public boolean downReadTrylock() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    boolean taken = readFast(me) || readTrylockSlow(me);
    if (taken) {
      lockdep.acquire(map, 0, true, Mode.READ, true, null, "percpu_down_read_trylock");
      told(Happening.LockAction.ACQUIRED, "read");
    }
    machine().endCall();
    return taken;
  }

  /**
   * {@code percpu_up_read}: any context but NMI, and not necessarily the one that took the lock.
   * Never sleeps.
   */
  public void upRead() {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    lockdep.release(map);
    rcu.readLockSchedNotrace(me);
    if (rss.isIdle()) {
      readCount.add(me, -1);
    } else {
      readCount.addMb(me, -1); // before the look at writer
      wakeWriter();
    }
    rcu.readUnlockSchedNotrace(me);
    told(Happening.LockAction.RELEASED, "read");
    machine().endCall();
  }

  /** {@code percpu_down_write}: sleeps, uninterruptibly, until all readers have left. */
  public void downWrite() {
    Task me = machine().currentTask();
    me.mightSleep("percpu_down_write");
    machine().beginCall(this, Access.WRITE);
    lockdep.acquire(map, Mode.WRITE, "percpu_down_write");
    rss.enter();
    if (!writeTrylock()) {
      sleepInQueue(me, false);
    }
    waitForReaders(me);
    told(Happening.LockAction.ACQUIRED, "write");
    machine().endCall();
  }

  /** {@code percpu_up_write}: any task; never sleeps. */
  public void upWrite() {
    machine().beginCall(this, Access.WRITE);
    lockdep.release(map);
    block.storeRelease(0);
    waiters.wakeUp(TaskState.NORMAL, 1);
    rss.exit();
    told(Happening.LockAction.RELEASED, "write");
    machine().endCall();
  }

  private boolean readFast(Context me) {
    rcu.readLockSchedNotrace(me);
    boolean fast = rss.isIdle();
    if (fast) {
      readCount.add(me, 1);
    }
    rcu.readUnlockSchedNotrace(me);
    return fast;
  }

  private boolean readTrylockSlow(Context me) {
    readCount.addMb(me, 1); // before the look at block (A)
    if (block.loadAcquire() == 0) {
      return true;
    }
    readCount.addMb(me, -1); // before the look at writer
    wakeWriter();
    return false;
  }

  private boolean writeTrylock() {
    return block.readOnce() == 0 && block.xchg(1) == 0;
  }

  private void wakeWriter() {
    Task waiting = writer.loadAcquire();
    if (waiting != null) {
      waiting.wakeUpProcess();
    }
  }

  private void sleepInQueue(Task me, boolean reader) {
    Waiter waiter = new Waiter(me, reader);
    waiters.lock();
    boolean queued = !(reader ? readTrylockSlow(me) : writeTrylock());
    if (queued) {
      waiters.addLocked(waiter);
    }
    waiters.unlock();
    if (!queued) {
      return;
    }
    me.waitsFor(this);
    lockdep.contended(map, reader ? "percpu_down_read" : "percpu_down_write");
    told(Happening.LockAction.WAITS, reader ? "read" : "write");
    while (true) {
      me.setCurrentState(TaskState.UNINTERRUPTIBLE);
      if (waiter.waiting.loadAcquire() == 0) {
        break;
      }
      me.schedule();
    }
    me.setCurrentState(TaskState.RUNNING);
    lockdep.acquired(map, reader ? "percpu_down_read" : "percpu_down_write");
    me.waitsFor(null);
  }

  private void waitForReaders(Task me) {
    if (readCount.sum() == 0) {
      return;
    }
    me.waitsFor(this);
    told(Happening.LockAction.WAITS, "readers to leave");
    writer.storeRelease(me);
    while (true) {
      me.setCurrentState(TaskState.UNINTERRUPTIBLE);
      if (readCount.sum() == 0) {
        break;
      }
      me.schedule();
    }
    me.setCurrentState(TaskState.RUNNING);
    writer.storeRelease(null);
    me.waitsFor(null);
  }

  /**
   * {@code percpu_rwsem_release}: tells lockdep, and nobody else, that the current context does not
   * hold the lock any more.
   */
  public void lockdepRelease() {
    lockdep.releaseForAnother(map);
  }

  /**
   * {@code percpu_rwsem_acquire}: tells lockdep that the current context holds the lock, as if it
   * had got it by a trylock.
   */
  public void lockdepAcquire(Mode mode) {
    lockdep.acquireFromAnother(map, mode, "percpu_rwsem_acquire");
  }

  /** Whether the current context holds the lock in any mode, as far as lockdep knows. */
  public LockState isHeld() {
    return lockdep.isHeld(map);
  }

  /** {@code percpu_is_read_locked}: somebody reads, and no writer has or awaits the lock. */
  public boolean isReadLocked() {
    return readCount.sum() != 0 && block.readOnce() == 0;
  }

  /** {@code percpu_is_write_locked}: a writer has the lock or waits for the readers to leave. */
  public boolean isWriteLocked() {
    return block.readOnce() != 0;
  }

  /** How many readers there are; for printing and for properties. */
  public long readers() {
    return readCount.peek();
  }

  /** Whether a writer has the lock or waits for the readers to leave; for printing. */
  public boolean isBlocked() {
    return block.peek() != 0;
  }

  private void told(Happening.LockAction action, String mode) {
    if (machine().tracing()) {
      machine().trace(new Happening.Locked(action, name(), mode, describe()));
    }
  }

  @Override
  public List<String> holders() {
    List<String> holders = new ArrayList<>();
    if (readCount.peek() > 0) {
      holders.add(readCount.peek() + " reader(s)");
    }
    @Nullable Task waiting = writer.peek();
    if (block.peek() != 0 && waiting == null) {
      holders.add("a writer");
    } else if (waiting != null) {
      holders.add("the writer " + waiting.name() + ", which waits for the readers");
    }
    return holders;
  }

  @Override
  public String describe() {
    List<Task> queue = waiters.waiters();
    return "readers "
        + readCount.peek()
        + ", block "
        + block.peek()
        + (queue.isEmpty() ? "" : ", queue " + queue);
  }

  @Override
  public String toString() {
    return name() + ": rcu_sync " + rss + ", " + describe();
  }
}
