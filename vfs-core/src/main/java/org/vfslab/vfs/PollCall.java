package org.vfslab.vfs;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ScheduleTimeout;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitEntry;
import org.vfslab.machine.WaitQueue;

/** {@code poll} of one descriptor: {@code do_poll} of {@code fs/select.c}, 7.2. */
final class PollCall {
  private final Machine machine;
  private final FileTable files;

  PollCall(Machine machine, FileTable files) {
    this.machine = machine;
    this.files = files;
  }

  /** {@code struct poll_wqueues}: stays in the queues until the call ends. */
  private static final class Entry extends WaitEntry {
    private final WaitQueue queue;
    private final int events;

    private Entry(Task task, WaitQueue queue, int events) {
      super(task, false);
      this.queue = queue;
      this.events = events;
    }

    /** {@code pollwake}. */
    @Override
    protected Wake wake(int states, int key) {
      if (key == 0 || (key & events) != 0) {
        task().wakeUp(states);
      }
      return Wake.IGNORED;
    }
  }

  /**
   * Sleeps, interruptibly, until the file is ready for one of {@code events}, an error or a
   * hang-up.
   *
   * @param timeoutNs how long from now; 0 does not sleep
   * @return what it is ready for, 0 after the time, {@link PollEvents#NVAL} for a bad descriptor,
   *     or -EINTR
   */
  long poll(long fd, int events, long timeoutNs) {
    OpenFile file = files.getAny(fd);
    if (file == null) {
      return PollEvents.NVAL;
    }
    long result = poll(file, events | PollEvents.ERR | PollEvents.HUP, timeoutNs);
    file.put();
    return result;
  }

  private long poll(OpenFile file, int wanted, long timeoutNs) {
    Task me = machine.currentTask();
    me.mightSleep("do_poll");
    boolean forever = timeoutNs == ScheduleTimeout.FOREVER;
    long until = forever ? ScheduleTimeout.FOREVER : machine.nowNs() + timeoutNs;
    List<Entry> entries = new ArrayList<>(1);
    me.setCurrentState(TaskState.INTERRUPTIBLE);
    long ready = file.poll(queue -> add(entries, new Entry(me, queue, wanted))) & wanted;
    while (ready == 0) {
      long left = forever ? ScheduleTimeout.FOREVER : until - machine.nowNs();
      if (me.signalPendingState(TaskState.INTERRUPTIBLE)) {
        ready = -Errno.EINTR;
      } else if (left <= 0) {
        break;
      } else {
        me.waitsFor(entries.isEmpty() ? null : entries.getFirst().queue);
        ScheduleTimeout.schedule(me, left);
        me.waitsFor(null);
        me.setCurrentState(TaskState.INTERRUPTIBLE);
        ready = file.poll(queue -> {}) & wanted;
      }
    }
    me.setCurrentState(TaskState.RUNNING);
    for (Entry entry : entries) {
      entry.queue.lock();
      entry.queue.removeLocked(entry);
      entry.queue.unlock();
    }
    return ready;
  }

  /** {@code __pollwait}. */
  private static void add(List<Entry> entries, Entry entry) {
    entry.queue.lock();
    entry.queue.addLocked(entry);
    entry.queue.unlock();
    entries.add(entry);
  }
}
