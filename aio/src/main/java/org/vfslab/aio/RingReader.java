package org.vfslab.aio;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Errno;
import org.vfslab.machine.ScheduleTimeout;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitEntry;

/** One {@code io_getevents} on its way: {@code read_events} of {@code fs/aio.c}, 7.2. */
final class RingReader {
  private final KioContext context;
  private final AioRing ring;
  private final long min;
  private final long max;
  private final @Nullable List<IoEvent> into;

  /** {@code *i}: events read, or an error if there were none. */
  private long read;

  /**
   * Reads at least {@code min} and at most {@code max} events.
   *
   * @param into null where the process has no memory
   */
  RingReader(KioContext context, long min, long max, @Nullable List<IoEvent> into) {
    this.context = context;
    this.ring = context.ring();
    this.min = min;
    this.max = max;
    this.into = into;
  }

  /** {@code struct aio_waiter}. */
  private static final class AioWaiter extends WaitEntry {
    /** How many more it waits for; set before it is queued. */
    private long minNr;

    private AioWaiter(Task task) {
      super(task, false);
    }

    /** Asked by an event, with the number of events in the ring as key. */
    @Override
    protected Wake wake(int states, int key) {
      if (key == 0) {
        return wake(states);
      }
      if (key < minNr) {
        return Wake.IGNORED;
      }
      task().wakeUpProcess();
      return Wake.WOKEN_UNCOUNTED;
    }
  }

  /**
   * Sleeps, interruptibly, until there is enough.
   *
   * @param timeoutNs how long from now; 0 does not sleep
   * @return how many events were read, -EINVAL if the context died before the first one, -EFAULT
   */
  long run(long timeoutNs) {
    Task me = context.machine().currentTask();
    me.mightSleep("read_events");
    context.machine().beginCall(context, Access.WRITE);
    boolean enough = readSome();
    if (!enough && timeoutNs != 0) {
      sleepFor(me, timeoutNs);
    }
    context.machine().endCall();
    return read;
  }

  private void sleepFor(Task me, long timeoutNs) {
    boolean forever = timeoutNs == ScheduleTimeout.FOREVER;
    long until = forever ? ScheduleTimeout.FOREVER : context.machine().nowNs() + timeoutNs;
    AioWaiter entry = new AioWaiter(me);
    me.waitsFor(context.waitQueue());
    while (true) {
      long before = read;
      boolean over = me.signalPendingState(TaskState.INTERRUPTIBLE);
      entry.minNr = min - read;
      if (!over) {
        context.waitQueue().prepareToWait(entry, TaskState.INTERRUPTIBLE);
      }
      long left = forever ? ScheduleTimeout.FOREVER : until - context.machine().nowNs();
      over |= left <= 0;
      if (readSome() || over) {
        break;
      }
      if (read == before) {
        ScheduleTimeout.schedule(me, left);
      }
    }
    context.waitQueue().finishWait(entry);
    me.waitsFor(null);
  }

  /** {@code aio_read_events}: whether that ends the wait. */
  private boolean readSome() {
    long result = readRing(max - read);
    if (result > 0) {
      read += result;
    }
    if (context.isDead()) {
      result = -Errno.EINVAL;
    }
    if (read == 0) {
      read = result;
    }
    return result < 0 || read >= min;
  }

  /** {@code aio_read_events_ring}: believes neither head nor tail, which user space can write. */
  private long readRing(long most) {
    context.ringLock().lock();
    long result = 0;
    long userHead = ring.head();
    long userTail = ring.tail();
    if (userHead != userTail) {
      int nr = ring.nrEvents();
      int head = (int) (userHead % nr);
      int tail = (int) (userTail % nr);
      while (result >= 0 && result < most && head != tail) {
        if (into == null) {
          result = -Errno.EFAULT;
        } else {
          into.add(ring.event(head));
          head = head + 1 == nr ? 0 : head + 1;
          result++;
        }
      }
      if (result >= 0) {
        ring.head(head);
      }
    }
    context.ringLock().unlock();
    return result;
  }
}
