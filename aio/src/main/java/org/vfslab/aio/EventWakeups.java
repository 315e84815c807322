package org.vfslab.aio;

import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitQueue;

/** Whom an event wakes of those who sleep in {@code io_getevents}: a seam. */
public interface EventWakeups {

  /**
   * An event was posted. Any context; never sleeps.
   *
   * @param available how many events the ring holds now, at least 1
   */
  void posted(WaitQueue wait, int available);

  /**
   * Mainline since 6.8 (commit 71eb6b6b0ba9): who finds as many events as he still waits for, each
   * one that does.
   */
  EventWakeups WHOM_IT_IS_ENOUGH_FOR =
      (wait, available) -> {
        wait.lock();
        wait.wakeUpLocked(TaskState.NORMAL, 0, available);
        wait.unlock();
      };

  /** Before 6.8: everybody, who then look and mostly sleep again. */
  EventWakeups EVERYBODY = (wait, available) -> wait.wakeUp();
}
