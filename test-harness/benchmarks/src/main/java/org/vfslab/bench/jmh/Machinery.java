package org.vfslab.bench.jmh;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.LiveThread;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;

/** A live machine with one lock of each kind. */
@State(Scope.Benchmark)
public class Machinery {

  /** Whether the validator watches. */
  @Param({"off", "on"})
  public String lockdep = "off";

  private @Nullable Machine machine;
  private @Nullable SpinLock spin;
  private @Nullable RwSemaphore rwsem;
  private @Nullable PercpuRwSemaphore percpu;

  /** Makes the machine; it needs no run for tasks that are guests. */
  @Setup
  public void setUp() {
    Machine made = Machine.live(MachineConfig.DEFAULT);
    Lockdep validator = lockdep.equals("on") ? Lockdep.on(made) : Lockdep.off(made);
    machine = made;
    spin = new SpinLock(validator, "spin");
    rwsem = new RwSemaphore(validator, "rwsem");
    percpu = new PercpuRwSemaphore(validator, new Rcu(made), "percpu");
  }

  SpinLock spin() {
    return Objects.requireNonNull(spin);
  }

  RwSemaphore rwsem() {
    return Objects.requireNonNull(rwsem);
  }

  PercpuRwSemaphore percpu() {
    return Objects.requireNonNull(percpu);
  }

  private synchronized void enter(LiveThread thread) {
    thread.become(Objects.requireNonNull(machine).guestTask(thread.getName()));
  }

  /** A task of the machine for each thread of the benchmark. */
  @State(Scope.Thread)
  public static class Actor {

    /** The locks, found once: what is measured is the lock, not the way to it. */
    SpinLock spin;

    RwSemaphore rwsem;
    PercpuRwSemaphore percpu;

    /** Makes the calling thread a task. */
    @Setup
    public void setUp(Machinery machinery) {
      if (!(Thread.currentThread() instanceof LiveThread thread)) {
        throw new IllegalStateException("run with -Djmh.executor=CUSTOM, see LocksSuite");
      }
      machinery.enter(thread);
      spin = machinery.spin();
      rwsem = machinery.rwsem();
      percpu = machinery.percpu();
    }
  }
}
