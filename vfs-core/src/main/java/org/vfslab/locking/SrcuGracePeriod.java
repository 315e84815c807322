package org.vfslab.locking;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.Timer;
import org.vfslab.machine.WaitQueue;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicWord;

/**
 * The grace periods of an {@link Srcu} domain: who needs one, how far the one in progress is, and
 * what is to be called at its end ({@code struct srcu_usage}).
 */
final class SrcuGracePeriod {

  /*
   * Overview. gpSeq has the number of the grace period, and in its lower two bits IDLE, SCAN1 or
   * SCAN2. gpSeqNeeded is the number that somebody waits for. One work, which never runs twice at the
   * same time, moves gpSeq: it looks at an index, and if readers are left it comes back later. Each
   * CPU has its list of callbacks, and a work that calls those whose number was reached.
   *
   * "Later" is a jiffy on a live machine, as in the kernel, or at once if somebody wants it expedited.
   * A deterministic machine's time stands still while anybody can run, so there a look that changes
   * nothing need not be made: the work says that it is parked, looks once more, and goes; a reader that
   * ends and finds it parked sends it back.
   */
  static final int IDLE = 0;
  static final int SCAN1 = 1;
  static final int SCAN2 = 2;

  /** {@code SRCU_INTERVAL}: a jiffy at 250 Hz. */
  private static final long INTERVAL_NS = 4_000_000;

  /** {@code SRCU_DEFAULT_EXP_HOLDOFF}: after this long without one, a grace period is expedited. */
  private static final long EXPEDITE_AFTER_NS = 25_000;

  private final Machine machine;
  private final Rcu rcu;
  private final SrcuCounters counters;

  /** {@code srcu_ctrp}: the index for new readers. */
  private final AtomicWord current;

  private final AtomicWord gpSeq;
  private final AtomicWord gpSeqNeeded;
  private final AtomicWord gpSeqNeededExp;
  private final AtomicWord lastGpEndNs;

  /** {@code srcu_usage.lock}: protects changes of the four words above. */
  private final RawLock lock;

  private final Work work;
  private final AtomicWord parked;
  private final @Nullable Timer retry;
  private final AtomicWord retryPending;
  private final PerCpu[] cpus;

  /** How many workers are at callbacks, and who waits for their end. */
  private final AtomicWord invokers;

  private final WaitQueue flushers;

  SrcuGracePeriod(Machine machine, Rcu rcu, String name, SrcuCounters counters) {
    this.machine = machine;
    this.rcu = rcu;
    this.counters = counters;
    current = new AtomicWord(machine, name + " srcu_ctrp", 0);
    gpSeq = new AtomicWord(machine, name + " srcu_gp_seq", 0);
    gpSeqNeeded = new AtomicWord(machine, name + " srcu_gp_seq_needed", 0);
    gpSeqNeededExp = new AtomicWord(machine, name + " srcu_gp_seq_needed_exp", 0);
    lastGpEndNs = new AtomicWord(machine, name + " srcu_last_gp_end", 0);
    lock = new RawLock(machine, name + " srcu lock");
    work = new Work(machine, "process_srcu of " + name, this::process);
    parked = new AtomicWord(machine, name + " parked", 0);
    retryPending = new AtomicWord(machine, name + " retry pending", 0);
    retry =
        machine.isLive()
            ? new Timer(
                machine,
                machine.irqLine(name + " retry", IrqLine.Kind.SOFT, machine.cpu(0)),
                this::retry)
            : null;
    cpus = new PerCpu[machine.config().cpus()];
    for (int cpu = 0; cpu < cpus.length; cpu++) {
      cpus[cpu] = new PerCpu(name + "/cpu" + cpu);
    }
    invokers = new AtomicWord(machine, name + " invokers", 0);
    flushers = new WaitQueue(machine, name + " flush_work");
  }

  /** {@code struct srcu_data}: the part of the updaters. */
  private final class PerCpu {
    private final RawLock lock;
    private final Work invoke;

    // Protected by lock.
    private final SegmentedCallbacks callbacks = new SegmentedCallbacks();
    private boolean invoking;
    private long needed;
    private long neededExp;

    PerCpu(String name) {
      lock = new RawLock(machine, name + " srcu_cblist");
      invoke = new Work(machine, "srcu_invoke_callbacks of " + name, () -> invokeCallbacks(this));
    }
  }

  /** The caller is about to wait for readers, which it must not inside an RCU section. */
  void checkNotInRcu(String site) {
    rcu.checkNotInside(
        site,
        "Illegal synchronize_srcu() in same-type SRCU (or in RCU) read-side critical section");
  }

  // ---- readers

  int beginReader(Context me, Srcu.Flavor flavor) {
    int index = (int) current.readOnce();
    boolean fast = isFast(flavor);
    if (fast) {
      rcu.readLockSchedNotrace(me);
    }
    counters.lock(me, index);
    if (fast) {
      rcu.readUnlockSchedNotrace(me);
    }
    return index;
  }

  void endReader(Context me, int index, Srcu.Flavor flavor) {
    boolean fast = isFast(flavor);
    if (fast) {
      rcu.readLockSchedNotrace(me);
    }
    counters.unlock(me, index);
    if (fast) {
      rcu.readUnlockSchedNotrace(me);
    }
    if (parked.readOnce() != 0 && parked.xchg(0) != 0) {
      machine.systemWorkqueue().queueWork(work);
    }
  }

  private static boolean isFast(Srcu.Flavor flavor) {
    return flavor == Srcu.Flavor.FAST || flavor == Srcu.Flavor.FAST_UPDOWN;
  }

  // ---- who needs a grace period

  /** {@code __call_srcu}. */
  void call(Context me, Runnable callback, boolean normal) {
    startIfNeeded(me, callback, normal);
  }

  /** {@code start_poll_synchronize_srcu}. */
  long startPoll(Context me) {
    return startIfNeeded(me, null, true);
  }

  long snapshot() {
    return GpSeq.snap(gpSeq.loadAcquire());
  }

  boolean hasEnded(long cookie) {
    return GpSeq.isDone(gpSeq.loadAcquire(), cookie);
  }

  /** {@code srcu_might_be_idle}: whether a caller may well be the only one. */
  boolean mightBeIdle(Context me) {
    PerCpu cpu = cpus[me.cpu().number()];
    cpu.lock.lockIrqSave(me);
    boolean busy = cpu.callbacks.length() > 0;
    cpu.lock.unlockIrqRestore(me);
    return !busy
        && machine.nowNs() - lastGpEndNs.readOnce() > EXPEDITE_AFTER_NS
        && GpSeq.isDone(gpSeq.readOnce(), gpSeqNeeded.readOnce());
  }

  /** {@code srcu_gp_start_if_needed}. */
  private long startIfNeeded(Context me, @Nullable Runnable callback, boolean normal) {
    PerCpu cpu = cpus[me.cpu().number()];
    cpu.lock.lockIrqSave(me);
    if (callback != null) {
      cpu.callbacks.enqueue(callback);
    }
    // First the number, then what has ended: the other way round a grace period could end in
    // between, and the callbacks before ours would keep a number for which nobody waits.
    long wanted = snapshot();
    if (callback != null) {
      cpu.callbacks.advance(gpSeq.loadAcquire());
      cpu.callbacks.accelerate(wanted);
    }
    boolean need = cpu.needed < wanted;
    cpu.needed = Math.max(cpu.needed, wanted);
    boolean needExp = !normal && cpu.neededExp < wanted;
    if (needExp) {
      cpu.neededExp = wanted;
    }
    cpu.lock.unlockIrqRestore(me);
    if (need || needExp) {
      funnel(me, wanted, normal);
    }
    return wanted;
  }

  /**
   * {@code srcu_funnel_gp_start}: notes that {@code wanted} is wanted, and starts if all is idle.
   */
  private void funnel(Context me, long wanted, boolean normal) {
    lock.lockIrqSave(me);
    if (gpSeqNeeded.readOnce() < wanted) {
      gpSeqNeeded.writeOnce(wanted);
    }
    if (!normal && gpSeqNeededExp.readOnce() < wanted) {
      gpSeqNeededExp.writeOnce(wanted);
    }
    long seq = gpSeq.readOnce();
    boolean start = !GpSeq.isDone(seq, wanted) && GpSeq.state(seq) == IDLE;
    if (start) {
      start();
    }
    long delayNs = delayNs();
    lock.unlockIrqRestore(me);
    if (start) {
      queue(delayNs);
    }
  }

  // ---- the state machine

  /** {@code srcu_gp_start}, with lock held. */
  private void start() {
    gpSeq.storeRelease(GpSeq.started(gpSeq.readOnce()));
  }

  /** {@code srcu_get_delay}. */
  private long delayNs() {
    return gpSeq.readOnce() < gpSeqNeededExp.readOnce() ? 0 : INTERVAL_NS;
  }

  private void queue(long delayNs) {
    if (retry == null || delayNs == 0) {
      machine.systemWorkqueue().queueWork(work);
    } else if (retryPending.xchg(1) == 0) {
      retry.start(delayNs);
    }
  }

  private void retry() {
    retryPending.xchg(0);
    machine.systemWorkqueue().queueWork(work);
  }

  /** {@code process_srcu}. */
  private void process() {
    Context me = machine.current();
    machine.beginCall(current, Access.WRITE);
    int busy = advance(me);
    if (busy >= 0 && retry == null) {
      park(busy);
    } else {
      reschedule(me);
    }
    machine.endCall();
  }

  /** {@code srcu_advance_state}: returns the index that still has readers, or -1. */
  private int advance(Context me) {
    if (GpSeq.state(gpSeq.loadAcquire()) == IDLE) {
      lock.lockIrqSave(me);
      boolean start =
          GpSeq.state(gpSeq.readOnce()) == IDLE
              && !GpSeq.isDone(gpSeq.readOnce(), gpSeqNeeded.readOnce());
      if (start) {
        start();
      }
      lock.unlockIrqRestore(me);
      if (!start) {
        return -1;
      }
    }
    if (GpSeq.state(gpSeq.readOnce()) == SCAN1) {
      int old = 1 - (int) current.readOnce();
      if (!counters.isInactive(old, rcu)) {
        return old;
      }
      current.xchg(old); // srcu_flip, with the barriers E before and D after it
      lock.lockIrqSave(me);
      gpSeq.writeOnce(GpSeq.inState(gpSeq.readOnce(), SCAN2));
      lock.unlockIrqRestore(me);
    }
    int old = 1 - (int) current.readOnce();
    if (!counters.isInactive(old, rcu)) {
      return old;
    }
    end(me);
    return -1;
  }

  /** {@code srcu_gp_end}. */
  private void end(Context me) {
    lock.lockIrqSave(me);
    lastGpEndNs.writeOnce(machine.nowNs());
    gpSeq.storeRelease(GpSeq.ended(gpSeq.readOnce()));
    lock.unlockIrqRestore(me);
    for (PerCpu cpu : cpus) {
      cpu.lock.lockIrqSave(me);
      boolean any = cpu.callbacks.length() > 0;
      cpu.lock.unlockIrqRestore(me);
      if (any) {
        machine.systemWorkqueue().queueWork(cpu.invoke);
      }
    }
  }

  /** {@code srcu_reschedule}. */
  private void reschedule(Context me) {
    lock.lockIrqSave(me);
    boolean push = !GpSeq.isDone(gpSeq.readOnce(), gpSeqNeeded.readOnce());
    if (push && GpSeq.state(gpSeq.readOnce()) == IDLE) {
      start();
    }
    long delayNs = delayNs();
    lock.unlockIrqRestore(me);
    if (push) {
      queue(delayNs);
    }
  }

  /** Has the next reader that ends send the work back, unless the last of them just did. */
  private void park(int index) {
    parked.xchg(1);
    if (counters.isInactive(index, rcu) && parked.xchg(0) != 0) {
      machine.systemWorkqueue().queueWork(work);
    }
  }

  // ---- callbacks

  /** {@code srcu_invoke_callbacks}. */
  private void invokeCallbacks(PerCpu cpu) {
    machine.beginCall(cpu.lock, Access.WRITE);
    invokeCallbacks(machine.current(), cpu);
    machine.endCall();
  }

  private void invokeCallbacks(Context me, PerCpu cpu) {
    cpu.lock.lockIrqSave(me);
    cpu.callbacks.advance(gpSeq.loadAcquire());
    boolean mine = !cpu.invoking && cpu.callbacks.hasReady();
    List<Runnable> ready = List.of();
    if (mine) {
      cpu.invoking = true;
      invokers.fetchAdd(1);
      ready = cpu.callbacks.extractReady();
    }
    cpu.lock.unlockIrqRestore(me);
    if (!mine) {
      return;
    }
    for (Runnable callback : ready) {
      me.localBhDisable();
      callback.run();
      me.localBhEnable();
    }
    cpu.lock.lockIrqSave(me);
    cpu.callbacks.invoked(ready.size());
    cpu.callbacks.accelerate(snapshot());
    cpu.invoking = false;
    boolean more = cpu.callbacks.hasReady();
    cpu.lock.unlockIrqRestore(me);
    if (more) {
      machine.systemWorkqueue().queueWork(cpu.invoke);
    }
    if (invokers.addReturn(-1) == 0 && flushers.isActive()) {
      flushers.wakeUpAll();
    }
  }

  /** For each CPU with callbacks, adds one behind them and counts it in {@code left}. */
  void entrainEverywhere(Context me, AtomicWord left, Runnable callback) {
    for (PerCpu cpu : cpus) {
      cpu.lock.lockIrqSave(me);
      left.fetchAdd(1);
      if (!cpu.callbacks.entrain(callback)) {
        left.fetchAdd(-1);
      }
      cpu.lock.unlockIrqRestore(me);
    }
  }

  /** Waits for workers that call, then says what is left that should not be; empty if nothing. */
  String flush() {
    flushers.waitEvent("flush_work", () -> invokers.loadAcquire() == 0);
    Context me = machine.current();
    for (PerCpu cpu : cpus) {
      cpu.lock.lockIrqSave(me);
      int callbacks = cpu.callbacks.length();
      cpu.lock.unlockIrqRestore(me);
      if (callbacks > 0) {
        return callbacks + " callback(s)";
      }
    }
    long seq = gpSeq.loadAcquire();
    return GpSeq.state(seq) != IDLE || seq != gpSeqNeeded.loadAcquire() ? "a grace period" : "";
  }

  @Override
  public String toString() {
    long seq = gpSeq.peek();
    String state =
        switch (GpSeq.state(seq)) {
          case IDLE -> "IDLE";
          case SCAN1 -> "SCAN1";
          default -> "SCAN2";
        };
    return "gp_seq "
        + (seq >> 2)
        + " "
        + state
        + ", needed "
        + (gpSeqNeeded.peek() >> 2)
        + ", index "
        + current.peek();
  }
}
