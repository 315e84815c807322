package org.vfslab.aio;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.memory.AtomicRef;

/**
 * The contexts of a process: {@code mm->ioctx_table}, read under RCU, written under {@code
 * ioctx_lock}. Follows {@code fs/aio.c}, 7.2.
 */
final class IoctxTable extends Shared {
  private static final int GROWS_BY = 4;

  private final Rcu rcu;
  private final SpinLock ioctxLock;
  private final AtomicRef<Slots> table;

  /** {@code struct kioctx_table}. */
  private record Slots(List<AtomicRef<KioContext>> at) {
    static Slots of(Machine machine, @Nullable Slots old) {
      int size = old == null ? GROWS_BY : old.at.size() * GROWS_BY;
      List<AtomicRef<KioContext>> at = new ArrayList<>(size);
      if (old != null) {
        at.addAll(old.at);
      }
      while (at.size() < size) {
        at.add(new AtomicRef<>(machine, "ioctx_table[" + at.size() + "]", null));
      }
      return new Slots(at);
    }
  }

  IoctxTable(Lockdep lockdep, Rcu rcu) {
    super(lockdep.machine(), "mm->ioctx_table");
    this.rcu = rcu;
    this.ioctxLock = new SpinLock(lockdep, "mm->ioctx_lock");
    this.table = new AtomicRef<>(machine(), "mm->ioctx_table", null);
  }

  /** {@code ioctx_add_table}: puts a context into the first free place, which becomes its id. */
  void add(KioContext context) {
    boolean running = machine().currentOrNull() != null;
    if (running) {
      ioctxLock.lock();
    }
    Slots slots = table.peek();
    int free = slots == null ? -1 : firstFree(slots);
    if (slots == null || free < 0) {
      Slots larger = Slots.of(machine(), slots);
      free = slots == null ? 0 : slots.at.size();
      table.storeRelease(larger);
      slots = larger;
    }
    slots.at.get(free).storeRelease(context);
    context.slot(free);
    context.ring().id().writeOnce(free);
    if (running) {
      ioctxLock.unlock();
    }
  }

  private static int firstFree(Slots slots) {
    for (int i = 0; i < slots.at.size(); i++) {
      if (slots.at.get(i).peek() == null) {
        return i;
      }
    }
    return -1;
  }

  /**
   * {@code lookup_ioctx}: the context whose ring is mapped there, with a user more, or null.
   *
   * @param ring where the process says that a ring is; null where nothing is mapped
   */
  @Nullable KioContext lookup(@Nullable KioContext ring) {
    if (ring == null) {
      return null;
    }
    machine().beginCall(this, Access.READ);
    long id = ring.ring().id().readOnce();
    KioContext found = null;
    Context me = machine().current();
    rcu.readLockWithin(me);
    Slots slots = table.loadAcquire();
    if (slots != null && id >= 0 && id < slots.at.size()) {
      KioContext there = slots.at.get((int) id).loadAcquire();
      if (there == ring && there.users().trygetLive()) {
        found = there;
      }
    }
    rcu.readUnlockWithin(me);
    machine().endCall();
    return found;
  }

  /**
   * {@code kill_ioctx}: no system call finds the context any more; who sleeps in one wakes up.
   * Process context.
   *
   * @param wait told when the last request is gone
   * @return false if somebody else killed it before
   */
  boolean kill(KioContext context, @Nullable RqWait wait) {
    ioctxLock.lock();
    boolean first = context.markDead();
    if (first) {
      Slots slots = table.loadAcquire();
      if (slots != null) {
        slots.at.get(context.slot()).storeRelease(null);
      }
    }
    ioctxLock.unlock();
    if (first) {
      context.killed(wait);
    }
    return first;
  }

  /** {@code exit_aio}: kills what there is, and waits for all requests together. */
  void killAll() {
    Slots slots = table.loadAcquire();
    if (slots == null) {
      return;
    }
    RqWait wait = new RqWait(machine(), slots.at.size());
    long skipped = 0;
    for (AtomicRef<KioContext> at : slots.at) {
      KioContext context = at.loadAcquire();
      if (context == null) {
        skipped++;
      } else {
        kill(context, wait);
      }
    }
    wait.awaitWithout(skipped);
    table.storeRelease(null);
  }
}
