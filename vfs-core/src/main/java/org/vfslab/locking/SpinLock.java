package org.vfslab.locking;

import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.lockdep.WaitType;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;

/**
 * A lock whose holder does not sleep: {@code spinlock_t}, without {@code PREEMPT_RT}; {@link #raw}
 * makes a {@code raw_spinlock_t}, which differs only in what lockdep thinks of its waiters.
 *
 * <p>Preemption is disabled while it is held. A lock that an interrupt handler takes must be taken
 * with {@link #lockIrqSave} everywhere else, or a handler spins for ever for the task it
 * interrupted; with {@link #lockBh} where only soft interrupts take it.
 *
 * <p>Follows {@code include/linux/spinlock_api_smp.h}, 7.2; the word is free or held, without the
 * queue of {@code qspinlock}.
 */
public final class SpinLock {
  private final Machine machine;
  private final Lockdep lockdep;
  private final LockMap map;
  private final RawLock raw;

  /** A free lock whose class is called {@code name}. */
  public SpinLock(Lockdep lockdep, String name) {
    this(lockdep, name, WaitType.CONFIG);
  }

  private SpinLock(Lockdep lockdep, String name, WaitType wait) {
    this.lockdep = lockdep;
    this.machine = lockdep.machine();
    this.map = lockdep.register(name, wait);
    this.raw = new RawLock(machine, name);
  }

  /** A {@code raw_spinlock_t}: its waiters spin on {@code PREEMPT_RT} too. */
  public static SpinLock raw(Lockdep lockdep, String name) {
    return new SpinLock(lockdep, name, WaitType.SPIN);
  }

  /** {@code spin_lock}: any context; spins, never sleeps. */
  public void lock() {
    lockNested(0);
  }

  /** {@code spin_lock_nested}: {@link #lock} at a nesting level from 0 to 7. */
  public void lockNested(int subclass) {
    Context me = machine.current();
    machine.beginCall(raw, Access.WRITE);
    me.preemptDisable();
    take(me, subclass, "spin_lock");
    machine.endCall();
  }

  /** {@code spin_trylock}: any context; returns whether the lock was taken. */
  public boolean trylock() {
    Context me = machine.current();
    machine.beginCall(raw, Access.WRITE);
    me.preemptDisable();
    boolean taken = raw.tryLock(me);
    if (taken) {
      lockdep.acquire(map, 0, true, Mode.WRITE, true, null, "spin_trylock");
    } else {
      me.preemptEnable();
    }
    machine.endCall();
    return taken;
  }

  /** {@code spin_unlock}. */
  public void unlock() {
    Context me = machine.current();
    machine.beginCall(raw, Access.WRITE);
    give(me);
    me.preemptEnable();
    machine.endCall();
  }

  /** {@code spin_lock_irqsave}: also keeps hard interrupts away from this CPU. */
  public void lockIrqSave() {
    Context me = machine.current();
    machine.beginCall(raw, Access.WRITE);
    me.localIrqSave();
    me.preemptDisable();
    take(me, 0, "spin_lock_irqsave");
    machine.endCall();
  }

  /** {@code spin_unlock_irqrestore}. */
  public void unlockIrqRestore() {
    Context me = machine.current();
    machine.beginCall(raw, Access.WRITE);
    give(me);
    me.localIrqRestore();
    me.preemptEnable();
    machine.endCall();
  }

  /** {@code spin_lock_bh}: also keeps soft interrupts away from this CPU. */
  public void lockBh() {
    Context me = machine.current();
    machine.beginCall(raw, Access.WRITE);
    me.localBhDisable();
    me.preemptDisable();
    take(me, 0, "spin_lock_bh");
    machine.endCall();
  }

  /** {@code spin_unlock_bh}. */
  public void unlockBh() {
    Context me = machine.current();
    machine.beginCall(raw, Access.WRITE);
    give(me);
    me.preemptEnable();
    me.localBhEnable();
    machine.endCall();
  }

  private void take(Context me, int subclass, String site) {
    lockdep.acquire(map, subclass, false, Mode.WRITE, true, null, site);
    if (raw.isLocked()) {
      lockdep.contended(map, site);
    }
    raw.lock(me);
    lockdep.acquired(map, site);
  }

  private void give(Context me) {
    lockdep.release(map);
    raw.unlock(me);
  }

  /** {@code spin_is_locked}. */
  public boolean isLocked() {
    return raw.isLocked();
  }

  /** {@code lockdep_assert_held}. */
  public void assertHeld(String where) {
    lockdep.assertHeld(map, where);
  }

  @Override
  public String toString() {
    return raw.name() + ": " + raw.describe();
  }
}
