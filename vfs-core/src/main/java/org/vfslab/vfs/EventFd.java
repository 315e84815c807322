package org.vfslab.vfs;

import java.util.function.Consumer;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitEntry;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;

/**
 * An event counter: {@code fs/eventfd.c}, 7.2, without {@code EFD_SEMAPHORE} and {@code
 * EFD_NONBLOCK}.
 *
 * <p>A write adds to the counter, a read takes all of it. Both change it under the lock of the wait
 * queue, and run the callbacks of who polls under the same lock.
 */
public final class EventFd extends KernelObject implements OpenFile {

  /** {@code ULLONG_MAX}, which no counter reaches by a write. */
  private static final long ULLONG_MAX = -1;

  private final AtomicWord refs;
  private final WaitQueue wqh;

  /** Unsigned; written under the lock of wqh. */
  private final AtomicWord count;

  /** A counter with one reference, its descriptor's. */
  EventFd(Machine machine, String name, long initial) {
    super(machine, "eventfd " + name);
    this.refs = new AtomicWord(machine, "f_ref of " + name, 1);
    this.wqh = new WaitQueue(machine, "wqh of " + name);
    this.count = new AtomicWord(machine, "count of " + name, initial);
  }

  /**
   * {@code eventfd_write}: adds {@code value}, unsigned; sleeps, interruptibly, while there is no
   * room.
   *
   * @return 8, -EINVAL for {@code ULLONG_MAX}, or -ERESTARTSYS
   */
  long write(long value) {
    use();
    if (value == ULLONG_MAX) {
      return -Errno.EINVAL;
    }
    wqh.lock();
    while (Long.compareUnsigned(ULLONG_MAX - count.readOnce(), value) <= 0) {
      if (!sleepLocked()) {
        wqh.unlock();
        return -Errno.ERESTARTSYS;
      }
    }
    count.writeOnce(count.readOnce() + value);
    wqh.wakeUpLocked(TaskState.NORMAL, 1, PollEvents.IN);
    wqh.unlock();
    return Long.BYTES;
  }

  /**
   * {@code eventfd_read}: takes the counter; sleeps, interruptibly, while it is 0.
   *
   * @param into the first element gets the counter
   * @return 8, or -ERESTARTSYS
   */
  long read(long[] into) {
    use();
    wqh.lock();
    while (count.readOnce() == 0) {
      if (!sleepLocked()) {
        wqh.unlock();
        return -Errno.ERESTARTSYS;
      }
    }
    into[0] = count.readOnce();
    count.writeOnce(0);
    wqh.wakeUpLocked(TaskState.NORMAL, 1, PollEvents.OUT);
    wqh.unlock();
    return Long.BYTES;
  }

  /** {@code do_wait_intr_irq}: lets go of the lock while it sleeps; false for a signal. */
  private boolean sleepLocked() {
    Task me = machine().currentTask();
    if (me.signalPendingState(TaskState.INTERRUPTIBLE)) {
      return false;
    }
    WaitEntry entry = new WaitEntry(me, false);
    wqh.addLocked(entry);
    me.waitsFor(wqh);
    me.setCurrentState(TaskState.INTERRUPTIBLE);
    wqh.unlock();
    me.schedule();
    wqh.lock();
    wqh.removeLocked(entry);
    me.waitsFor(null);
    return true;
  }

  @Override
  public int poll(Consumer<WaitQueue> queues) {
    use();
    queues.accept(wqh);
    long now = count.readOnce();
    int events = 0;
    if (now != 0) {
      events |= PollEvents.IN;
    }
    if (now == ULLONG_MAX) {
      events |= PollEvents.ERR;
    }
    if (Long.compareUnsigned(ULLONG_MAX - 1, now) > 0) {
      events |= PollEvents.OUT;
    }
    return events;
  }

  @Override
  public void get() {
    refs.fetchAdd(1);
  }

  @Override
  public void put() {
    if (refs.addReturn(-1) == 0) {
      kfree();
    }
  }

  /** The counter, for printing and for properties. */
  public long countNow() {
    return count.peek();
  }
}
