package org.vfslab.campaign;

import java.util.function.LongSupplier;
import org.vfslab.lab.Lab;
import org.vfslab.machine.ScheduleTimeout;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;

/** What the tasks of a batch do: system calls, and sleeping. */
final class Call {

  private Call() {}

  /** A system call, at whose end the border to user space is checked. */
  static long of(Lab lab, String name, LongSupplier call) {
    return lab.machine().currentTask().syscall(name, call);
  }

  /** Sleeps for so much virtual time: until it has passed, all others do what they can. */
  static void sleep(Lab lab, long nanos) {
    Task me = lab.machine().currentTask();
    me.setCurrentState(TaskState.UNINTERRUPTIBLE);
    ScheduleTimeout.schedule(me, nanos);
  }
}
