package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.lockdep.WaitType;
import org.vfslab.machine.Access;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Context;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.memory.AtomicWord;

/**
 * Sleepable read-copy-update: {@code struct srcu_struct}. Readers may sleep and nest, and are never
 * held up; {@link #synchronizeSrcu} returns when every reader that began before the call has ended,
 * and does not wait for those that begin later.
 *
 * <p>Waiting for a grace period inside a reader of the same domain hangs for ever, directly or by
 * way of a lock whose holder waits.
 *
 * <p>Follows {@code kernel/rcu/srcutree.c} and {@code include/linux/srcu.h}, 7.2, with one node for
 * all CPUs instead of a tree.
 */
public final class Srcu extends Shared {

  /*
   * Overview. A reader counts itself under the current index, 0 or 1, and hands that index to
   * whoever ends it. A grace period waits until the index that is not current has no reader, flips
   * the current index, and waits for the other one:
   *
   *   IDLE --somebody needs one--> SCAN1: the old index has no straggler
   *        --flip--> SCAN2: the index that was current has no reader --> IDLE, callbacks
   *
   * SCAN1 is needed since a reader may fetch the index, sleep through a whole flip, and count itself
   * only then. New readers go to the new index, so no stream of them keeps a grace period going.
   * SrcuCounters has the counters, SrcuGracePeriod the state machine and the callbacks.
   */
  private final Lockdep lockdep;
  private final LockMap map;
  private final SrcuCounters counters;
  private final SrcuGracePeriod gracePeriod;
  private final Mutex barrierMutex;
  private final AtomicWord barrierSeq;

  /** How often each index had been locked when a task began to wait; for properties only. */
  private final Map<Task, long[]> begunAt = new ConcurrentHashMap<>();

  /** A domain without readers ({@code init_srcu_struct}) whose class is called {@code name}. */
  public Srcu(Lockdep lockdep, Rcu rcu, String name) {
    super(lockdep.machine(), name);
    this.lockdep = lockdep;
    this.map = lockdep.register(name, WaitType.INV);
    this.counters = new SrcuCounters(machine(), name);
    this.gracePeriod = new SrcuGracePeriod(machine(), rcu, name, counters);
    this.barrierMutex = new Mutex(lockdep, name + ".srcu_barrier_mutex");
    this.barrierSeq = new AtomicWord(machine(), name + " srcu_barrier_seq", 0);
  }

  /** How a reader counts; one domain has readers of one flavour ({@code SRCU_READ_FLAVOR_*}). */
  public enum Flavor {
    /** {@link #srcuReadLock} and {@link #srcuDownRead}. */
    NORMAL(1),
    /** {@link #srcuReadLockNmisafe}. */
    NMI(2),
    /** {@link #srcuReadLockFast}. */
    FAST(4),
    /** {@link #srcuDownReadFast}. */
    FAST_UPDOWN(8);

    private final int bit;

    Flavor(int bit) {
      this.bit = bit;
    }

    /** The bit of the kernel. */
    int bit() {
      return bit;
    }
  }

  // ---- readers

  /**
   * {@code srcu_read_lock}: begins a reader that the same context ends. Any context; never waits.
   *
   * @return the index, for {@link #srcuReadUnlock}
   */
  public int srcuReadLock() {
    lockdep.acquire(map, 0, false, Mode.READ_RECURSIVE, true, null, "srcu_read_lock");
    return begin(Flavor.NORMAL);
  }

  /** {@code srcu_read_unlock}: ends a reader of this context. */
  public void srcuReadUnlock(int index) {
    lockdep.release(map);
    end(index, Flavor.NORMAL);
  }

  /**
   * {@code srcu_down_read}: begins a reader that any context may end. Lockdep is not told, so it
   * warns neither of a return to user space nor of a deadlock.
   */
  public int srcuDownRead() {
    return begin(Flavor.NORMAL);
  }

  /** {@code srcu_up_read}: ends a reader of {@link #srcuDownRead}. Any context but NMI. */
  public void srcuUpRead(int index) {
    end(index, Flavor.NORMAL);
  }

  /** {@code srcu_read_lock_nmisafe}: as {@link #srcuReadLock}, also for NMI handlers. */
  public int srcuReadLockNmisafe() {
    int index = begin(Flavor.NMI);
    lockdep.acquire(map, 0, true, Mode.READ_RECURSIVE, true, null, "srcu_read_lock_nmisafe");
    return index;
  }

  /** {@code srcu_read_unlock_nmisafe}. */
  public void srcuReadUnlockNmisafe(int index) {
    lockdep.release(map);
    end(index, Flavor.NMI);
  }

  /**
   * {@code srcu_read_lock_fast}: as {@link #srcuReadLock}, with the reader's barriers left to the
   * grace period.
   *
   * @return what the kernel returns as a pointer to the counter
   */
  public int srcuReadLockFast() {
    int index = begin(Flavor.FAST);
    lockdep.acquire(map, 0, true, Mode.READ_RECURSIVE, true, null, "srcu_read_lock_fast");
    return index;
  }

  /** {@code srcu_read_unlock_fast}. */
  public void srcuReadUnlockFast(int index) {
    lockdep.release(map);
    end(index, Flavor.FAST);
  }

  /** {@code srcu_down_read_fast}: as {@link #srcuDownRead}, fast. */
  public int srcuDownReadFast() {
    return begin(Flavor.FAST_UPDOWN);
  }

  /** {@code srcu_up_read_fast}. */
  public void srcuUpReadFast(int index) {
    end(index, Flavor.FAST_UPDOWN);
  }

  private int begin(Flavor flavor) {
    Context me = machine().current();
    machine().beginCall(this, Access.READ);
    alive(me);
    counters.checkFlavor(me, flavor);
    int index = gracePeriod.beginReader(me, flavor);
    machine().endCall();
    return index;
  }

  private void end(int index, Flavor flavor) {
    Context me = machine().current();
    if (index < 0 || index > 1) {
      throw new KernelFault(
          ReportKind.BUG,
          "WARNING: srcu_read_unlock of "
              + name()
              + " by "
              + me.name()
              + " with "
              + index
              + ", which srcu_read_lock did not return");
    }
    machine().beginCall(this, Access.READ);
    alive(me);
    counters.checkFlavor(me, flavor);
    gracePeriod.endReader(me, index, flavor);
    machine().endCall();
  }

  private void alive(Context me) {
    if (isFreed()) {
      throw new KernelFault(
          ReportKind.USE_AFTER_FREE,
          "use after free: " + me.name() + " touches " + name() + " after cleanup_srcu_struct");
    }
  }

  /** {@code srcu_read_lock_held}: whether this context reads, as far as lockdep knows. */
  public org.vfslab.lockdep.LockState isReadHeld() {
    return lockdep.isHeld(map);
  }

  // ---- updaters

  /**
   * {@code synchronize_srcu}: sleeps until every reader that began before has ended. Process
   * context, outside any reader of this domain.
   */
  public void synchronizeSrcu() {
    synchronize("synchronize_srcu", true);
  }

  /** {@code synchronize_srcu_expedited}: the same, looking again without delay. */
  public void synchronizeSrcuExpedited() {
    synchronize("synchronize_srcu_expedited", false);
  }

  private void synchronize(String site, boolean normal) {
    Task me = machine().currentTask();
    lockdep.sync(map, site); // tells of a reader of this domain, too
    gracePeriod.checkNotInRcu(site);
    me.mightSleep(site);
    alive(me);
    machine().beginCall(this, Access.WRITE);
    begunAt.put(me, new long[] {counters.locksNow(0), counters.locksNow(1)});
    Completion done = new Completion(machine(), site + " of " + name());
    gracePeriod.call(me, done::complete, normal && !gracePeriod.mightBeIdle(me));
    machine().endCall();
    done.waitForCompletion();
    begunAt.remove(me);
  }

  /**
   * {@code call_srcu}: has {@code callback} run after a grace period, in a worker with soft
   * interrupts disabled. Any context; never sleeps.
   */
  public void callSrcu(Runnable callback) {
    Context me = machine().current();
    machine().beginCall(this, Access.WRITE);
    alive(me);
    gracePeriod.call(me, callback, true);
    machine().endCall();
  }

  /** {@code srcu_barrier}: sleeps until all callbacks of earlier {@link #callSrcu} have run. */
  public void srcuBarrier() {
    Task me = machine().currentTask();
    me.mightSleep("srcu_barrier");
    long wanted = GpSeq.snap(barrierSeq.loadAcquire());
    barrierMutex.lock();
    if (!GpSeq.isDone(barrierSeq.loadAcquire(), wanted)) {
      barrierSeq.writeOnce(GpSeq.started(barrierSeq.readOnce()));
      Completion done = new Completion(machine(), "srcu_barrier of " + name());
      AtomicWord left = new AtomicWord(machine(), "srcu_barrier_cpu_cnt", 1);
      Runnable ran =
          () -> {
            if (left.addReturn(-1) == 0) {
              done.complete();
            }
          };
      gracePeriod.entrainEverywhere(me, left, ran);
      ran.run();
      done.waitForCompletion();
      barrierSeq.storeRelease(GpSeq.ended(barrierSeq.readOnce()));
    }
    barrierMutex.unlock();
  }

  /** {@code get_state_synchronize_srcu}: a cookie for {@link #pollStateSynchronizeSrcu}. */
  public long getStateSynchronizeSrcu() {
    return gracePeriod.snapshot();
  }

  /** {@code start_poll_synchronize_srcu}: the same, and sees to it that the grace period comes. */
  public long startPollSynchronizeSrcu() {
    machine().beginCall(this, Access.WRITE);
    long cookie = gracePeriod.startPoll(machine().current());
    machine().endCall();
    return cookie;
  }

  /** {@code poll_state_synchronize_srcu}: whether the grace period of the cookie has ended. */
  public boolean pollStateSynchronizeSrcu(long cookie) {
    return gracePeriod.hasEnded(cookie);
  }

  /**
   * {@code cleanup_srcu_struct}: gives the domain back. Process context; sleeps for workers that
   * are about to be done. With readers, callbacks or a grace period left it warns and leaks the
   * domain.
   *
   * @return whether it was given back
   */
  public boolean cleanupSrcuStruct() {
    machine().currentTask().mightSleep("cleanup_srcu_struct");
    if (counters.anyActive()) {
      return leak("readers");
    }
    String left = gracePeriod.flush();
    if (!left.isEmpty()) {
      return leak(left);
    }
    if (counters.anyActive()) {
      return leak("readers");
    }
    markFreed();
    return true;
  }

  private boolean leak(String what) {
    String title = "WARNING: cleanup_srcu_struct: " + name() + " has " + what + " left; leaked";
    machine().report(ReportKind.BUG, title, title + ": " + this);
    return false;
  }

  // ---- for properties and printing

  /**
   * How many readers are active that had begun when {@code task} called the {@code
   * synchronize_srcu} in which it is; 0 if it is in none. Where several have the same index, those
   * that began first are taken to end first.
   */
  public long activeReadersBefore(Task task) {
    long[] begun = begunAt.get(task);
    if (begun == null) {
      return 0;
    }
    long active = 0;
    for (int i = 0; i < 2; i++) {
      active += Math.max(0, begun[i] - counters.unlocksPeek(i));
    }
    return active;
  }

  /** Whether anybody reads; for properties. */
  public boolean hasReadersNow() {
    return counters.locksNow(0) + counters.locksNow(1)
        != counters.unlocksPeek(0) + counters.unlocksPeek(1);
  }

  /** The state in one line: grace period, index, readers of each index, callbacks. */
  public String describe() {
    List<String> waiting = new ArrayList<>();
    for (Task task : machine().tasks()) {
      if (begunAt.containsKey(task)) {
        waiting.add(task.name());
      }
    }
    return gracePeriod + ", " + counters + (waiting.isEmpty() ? "" : ", waiting " + waiting);
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
