package org.vfslab.bench.jmh;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;
import org.vfslab.locking.Srcu;
import org.vfslab.machine.LiveThread;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.TaskState;

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
  private @Nullable Srcu srcu;
  private @Nullable Mutex mutex;

  /** Makes the machine; it needs no run for tasks that are guests. */
  @Setup
  public void setUp() {
    Machine made = Machine.live(MachineConfig.DEFAULT.withHangAfterNs(Long.MAX_VALUE));
    Lockdep validator = lockdep.equals("on") ? Lockdep.on(made) : Lockdep.off(made);
    machine = made;
    spin = new SpinLock(validator, "spin");
    rwsem = new RwSemaphore(validator, "rwsem");
    Rcu rcu = new Rcu(validator);
    percpu = new PercpuRwSemaphore(validator, rcu, "percpu");
    srcu = new Srcu(validator, rcu, "srcu");
    mutex = new Mutex(validator, "mutex");
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

  Srcu srcu() {
    return Objects.requireNonNull(srcu);
  }

  Mutex mutex() {
    return Objects.requireNonNull(mutex);
  }

  /** One whose machine runs, for operations that need its workers and timers. */
  @State(Scope.Benchmark)
  public static class Running extends Machinery {
    private @Nullable Thread run;

    /** Runs the machine beside the benchmark; a task that sleeps for ever keeps it going. */
    @Override
    @Setup
    public void setUp() {
      super.setUp();
      Machine machine = percpu().machine();
      machine.task(
          "anchor",
          () -> {
            machine.currentTask().setCurrentState(TaskState.IDLE);
            machine.currentTask().schedule();
          });
      Thread made = new Thread(machine::run, "machine");
      made.setDaemon(true);
      made.start();
      run = made;
    }

    /** Ends the run. */
    @TearDown
    public void end() throws InterruptedException {
      percpu().machine().stop();
      Objects.requireNonNull(run).join();
    }
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
    Srcu srcu;
    Mutex mutex;

    /** Makes the calling thread a task. */
    @Setup
    public void setUp(Machinery machinery) {
      become(machinery);
    }

    final void become(Machinery machinery) {
      if (!(Thread.currentThread() instanceof LiveThread thread)) {
        throw new IllegalStateException("run with -Djmh.executor=CUSTOM, see LocksSuite");
      }
      machinery.enter(thread);
      spin = machinery.spin();
      rwsem = machinery.rwsem();
      percpu = machinery.percpu();
      srcu = machinery.srcu();
      mutex = machinery.mutex();
    }
  }

  /** The same on a machine that runs. */
  @State(Scope.Thread)
  public static class RunningActor {
    final Actor actor = new Actor();

    /** Makes the calling thread a task. */
    @Setup
    public void setUp(Running machinery) {
      actor.become(machinery);
    }
  }
}
