package org.vfslab.locking;

import java.util.List;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;

/**
 * Tasks that spin for a mutex while its owner runs ({@code CONFIG_MUTEX_SPIN_ON_OWNER}): those who
 * come, in a queue, and beside it the first of the waiters once it was woken in vain.
 *
 * <p>Follows {@code mutex_optimistic_spin} and {@code mutex_spin_on_owner} in {@code
 * kernel/locking/mutex.c}, 7.2, except that who stops because of {@code need_resched} does not make
 * way for others before it queues.
 */
final class MutexSpinning {
  private final Machine machine;
  private final SpinOnOwner spinning;
  private final MutexOwner owner;

  MutexSpinning(Machine machine, SpinOnOwner spinning, MutexOwner owner) {
    this.machine = machine;
    this.spinning = spinning;
    this.owner = owner;
  }

  /** Those who spin, in the order of their coming. */
  List<Task> spinners() {
    return spinning.spinners();
  }

  /** Spins with preemption disabled; returns whether the lock was taken. */
  boolean spin(Task me) {
    long startNs = machine.nowNs();
    return canSpinOnOwner(me, startNs)
        && spinning.asHead(me, startNs, () -> takeWhileOwnerRuns(me, startNs));
  }

  /** The same for the first waiter, which does not queue among the spinners. */
  boolean spinAsWaiter(Task me) {
    return takeWhileOwnerRuns(me, machine.nowNs());
  }

  /** {@code mutex_can_spin_on_owner}. */
  private boolean canSpinOnOwner(Task me, long startNs) {
    return !spinning.needResched(me, startNs) && spinning.isOnCpu(owner.contextOf(owner.read()));
  }

  private boolean takeWhileOwnerRuns(Task me, long startNs) {
    long seen = owner.tryTake(me, false);
    while (seen != 0 && spinOnOwner(me, seen, startNs)) {
      seen = owner.tryTake(me, false);
    }
    return seen == 0;
  }

  /** {@code mutex_spin_on_owner}: returns when another owns the lock, or false to stop spinning. */
  private boolean spinOnOwner(Task me, long seen, long startNs) {
    Context context = owner.contextOf(seen);
    while (owner.contextOf(owner.read()) == context) {
      if (context == null || !spinning.isOnCpu(context) || spinning.needResched(me, startNs)) {
        return false;
      }
      spinning.await(me, context);
    }
    return true;
  }
}
