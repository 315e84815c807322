package org.vfslab.locking;

import java.util.List;
import java.util.Set;
import org.vfslab.machine.Access;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PerCpuWord;

/**
 * A count of references that costs its users next to nothing until somebody asks for its end:
 * {@code struct percpu_ref}.
 *
 * <p>While it lives, references are counted on the CPUs that take and give them, and nobody knows
 * how many there are. {@link #kill} makes it one atomic word, after a grace period; who then gives
 * the last reference runs the release function, in whatever context that is. Nothing here waits for
 * that: callers pair a kill with a completion that the release function completes.
 *
 * <p>Follows {@code lib/percpu-refcount.c} and {@code include/linux/percpu-refcount.h}, 7.2; the
 * kernel has one switch lock and one queue for all references, here each has its own.
 */
public final class PercpuRef extends Shared implements Blocker {

  /*
   * Overview. The word beside the pointer to the per-CPU parts says how to count.
   *
   *   bit 0  REF_ATOMIC  count in `count`; otherwise on this CPU
   *   bit 1  REF_DEAD    killed: tryget_live fails, and the initial reference is gone or going
   *   bit 2  REF_EXITED  percpu_ref_exit gave the rest back; not a bit of the kernel, where the data
   *                      pointer is null then
   *
   * Users look at the word and count in one RCU section. So after a grace period nobody counts on a
   * CPU any more, and the parts can be summed up into count. Until then count must not be 0 when
   * references are given: it holds COUNT_BIAS in addition, which the sum takes off.
   *
   *   percpu --ATOMIC set, a reference taken--> switching --grace period--> sum - BIAS added,
   *     confirm called, the reference given
   *
   * confirm is not null from the beginning of a switch to its end; the next one waits for that.
   */
  static final long REF_ATOMIC = 1;
  static final long REF_DEAD = 2;
  static final long REF_EXITED = 4;

  /** {@code PERCPU_COUNT_BIAS}. */
  static final long COUNT_BIAS = Long.MIN_VALUE;

  /** How a reference begins. */
  public enum Flag {
    /** {@code PERCPU_REF_INIT_ATOMIC}: counted in the atomic word from the beginning. */
    INIT_ATOMIC,
    /** {@code PERCPU_REF_INIT_DEAD}: killed and without references, to be reinitialised. */
    INIT_DEAD,
    /** {@code PERCPU_REF_ALLOW_REINIT}: may go back to counting on the CPUs. */
    ALLOW_REINIT
  }

  private final Rcu rcu;
  private final Runnable release;
  private final boolean allowReinit;
  private final AtomicWord ptr;
  private final PerCpuWord percpuCount;
  private final AtomicWord count;
  private final RawLock switchLock;
  private final WaitQueue switchWaiters;

  /** What the switch in progress calls at its end; null when there is none. */
  private final AtomicRef<Runnable> confirm;

  // Protected by switchLock.
  private boolean forceAtomic;

  /**
   * {@code percpu_ref_init}: a reference count with one reference, its creator's.
   *
   * @param release runs when the last reference was given, in the context of who gave it; must not
   *     sleep
   */
  public PercpuRef(Rcu rcu, String name, Runnable release, Set<Flag> flags) {
    super(rcu.machine(), name);
    this.rcu = rcu;
    this.release = release;
    boolean atomic = flags.contains(Flag.INIT_ATOMIC) || flags.contains(Flag.INIT_DEAD);
    boolean dead = flags.contains(Flag.INIT_DEAD);
    this.allowReinit = atomic || flags.contains(Flag.ALLOW_REINIT);
    this.forceAtomic = flags.contains(Flag.INIT_ATOMIC);
    Machine machine = rcu.machine();
    this.ptr = new AtomicWord(machine, name, (atomic ? REF_ATOMIC : 0) | (dead ? REF_DEAD : 0));
    this.percpuCount = new PerCpuWord(machine, name);
    this.count =
        new AtomicWord(machine, name + " count", (atomic ? 0 : COUNT_BIAS) + (dead ? 0 : 1));
    this.switchLock = new RawLock(machine, name + " switch_lock");
    this.switchWaiters = new WaitQueue(machine, name + " switch_waitq");
    this.confirm = new AtomicRef<>(machine, name + " confirm_switch", null);
  }

  // ---- references

  /** {@code percpu_ref_get}: any context; the caller knows that there is a reference already. */
  public void get() {
    if (machine().currentOrNull() == null) {
      count.fetchAdd(1); // no CPU runs yet; the sum is what counts
      return;
    }
    Context me = begin(Access.READ);
    rcu.readLockWithin(me);
    if (isPercpu()) {
      percpuCount.add(me, 1);
    } else {
      count.fetchAdd(1);
    }
    end(me);
  }

  /** {@code percpu_ref_tryget}: any context; fails only if no reference is left. */
  public boolean tryget() {
    Context me = begin(Access.READ);
    rcu.readLockWithin(me);
    boolean got = true;
    if (isPercpu()) {
      percpuCount.add(me, 1);
    } else {
      got = incNotZero();
    }
    end(me);
    return got;
  }

  /**
   * {@code percpu_ref_tryget_live}: any context; fails once the count is known to be killed on this
   * CPU, which is everywhere when the kill was confirmed.
   */
  public boolean trygetLive() {
    Context me = begin(Access.READ);
    rcu.readLockWithin(me);
    boolean got = false;
    if (isPercpu()) {
      percpuCount.add(me, 1);
      got = true;
    } else if ((ptr.readOnce() & REF_DEAD) == 0) {
      got = incNotZero();
    }
    end(me);
    return got;
  }

  /** {@code percpu_ref_put}: any context; the last one runs the release function. */
  public void put() {
    Context me = begin(Access.READ);
    rcu.readLockWithin(me);
    if (isPercpu()) {
      percpuCount.add(me, -1);
    } else if (count.addReturn(-1) == 0) {
      release.run();
    }
    end(me);
  }

  private Context begin(Access access) {
    machine().beginCall(this, access);
    return machine().current();
  }

  private void end(Context me) {
    rcu.readUnlockWithin(me);
    machine().endCall();
  }

  private boolean isPercpu() {
    long word = ptr.loadAcquire();
    if ((word & REF_EXITED) != 0) {
      throw new KernelFault(
          ReportKind.USE_AFTER_FREE,
          "use after free: "
              + machine().current().name()
              + " touches percpu_ref "
              + name()
              + " after percpu_ref_exit");
    }
    return (word & (REF_ATOMIC | REF_DEAD)) == 0;
  }

  /** {@code atomic_long_inc_not_zero}; with the bias the count is below 0. */
  private boolean incNotZero() {
    long seen = count.readOnce();
    while (seen != 0) {
      if (count.compareAndSet(seen, seen + 1)) {
        return true;
      }
      seen = count.readOnce();
    }
    return false;
  }

  // ---- its end, and back

  /** {@code percpu_ref_kill}: {@link #killAndConfirm} without a call at the end of the switch. */
  public void kill() {
    killAndConfirm(PercpuRef::nothing);
  }

  /**
   * {@code percpu_ref_kill_and_confirm}: gives the initial reference, and starts counting in one
   * word. Sleeps only while an earlier switch is in progress.
   *
   * @param confirmKill called once no CPU lets {@link #trygetLive} succeed any more
   */
  public void killAndConfirm(Runnable confirmKill) {
    Context me = begin(Access.WRITE);
    switchLock.lockIrqSave(me);
    if ((ptr.readOnce() & REF_DEAD) != 0) {
      warn("percpu_ref_kill_and_confirm called more than once on " + name() + "!");
    }
    ptr.fetchOr(REF_DEAD);
    boolean call = switchMode(me, confirmKill);
    switchLock.unlockIrqRestore(me);
    callRcuIf(call);
    put();
    machine().endCall();
  }

  /**
   * {@code percpu_ref_switch_to_atomic}: counts in one word from now on, killed or not.
   *
   * @param confirmSwitch called when all CPUs do
   */
  public void switchToAtomic(Runnable confirmSwitch) {
    Context me = begin(Access.WRITE);
    switchLock.lockIrqSave(me);
    forceAtomic = true;
    boolean call = switchMode(me, confirmSwitch);
    switchLock.unlockIrqRestore(me);
    callRcuIf(call);
    machine().endCall();
  }

  /** {@code percpu_ref_switch_to_atomic_sync}: the same, and sleeps until all CPUs do. */
  public void switchToAtomicSync() {
    switchToAtomic(PercpuRef::nothing);
    switchWaiters.waitEvent(
        "percpu_ref_switch_to_atomic_sync", () -> confirm.loadAcquire() == null);
  }

  /** {@code percpu_ref_switch_to_percpu}: counts on the CPUs again, unless it is killed. */
  public void switchToPercpu() {
    Context me = begin(Access.WRITE);
    switchLock.lockIrqSave(me);
    forceAtomic = false;
    boolean call = switchMode(me, PercpuRef::nothing);
    switchLock.unlockIrqRestore(me);
    callRcuIf(call);
    machine().endCall();
  }

  /** {@code percpu_ref_reinit}: makes a count that was killed and reached 0 as new. */
  public void reinit() {
    if (!isZero()) {
      warn("percpu_ref_reinit of " + name() + ", whose count is not 0");
    }
    resurrect();
  }

  /** {@code percpu_ref_resurrect}: undoes {@link #kill} while references are left. */
  public void resurrect() {
    Context me = begin(Access.WRITE);
    switchLock.lockIrqSave(me);
    long word = ptr.readOnce();
    if ((word & REF_DEAD) == 0) {
      warn("percpu_ref_resurrect of " + name() + ", which was not killed");
    }
    ptr.fetchAnd(~REF_DEAD);
    get();
    boolean call = switchMode(me, PercpuRef::nothing);
    switchLock.unlockIrqRestore(me);
    callRcuIf(call);
    machine().endCall();
  }

  /** {@code percpu_ref_exit}: gives what the count needs back; no reference may be left. */
  public void exit() {
    Context me = begin(Access.WRITE);
    switchLock.lockIrqSave(me);
    if (confirm.loadAcquire() != null) {
      warn("percpu_ref_exit of " + name() + " while it is switched to atomic");
    }
    ptr.fetchOr(REF_EXITED | REF_ATOMIC | REF_DEAD);
    switchLock.unlockIrqRestore(me);
    machine().endCall();
  }

  /** {@code percpu_ref_is_zero}: no reference is left; false while counted on the CPUs. */
  public boolean isZero() {
    return !isPercpu() && count.loadAcquire() == 0;
  }

  /** {@code percpu_ref_is_dying}: it was killed. */
  public boolean isDying() {
    return (ptr.readOnce() & REF_DEAD) != 0;
  }

  // ---- switching, with switchLock held

  private static void nothing() {}

  /** {@code __percpu_ref_switch_mode}: returns whether a grace period is to be waited for. */
  private boolean switchMode(Context me, Runnable confirmSwitch) {
    while (confirm.loadAcquire() != null) {
      switchLock.unlockIrqRestore(me);
      switchWaiters.waitEvent("percpu_ref_switch_mode", () -> confirm.loadAcquire() == null);
      switchLock.lockIrqSave(me);
    }
    if (forceAtomic || (ptr.readOnce() & REF_DEAD) != 0) {
      return startToAtomic(confirmSwitch);
    }
    toPercpu(me);
    return false;
  }

  private boolean startToAtomic(Runnable confirmSwitch) {
    if ((ptr.readOnce() & REF_ATOMIC) != 0) {
      confirmSwitch.run();
      return false;
    }
    ptr.fetchOr(REF_ATOMIC);
    confirm.storeRelease(confirmSwitch);
    get(); // given in switched()
    return true;
  }

  /** The kernel calls it with the lock held; here the lock is not asked for in the callback. */
  private void callRcuIf(boolean call) {
    if (call) {
      rcu.callWithin(this::switched);
    }
  }

  /** {@code percpu_ref_switch_to_atomic_rcu}: nobody counts on a CPU any more. */
  private void switched() {
    long sum = percpuCount.sum();
    long now = count.addReturn(sum - COUNT_BIAS);
    if (now <= 0) {
      warn("percpu ref (" + name() + ") <= 0 (" + now + ") after switching to atomic");
    }
    Runnable confirmSwitch = confirm.loadAcquire();
    if (confirmSwitch != null) {
      confirmSwitch.run();
    }
    confirm.storeRelease(null);
    switchWaiters.wakeUpAll();
    put();
  }

  private void toPercpu(Context me) {
    if ((ptr.readOnce() & REF_ATOMIC) == 0) {
      return;
    }
    if (!allowReinit) {
      warn("percpu ref " + name() + " may not count on the CPUs again: no ALLOW_REINIT");
      return;
    }
    count.fetchAdd(COUNT_BIAS);
    percpuCount.clear(me);
    ptr.fetchAnd(~REF_ATOMIC);
  }

  private void warn(String sentence) {
    machine().report(ReportKind.BUG, "WARNING: " + sentence, "WARNING: " + sentence);
  }

  // ---- printing

  /** How many references there are, the initial one included; for properties. */
  public long references() {
    long atomic = count.peek();
    return atomic < 0 ? atomic - COUNT_BIAS + percpuCount.peek() : atomic;
  }

  @Override
  public List<String> holders() {
    return List.of(references() + " reference(s)");
  }

  @Override
  public String describe() {
    long word = ptr.peek();
    return ((word & REF_ATOMIC) == 0 ? "percpu" : "ATOMIC")
        + ((word & REF_DEAD) == 0 ? "" : " DEAD")
        + ((word & REF_EXITED) == 0 ? "" : " exited")
        + ", count "
        + (count.peek() < 0 ? "bias + " + (count.peek() - COUNT_BIAS) : count.peek())
        + ", on the CPUs "
        + percpuCount.peek()
        + (confirm.peek() == null ? "" : ", switching");
  }

  @Override
  public String toString() {
    return name() + ": " + describe();
  }
}
