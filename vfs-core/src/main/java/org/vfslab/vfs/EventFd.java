package org.vfslab.vfs;

import java.util.function.Consumer;
import org.vfslab.machine.Context;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
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
 * queue, and run the callbacks of who polls under the same lock. Such a callback must not signal an
 * event counter in turn: {@link #signalAllowed}.
 */
public final class EventFd extends KernelObject implements StreamFile {

  /** {@code ULLONG_MAX}, which no counter reaches by a write. */
  private static final long ULLONG_MAX = -1;

  /** {@code f_ref}: of the file. */
  private final AtomicWord refs;

  /** {@code eventfd_ctx.kref}: of the file as a whole, and of each who will signal. */
  private final AtomicWord kref;

  private final WaitQueue wqh;

  /** Unsigned; written under the lock of wqh. */
  private final AtomicWord count;

  /** A counter with one reference, its descriptor's. */
  EventFd(Machine machine, String name, long initial) {
    super(machine, "eventfd " + name);
    this.refs = new AtomicWord(machine, "f_ref of " + name, 1);
    this.kref = inside(() -> new AtomicWord(machine, "eventfd_ctx.kref of " + name, 1));
    this.wqh = inside(() -> new WaitQueue(machine, "wqh of " + name));
    this.count = inside(() -> new AtomicWord(machine, "count of " + name, initial));
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
    wakeUpLocked(PollEvents.IN);
    wqh.unlock();
    return Long.BYTES;
  }

  private void wakeUpLocked(int events) {
    Context me = machine().current();
    me.inEventfd(true);
    wqh.wakeUpLocked(TaskState.NORMAL, 1, events);
    me.inEventfd(false);
  }

  /**
   * {@code eventfd_signal}: adds 1, unless that is no longer possible. Any context in which {@link
   * #signalAllowed}, with a reference of {@link #contextGet}; never sleeps.
   */
  public void signal() {
    use();
    if (!signalAllowed(machine().current())) {
      String warning = "WARNING: eventfd_signal in a callback of an eventfd";
      machine().report(ReportKind.BUG, warning, warning);
      return;
    }
    wqh.lock();
    if (count.readOnce() != ULLONG_MAX) {
      count.writeOnce(count.readOnce() + 1);
    }
    wakeUpLocked(PollEvents.IN);
    wqh.unlock();
  }

  /** {@code eventfd_signal_allowed}: not inside the callbacks of an event counter's queue. */
  public static boolean signalAllowed(Context me) {
    return !me.inEventfd();
  }

  /**
   * {@code eventfd_read}: takes the counter; sleeps, interruptibly, while it is 0.
   *
   * @param into the first element gets the counter
   * @return 8, or -ERESTARTSYS
   */
  long read(long[] into) {
    return read(into, false);
  }

  private long read(long[] into, boolean nowait) {
    use();
    wqh.lock();
    while (count.readOnce() == 0) {
      if (nowait) {
        wqh.unlock();
        return -Errno.EAGAIN;
      }
      if (!sleepLocked()) {
        wqh.unlock();
        return -Errno.ERESTARTSYS;
      }
    }
    into[0] = count.readOnce();
    count.writeOnce(0);
    wakeUpLocked(PollEvents.OUT);
    wqh.unlock();
    return Long.BYTES;
  }

  @Override
  public boolean isReadable() {
    return true;
  }

  @Override
  public boolean isWritable() {
    return true;
  }

  /** It has a {@code ->write}, which aio does not call. */
  @Override
  public boolean hasWriteIter() {
    return false;
  }

  /** {@code eventfd_read}: the counter, lowest byte first; -EINVAL for less than 8 bytes. */
  @Override
  public long read(byte[] into, boolean nowait) {
    if (into.length < Long.BYTES) {
      return -Errno.EINVAL;
    }
    long[] counter = new long[1];
    long result = read(counter, nowait);
    for (int i = 0; result > 0 && i < Long.BYTES; i++) {
      into[i] = (byte) (counter[0] >>> (Byte.SIZE * i));
    }
    return result;
  }

  /** {@code eventfd_write}: of 8 bytes, lowest first; -EINVAL for less. */
  @Override
  public long write(byte[] data, boolean nowait) {
    if (data.length < Long.BYTES) {
      return -Errno.EINVAL;
    }
    long value = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      value = value << Byte.SIZE | (data[i] & 0xff);
    }
    return write(value);
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
      DelayedFput.run(machine(), this::release);
    }
  }

  /** {@code eventfd_release}. */
  private void release() {
    wqh.wakeUpPoll(PollEvents.HUP);
    contextPut();
  }

  /** {@code eventfd_ctx_fdget}: a reference for who will signal; the caller has the file. */
  public void contextGet() {
    kref.fetchAdd(1);
  }

  /** {@code eventfd_ctx_put}: any context. */
  public void contextPut() {
    if (kref.addReturn(-1) == 0) {
      kfree();
    }
  }

  /** The counter, for printing and for properties. */
  public long countNow() {
    return count.peek();
  }
}
