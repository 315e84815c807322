package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineListener;
import org.vfslab.machine.Shared;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;

/**
 * What all have in common who spin for a sleeping lock as long as its owner runs: their queue, and
 * the questions that they ask again and again.
 *
 * <p>Follows {@code owner_on_cpu} in {@code include/linux/sched.h}, 7.2.
 */
final class SpinOnOwner extends Shared implements MachineListener {

  /*
   * Overview. On the live engine a spinner looks again and again. On the deterministic engine that
   * would be an endless schedule, and all looks that see the same are one: the spinner goes on when
   * what it sees has changed. It watches one object: mostly the owner, since that task's state is
   * part of what it sees; and who writes the owner word touches what is watched.
   *
   * A task runs if its state is running: it stays so while another task has its CPU.
   *
   * need_resched is true there if another task is bound to the spinner's CPU; on the live engine
   * after BASE_SLICE_NS of spinning.
   */
  private static final long BASE_SLICE_NS = 700_000;

  /** Somebody who waits on the deterministic engine until one of its words was touched. */
  private record Watch(Task spinner, Shared object) {}

  private final OptimisticSpinQueue osq;

  /** In the order of their coming; for printing and for properties. */
  private final List<Task> spinners = new CopyOnWriteArrayList<>();

  /** Deterministic engine: changes are noted as writes to this object. */
  private final List<Watch> watches = new ArrayList<>(0);

  SpinOnOwner(Machine machine, String name) {
    super(machine, name);
    this.osq = new OptimisticSpinQueue(machine, name);
    if (!machine.isLive()) {
      machine.listen(this);
    }
  }

  /** Those who spin, in the order of their coming. */
  List<Task> spinners() {
    return spinners;
  }

  /**
   * Lets the caller look at the lock when it is the head of the spinners.
   *
   * @param spin spins, and says whether the lock was taken
   * @return what that said; false if the caller left the queue before
   */
  boolean asHead(Task me, long startNs, BooleanSupplier spin) {
    spinners.add(me);
    OptimisticSpinQueue.Node place = osq.lock(me, () -> needResched(me, startNs));
    boolean taken = false;
    if (place != null) {
      taken = spin.getAsBoolean();
      osq.unlock(place);
    }
    spinners.remove(me);
    return taken;
  }

  /**
   * {@code owner_on_cpu}: nobody, or an interrupt, which nothing takes from its CPU, counts too.
   */
  boolean isOnCpu(@Nullable Context owner) {
    if (!(owner instanceof Task task)) {
      return true;
    }
    return look(task, task.state()) == TaskState.RUNNING;
  }

  /** {@code need_resched}: whether others have to be let onto the caller's CPU. */
  boolean needResched(Task me, long startNs) {
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

  /** A value that is looked at without a step. */
  long look(Shared object, long value) {
    if (hook != null) {
      hook.looked(object);
    }
    return value;
  }

  /** {@code cpu_relax}: goes on when {@code object}, or what is told of, has changed. */
  void await(Task me, Shared object) {
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

  /** Lets go on who watches this object, or with null everybody. */
  void touchWatched(@Nullable Shared only) {
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
}
