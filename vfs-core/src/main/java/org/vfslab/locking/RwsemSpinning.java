package org.vfslab.locking;

import static org.vfslab.locking.RwsemCount.FLAG_HANDOFF;
import static org.vfslab.locking.RwsemCount.LOCK_MASK;
import static org.vfslab.locking.RwsemCount.WRITER_LOCKED;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineListener;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.Timer;

/**
 * Writers of an rwsem that spin instead of sleeping ({@code CONFIG_RWSEM_SPIN_ON_OWNER}).
 *
 * <p>Follows {@code rwsem_optimistic_spin} and {@code rwsem_spin_on_owner} in {@code
 * kernel/locking/rwsem.c}, 7.2, without real-time tasks.
 */
final class RwsemSpinning extends Shared implements MachineListener {

  /*
   * Overview. A writer spins as long as the owner runs, because it may soon be done, and then takes
   * the lock past the queue. While readers own the lock nobody knows who they are, so it spins for
   * them for a bounded time only; the one whose time is over sets NONSPINNABLE, and nobody spins
   * until the readers have left.
   *
   * On the live engine a spinner looks again and again. On the deterministic engine that would be
   * an endless schedule, and all looks that see the same are one: the spinner goes on when what it
   * sees has changed.
   *
   *   a writer owns the lock   the owner word, and whether that task runs; the spinner watches the
   *                            task, and who changes the owner word touches what is watched
   *   anything else            count and owner word, and when readers own the lock the clock; the
   *                            spinner watches count, which a timer touches at the deadline
   *
   * A task runs if its state is running: it stays so while another task has its CPU.
   *
   * need_resched is true there if another task is bound to the spinner's CPU; on the live engine
   * after BASE_SLICE_NS of spinning.
   */
  private static final long BASE_SLICE_NS = 700_000;

  /** Readers count for the deadline up to this number. */
  private static final int READERS_COUNTED_MAX = 30;

  private static final int CLOCK_EVERY = 16;

  /** What a look at the owner word says. */
  enum OwnerState {
    NULL,
    WRITER,
    READER,
    NONSPINNABLE
  }

  /** Somebody who waits on the deterministic engine until one of its words was touched. */
  private record Watch(Task spinner, Shared object) {}

  private final RwSemaphore sem;
  private final OptimisticSpinQueue osq;
  private final @Nullable IrqLine clock;

  /** In the order of their coming; for printing and for properties. */
  private final List<Task> spinners = new CopyOnWriteArrayList<>();

  /** Deterministic engine: changes are noted as writes to this object. */
  private final List<Watch> watches = new ArrayList<>(0);

  RwsemSpinning(Machine machine, String name, RwSemaphore sem) {
    super(machine, name);
    this.sem = sem;
    this.osq = new OptimisticSpinQueue(machine, name);
    if (machine.isLive()) {
      clock = null;
    } else {
      clock = machine.irqLine("clock of " + name, IrqLine.Kind.SOFT, machine.cpu(0));
      machine.listen(this);
    }
  }

  /** Those who spin, in the order of their coming. */
  List<Task> spinners() {
    return spinners;
  }

  // ---- the loop

  /**
   * {@code rwsem_can_spin_on_owner} and {@code rwsem_optimistic_spin}: preemption is disabled.
   *
   * @return whether the lock was taken
   */
  boolean spin(Task me) {
    long startNs = machine().nowNs();
    if (!canSpinOnOwner(me, startNs)) {
      return false;
    }
    spinners.add(me);
    OptimisticSpinQueue.Node place = osq.lock(me, () -> needResched(me, startNs));
    boolean taken = false;
    if (place != null) {
      taken = spinAsHead(me, startNs);
      osq.unlock(place);
    }
    spinners.remove(me);
    return taken;
  }

  private boolean canSpinOnOwner(Task me, long startNs) {
    if (needResched(me, startNs)) {
      return false;
    }
    long owner = sem.owner.read();
    return (owner & RwsemOwner.NONSPINNABLE) == 0
        && ((owner & RwsemOwner.READER_OWNED) != 0 || isOnCpu(sem.owner.contextOf(owner)));
  }

  private boolean spinAsHead(Task me, long startNs) {
    OwnerState before = OwnerState.NULL;
    long deadlineNs = 0;
    int loop = 0;
    Timer timer = null;
    boolean taken = false;
    while (true) {
      OwnerState state = spinOnOwner(me, startNs);
      if (state == OwnerState.NONSPINNABLE) {
        break;
      }
      long owner = sem.owner.look();
      taken = tryWriteLockUnqueued(me);
      long count = look(sem.count, sem.count.peek());
      if (taken) {
        break;
      }
      if (state == OwnerState.READER) {
        if (before != OwnerState.READER) {
          if ((sem.owner.read() & RwsemOwner.NONSPINNABLE) != 0) {
            break;
          }
          long spinNs = readerSpinNs(sem.count.readOnce());
          deadlineNs = machine().nowNs() + spinNs;
          loop = 0;
          timer = rearm(timer, spinNs);
        } else if ((!machine().isLive() || ++loop % CLOCK_EVERY == 0)
            && machine().nowNs() > deadlineNs) {
          sem.owner.setNonspinnable();
          break;
        }
      }
      if (state != OwnerState.WRITER && needResched(me, startNs)) {
        break;
      }
      before = state;
      if (state != OwnerState.WRITER) {
        awaitChange(me, owner, count);
      }
    }
    if (timer != null) {
      timer.cancel();
    }
    return taken;
  }

  /** {@code rwsem_spin_on_owner}: spins while the same writer owns the lock and runs. */
  OwnerState spinOnOwner(Task me, long startNs) {
    long owner = sem.owner.read();
    if (stateOf(owner) != OwnerState.WRITER) {
      return stateOf(owner);
    }
    Context writer = sem.owner.contextOf(owner);
    while (true) {
      long now = sem.owner.read();
      if (now != owner) {
        return stateOf(now);
      }
      if (writer == null || needResched(me, startNs) || !isOnCpu(writer)) {
        return OwnerState.NONSPINNABLE;
      }
      await(me, writer);
    }
  }

  /**
   * The same for a queued writer that was promised the lock and could not take it.
   *
   * @param count the count with which it failed
   */
  OwnerState spinForHandoff(Task me, long count) {
    spinners.add(me);
    OwnerState state = spinOnOwner(me, machine().nowNs());
    if (state == OwnerState.NULL) {
      awaitChange(me, 0, count);
    }
    spinners.remove(me);
    return state;
  }

  private static OwnerState stateOf(long owner) {
    if ((owner & RwsemOwner.NONSPINNABLE) != 0) {
      return OwnerState.NONSPINNABLE;
    }
    if ((owner & RwsemOwner.READER_OWNED) != 0) {
      return OwnerState.READER;
    }
    return owner == 0 ? OwnerState.NULL : OwnerState.WRITER;
  }

  /** {@code rwsem_try_write_lock_unqueued}: past the queue, unless a waiter was promised it. */
  private boolean tryWriteLockUnqueued(Task me) {
    long seen = sem.count.readOnce();
    while ((seen & (LOCK_MASK | FLAG_HANDOFF)) == 0) {
      if (sem.count.compareAndSet(seen, seen | WRITER_LOCKED)) {
        sem.owner.setWriter(me);
        return true;
      }
      seen = sem.count.readOnce();
    }
    return false;
  }

  /** {@code rwsem_rspin_threshold}: 10 us, and half a microsecond more for each reader. */
  private static long readerSpinNs(long count) {
    long readers = Math.min(count >> RwsemCount.READER_SHIFT, READERS_COUNTED_MAX);
    return (20 + readers) * 1000 / 2;
  }

  private boolean isOnCpu(@Nullable Context owner) {
    if (!(owner instanceof Task task)) {
      return true; // nobody, or an interrupt, which nothing takes from its CPU
    }
    return look(task, task.state()) == TaskState.RUNNING;
  }

  private boolean needResched(Task me, long startNs) {
    if (machine().isLive()) {
      return machine().nowNs() - startNs > BASE_SLICE_NS;
    }
    for (Task task : machine().tasks()) {
      if (task != me && task.cpu() == me.cpu()) {
        return true;
      }
    }
    return false;
  }

  // ---- the deterministic engine: waiting until what was seen has changed

  private long look(Shared object, long value) {
    if (hook != null) {
      hook.looked(object);
    }
    return value;
  }

  /** {@code cpu_relax}: goes on when owner word or count are no longer these. */
  private void awaitChange(Task me, long owner, long count) {
    if (machine().isLive()) {
      machine().spinUntilChanged(sem.count);
    } else if (sem.owner.look() == owner && look(sem.count, sem.count.peek()) == count) {
      await(me, sem.count);
    }
  }

  private void await(Task me, Shared object) {
    if (hook == null) {
      machine().spinUntilChanged(object);
      return;
    }
    Watch watch = new Watch(me, object);
    hook.dataWritten(this, true);
    watches.add(watch);
    machine().spinUntilChanged(object);
    hook.before(object, Access.READ);
    hook.dataWritten(this, true);
    watches.remove(watch);
  }

  /** The owner word was written in the step in progress. */
  void ownerChanged() {
    touchWatched(null);
  }

  private void touchWatched(@Nullable Shared only) {
    if (hook == null) {
      return;
    }
    hook.looked(this);
    List<Shared> touched = new ArrayList<>(watches.size());
    for (Watch watch : watches) {
      if ((only == null || watch.object() == only) && !touched.contains(watch.object())) {
        touched.add(watch.object());
      }
    }
    for (Shared object : touched) {
      hook.before(object, Access.WRITE);
    }
  }

  @Override
  public void exits(Task task) {
    touchWatched(task);
  }

  private @Nullable Timer rearm(@Nullable Timer running, long spinNs) {
    if (clock == null) {
      return null;
    }
    Timer timer = running;
    if (timer == null) {
      timer = new Timer(machine(), clock, () -> touchWatched(sem.count));
    } else {
      timer.cancel();
    }
    timer.start(spinNs + 1);
    return timer;
  }
}
