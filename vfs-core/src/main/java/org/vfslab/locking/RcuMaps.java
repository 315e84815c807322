package org.vfslab.locking;

import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.LockType;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.lockdep.WaitType;

/**
 * What lockdep knows of RCU: {@code rcu_lock_map} and its like, {@code kernel/rcu/update.c}, 7.2.
 *
 * <p>A section is no dependency, since nobody waits in front of one. It is seen as held: who may
 * not be in one can be told, and what may be waited for inside is checked. In a preemptible section
 * that is what {@code PREEMPT_RT} lets one wait for in a spinlock, in one with preemption disabled
 * what spins there too.
 */
final class RcuMaps {
  private final Lockdep lockdep;
  final LockMap preemptible;
  final LockMap bh;
  final LockMap sched;
  final LockMap callback;

  RcuMaps(Lockdep lockdep) {
    this.lockdep = lockdep;
    this.preemptible = map("rcu_read_lock", WaitType.CONFIG);
    this.bh = map("rcu_read_lock_bh", WaitType.CONFIG);
    this.sched = map("rcu_read_lock_sched", WaitType.SPIN);
    this.callback = lockdep.register("rcu_callback", WaitType.INV);
  }

  private LockMap map(String name, WaitType inner) {
    return lockdep.register(name, lockdep.newKey(), inner, WaitType.FREE, LockType.NORMAL);
  }

  /** {@code rcu_lock_acquire}. */
  void acquire(LockMap map, String site) {
    lockdep.acquire(map, 0, false, Mode.READ_RECURSIVE, false, null, site);
  }

  /** {@code rcu_lock_release}. */
  void release(LockMap map) {
    lockdep.release(map);
  }

  boolean mayBeHeld(LockMap map) {
    return lockdep.isHeld(map) != LockState.NOT_HELD;
  }

  boolean anyMayBeHeld() {
    return mayBeHeld(preemptible) || mayBeHeld(bh) || mayBeHeld(sched);
  }

  boolean anyIsHeld() {
    return lockdep.isHeld(preemptible) == LockState.HELD
        || lockdep.isHeld(bh) == LockState.HELD
        || lockdep.isHeld(sched) == LockState.HELD;
  }

  void suspicious(String where, String message) {
    lockdep.suspiciousRcu(where, message);
  }
}
