package org.vfslab.machine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Kernel threads that do {@link Work} in the order in which it was queued: {@code
 * workqueue_struct}.
 *
 * <p>Concurrency-managed in the manner of {@code kernel/workqueue.c} (7.2): while a worker sleeps
 * inside its work, another one takes the next, so one piece of work never waits for the end of
 * another; and one piece of work never runs twice at the same time.
 */
public final class Workqueue extends Shared {

  private final RawLock lock;

  /** How its threads are called; null for the kernel's name of workers of a CPU. */
  private final @Nullable String workerName;

  // Protected by lock.
  private final Deque<Work> queue = new ArrayDeque<>();
  private final Set<Work> running = new HashSet<>();
  private final List<Task> idle = new ArrayList<>();
  private int workers;

  /** An empty workqueue without workers; they come when needed. */
  public Workqueue(Machine machine, String name) {
    this(machine, name, null);
  }

  /**
   * The same with threads of its own name, which are bound to no CPU: each begins on the CPU behind
   * that of the one before.
   *
   * @param workerName to which their number is added; null for {@code kworker}, which stay on the
   *     CPU of who needed them
   */
  public Workqueue(Machine machine, String name, @Nullable String workerName) {
    super(machine, name);
    this.lock = new RawLock(machine, name);
    this.workerName = workerName;
  }

  /**
   * {@code queue_work}. Any context; never sleeps.
   *
   * @return false if the work was queued already and has not begun
   */
  public boolean queueWork(Work work) {
    machine().beginCall(this, Access.WRITE);
    lockPool();
    boolean queued = !work.pending;
    Task worker = null;
    boolean needWorker = false;
    if (queued) {
      work.pending = true;
      queue.add(work);
      machine().workAdded();
      if (idle.isEmpty()) {
        needWorker = true;
        workers++;
      } else {
        worker = idle.removeLast();
      }
    }
    int number = workers - 1;
    unlockPool();
    if (worker != null) {
      worker.wakeUp(TaskState.IDLE);
    } else if (needWorker) {
      Cpu cpu = machine().current().cpu();
      if (workerName != null) {
        cpu = machine().cpu((cpu.number() + 1 + number) % machine().cpus().size());
      }
      String prefix = workerName == null ? "kworker/" + cpu.number() : workerName;
      machine().kernelThread(prefix + ":" + number, cpu, this::worker);
    }
    machine().endCall();
    return queued;
  }

  private void worker() {
    Task me = machine().currentTask();
    while (true) {
      machine().beginCall(this, Access.WRITE);
      lockPool();
      Work work = next();
      while (work == null) {
        idle.add(me);
        me.setCurrentState(TaskState.IDLE);
        unlockPool();
        me.schedule();
        lockPool();
        idle.remove(me);
        work = next();
      }
      work.pending = false;
      running.add(work);
      unlockPool();
      machine().endCall();

      machine().begins(me);
      work.function().run();

      machine().beginCall(this, Access.WRITE);
      lockPool();
      running.remove(work);
      machine().workDone();
      unlockPool();
      machine().endCall();
    }
  }

  /** The first piece of work that nobody is doing at this moment. */
  private @Nullable Work next() {
    for (Work work : queue) {
      if (!running.contains(work)) {
        queue.remove(work);
        return work;
      }
    }
    return null;
  }

  private void lockPool() {
    Context me = machine().current();
    lock.lockIrqSave(me);
  }

  private void unlockPool() {
    Context me = machine().current();
    lock.unlockIrqRestore(me);
  }
}
