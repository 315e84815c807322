package org.vfslab.locking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.Shared;

/**
 * Those who wait for an rwsem, in the order of their coming, under its wait lock.
 *
 * <p>The array is copied when it changes, so that whoever prints it sees one moment of it.
 */
final class RwsemWaitList extends Shared {

  private static final RwsemWaiter[] NOBODY = {};

  private final RawLock waitLock;

  /** Changed under {@link #waitLock}. */
  private volatile RwsemWaiter[] queue = NOBODY;

  RwsemWaitList(Machine machine, String name) {
    super(machine, name);
    waitLock = new RawLock(machine, name);
  }

  /** Takes the wait lock ({@code raw_spin_lock_irqsave}). */
  void lock(Context me) {
    waitLock.lockIrqSave(me);
  }

  /** Gives it back. */
  void unlock(Context me) {
    waitLock.unlockIrqRestore(me);
  }

  /** Whether somebody has the wait lock; for properties. */
  boolean isLocked() {
    return waitLock.isLocked();
  }

  /** Whether somebody is queued, asked without the wait lock. */
  boolean isContended() {
    if (hook != null) {
      hook.before(this, Access.READ);
    }
    return queue.length > 0;
  }

  // ---- with the wait lock held

  boolean isEmpty() {
    return queue.length == 0;
  }

  boolean isSingular() {
    return queue.length == 1;
  }

  RwsemWaiter first() {
    return queue[0];
  }

  void add(RwsemWaiter waiter) {
    RwsemWaiter[] longer = Arrays.copyOf(queue, queue.length + 1);
    longer[queue.length] = waiter;
    replace(longer);
  }

  void remove(RwsemWaiter waiter) {
    removeAll(List.of(waiter));
  }

  /** Takes out {@code leaving}, which are queued and in the order of the queue. */
  void removeAll(List<RwsemWaiter> leaving) {
    if (leaving.isEmpty()) {
      return;
    }
    List<RwsemWaiter> staying = new ArrayList<>(queue.length);
    int next = 0;
    for (RwsemWaiter waiter : queue) {
      if (next < leaving.size() && waiter == leaving.get(next)) {
        next++;
      } else {
        staying.add(waiter);
      }
    }
    replace(staying.toArray(NOBODY));
  }

  private void replace(RwsemWaiter[] changed) {
    if (hook != null) {
      hook.dataWritten(this, true);
    }
    queue = changed;
  }

  /** All of them, in their order; also without the wait lock, for printing. */
  List<RwsemWaiter> all() {
    return List.of(queue);
  }
}
