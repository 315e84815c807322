package org.vfslab.locking;

import static org.vfslab.locking.RwsemCount.FLAG_HANDOFF;
import static org.vfslab.locking.RwsemCount.LOCK_MASK;
import static org.vfslab.locking.RwsemCount.WRITER_LOCKED;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.machine.Timer;

/**
 * Writers of an rwsem that spin instead of sleeping ({@code CONFIG_RWSEM_SPIN_ON_OWNER}).
 *
 * <p>Follows {@code rwsem_optimistic_spin} and {@code rwsem_spin_on_owner} in {@code
 * kernel/locking/rwsem.c}, 7.2, without real-time tasks.
 */
final class RwsemSpinning {

  /*
   * Overview. A writer spins as long as the owner runs, because it may soon be done, and then takes
   * the lock past the queue. While readers own the lock nobody knows who they are, so it spins for
   * them for a bounded time only; the one whose time is over sets NONSPINNABLE, and nobody spins
   * until the readers have left.
   *
   * On the deterministic engine a spinner waits until what it sees has changed (SpinOnOwner):
   *
   *   a writer owns the lock   the owner word, and whether that task runs; the spinner watches the
   *                            task, and who changes the owner word touches what is watched
   *   anything else            count and owner word, and when readers own the lock the clock; the
   *                            spinner watches count, which a timer touches at the deadline
   */
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

  private final RwSemaphore sem;
  private final Machine machine;
  private final SpinOnOwner spinning;
  private final @Nullable IrqLine clock;

  RwsemSpinning(Machine machine, String name, RwSemaphore sem) {
    this.sem = sem;
    this.machine = machine;
    this.spinning = new SpinOnOwner(machine, name);
    this.clock =
        machine.isLive()
            ? null
            : machine.irqLine("clock of " + name, IrqLine.Kind.SOFT, machine.cpu(0));
  }

  /** Those who spin, in the order of their coming. */
  List<Task> spinners() {
    return spinning.spinners();
  }

  /** The owner word was written in the step in progress. */
  void ownerChanged() {
    spinning.ownerChanged();
  }

  // ---- the loop

  /**
   * {@code rwsem_can_spin_on_owner} and {@code rwsem_optimistic_spin}: preemption is disabled.
   *
   * @return whether the lock was taken
   */
  boolean spin(Task me) {
    long startNs = machine.nowNs();
    return canSpinOnOwner(me, startNs)
        && spinning.asHead(me, startNs, () -> spinAsHead(me, startNs));
  }

  private boolean canSpinOnOwner(Task me, long startNs) {
    if (spinning.needResched(me, startNs)) {
      return false;
    }
    long owner = sem.owner.read();
    return (owner & RwsemOwner.NONSPINNABLE) == 0
        && ((owner & RwsemOwner.READER_OWNED) != 0 || spinning.isOnCpu(sem.owner.contextOf(owner)));
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
      long count = spinning.look(sem.count, sem.count.peek());
      if (taken) {
        break;
      }
      if (state == OwnerState.READER) {
        if (before != OwnerState.READER) {
          if ((sem.owner.read() & RwsemOwner.NONSPINNABLE) != 0) {
            break;
          }
          long spinNs = readerSpinNs(sem.count.readOnce());
          deadlineNs = machine.nowNs() + spinNs;
          loop = 0;
          timer = rearm(timer, spinNs);
        } else if ((!machine.isLive() || ++loop % CLOCK_EVERY == 0)
            && machine.nowNs() > deadlineNs) {
          sem.owner.setNonspinnable();
          break;
        }
      }
      if (state != OwnerState.WRITER && spinning.needResched(me, startNs)) {
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
      if (writer == null || spinning.needResched(me, startNs) || !spinning.isOnCpu(writer)) {
        return OwnerState.NONSPINNABLE;
      }
      spinning.await(me, writer);
    }
  }

  /**
   * The same for a queued writer that was promised the lock and could not take it.
   *
   * @param count the count with which it failed
   */
  OwnerState spinForHandoff(Task me, long count) {
    spinning.spinners().add(me);
    OwnerState state = spinOnOwner(me, machine.nowNs());
    if (state == OwnerState.NULL) {
      awaitChange(me, 0, count);
    }
    spinning.spinners().remove(me);
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

  /** {@code cpu_relax}: goes on when owner word or count are no longer these. */
  private void awaitChange(Task me, long owner, long count) {
    if (machine.isLive()) {
      machine.spinUntilChanged(sem.count);
    } else if (sem.owner.look() == owner && spinning.look(sem.count, sem.count.peek()) == count) {
      spinning.await(me, sem.count);
    }
  }

  private @Nullable Timer rearm(@Nullable Timer running, long spinNs) {
    if (clock == null) {
      return null;
    }
    Timer timer = running;
    if (timer == null) {
      timer = new Timer(machine, clock, () -> spinning.touchWatched(sem.count));
    } else {
      timer.cancel();
    }
    timer.start(spinNs + 1);
    return timer;
  }
}
