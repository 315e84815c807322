package org.vfslab.machine;

import java.util.ArrayList;
import java.util.List;

/**
 * What others have a task do for itself, on its way back to user space or where it looks: {@code
 * task_work_add} with {@code TWA_SIGNAL}.
 *
 * <p>While work waits, interruptible sleeps of the task end as by a signal ({@code
 * TIF_NOTIFY_SIGNAL}); others do not, and who sleeps in one does his work later. Follows {@code
 * kernel/task_work.c}, 7.2.
 */
public final class TaskWork extends Shared {
  private final Task task;

  // Protected by this, which stands for the kernel's lock-free list.
  private List<Runnable> works = new ArrayList<>(1);
  private boolean exited;

  /** Whether work waits; written under the lock. */
  private volatile boolean pending;

  TaskWork(Task task) {
    super(task.machine(), "task_works of " + task.name());
    this.task = task;
  }

  /**
   * {@code task_work_add}: has the task do {@code work}. Any context; never sleeps.
   *
   * @return false if the task will never come to it, for it exits
   */
  public boolean add(Runnable work) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
    synchronized (this) {
      if (exited) {
        return false;
      }
      works.add(work);
      pending = true;
    }
    if (hook != null) {
      hook.released(this);
    }
    task.wakeUp(TaskState.INTERRUPTIBLE);
    return true;
  }

  /** {@code task_work_pending}; by the task itself. */
  public boolean isPending() {
    if (hook != null) {
      hook.looked(this);
    }
    return pending;
  }

  /** {@code task_work_run}: the task does what waits; returns whether there was something. */
  public boolean run() {
    boolean ran = false;
    while (isPending()) {
      for (Runnable work : takeAll()) {
        work.run();
      }
      ran = true;
    }
    return ran;
  }

  private List<Runnable> takeAll() {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      hook.acquired(this);
    }
    synchronized (this) {
      List<Runnable> all = works;
      works = new ArrayList<>(1);
      pending = false;
      return all;
    }
  }

  /** {@code exit_task_work}: does what waits; from now on {@link #add} refuses. */
  public void exit() {
    boolean last;
    do {
      run();
      if (hook != null) {
        hook.before(this, Access.WRITE);
      }
      synchronized (this) {
        last = works.isEmpty();
        exited = last;
      }
    } while (!last);
  }
}
