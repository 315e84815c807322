package org.vfslab.aio;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Errno;
import org.vfslab.machine.ScheduleTimeout;
import org.vfslab.machine.Task;
import org.vfslab.memory.AtomicWord;
import org.vfslab.vfs.UserProcess;

/**
 * The aio system calls of one process: {@code fs/aio.c}, 7.2.
 *
 * <p>A write passes through here like this: {@link #ioSubmit} has {@link IoSubmit} take a slot of
 * the ring, the file and freeze protection, and hand the request to the filesystem, which queues
 * it; the submitter gives its reference back and returns. The device's interrupt completes it:
 * freeze protection ends, and with the last reference the event is posted.
 *
 * <p>A null argument where the kernel takes an address is one at which the process has no memory.
 */
public final class Aio {

  /** What {@code aio_max_nr} begins with: for how many requests contexts may be set up. */
  public static final long AIO_MAX_NR = 0x10000;

  /** A time-out at an address where the process has no memory. */
  public static final long BAD_TIMEOUT = Long.MIN_VALUE;

  private static final long RING_BYTES_MAX = 0x1000_0000;
  private static final long PAGE_BYTES = 4096;

  private final Lockdep lockdep;
  private final Rcu rcu;
  private final EventWakeups wakeups;
  private final IoSubmit submits;
  private final IoctxTable table;
  private final SpinLock aioNrLock;

  // Protected by aioNrLock; aio_max_nr is written by whoever administers the machine.
  private final AtomicWord aioNr;
  private final AtomicWord aioMaxNr;

  /** Contexts that were not freed yet, by their number; for properties. */
  private final Map<Integer, KioContext> alive = new ConcurrentSkipListMap<>();

  /** What was out of order with a context when it was freed. */
  private volatile @Nullable String leak;

  private int made;

  /** The aio of {@code process} as in mainline. */
  public Aio(Lockdep lockdep, UserProcess process, Rcu rcu, WriteHold writeHold) {
    this(lockdep, process, rcu, writeHold, AioForm.UPSTREAM);
  }

  /** The aio of {@code process}; its contexts are destroyed when the last thread exits. */
  public Aio(Lockdep lockdep, UserProcess process, Rcu rcu, WriteHold writeHold, AioForm form) {
    this.lockdep = lockdep;
    this.rcu = rcu;
    this.wakeups = form.wakeups();
    this.submits = new IoSubmit(process, rcu, writeHold, form.polls());
    this.table = new IoctxTable(lockdep, rcu);
    this.aioNrLock = new SpinLock(lockdep, "aio_nr_lock");
    this.aioNr = new AtomicWord(lockdep.machine(), "aio_nr", 0);
    this.aioMaxNr = new AtomicWord(lockdep.machine(), "aio_max_nr", AIO_MAX_NR);
    process.atExit(table::killAll);
  }

  // ---- contexts

  /**
   * {@code io_setup}: makes a context for {@code nr} requests; its ring has room for more, as in
   * the kernel. Process context.
   *
   * @param nr of which the lowest 32 bits count, unsigned
   * @param ctxp one element, null, in which the context is put
   * @return 0; -EFAULT; -EINVAL if there is a context already or nr is out of range; -EAGAIN if all
   *     contexts together would exceed the limit
   */
  public long ioSetup(long nr, @Nullable KioContext @Nullable [] ctxp) {
    if (ctxp == null) {
      return -Errno.EFAULT;
    }
    int requests = (int) nr;
    if (ctxp[0] != null || requests == 0) {
      return -Errno.EINVAL;
    }
    // In 32 bits, where twice a huge number can be a small one.
    int events = 2 * maxUnsigned(requests, 4 * lockdep.machine().cpus().size());
    if (Integer.compareUnsigned(events, (int) (RING_BYTES_MAX / AioRing.EVENT_BYTES)) > 0) {
      return -Errno.EINVAL;
    }
    long maxReqs = Integer.toUnsignedLong(requests);
    if (events == 0 || maxReqs > aioMaxNr.readOnce() || !account(maxReqs)) {
      return -Errno.EAGAIN;
    }
    long bytes = AioRing.HEADER_BYTES + (events + 2) * AioRing.EVENT_BYTES;
    long pages = (bytes + PAGE_BYTES - 1) / PAGE_BYTES;
    int nrEvents = (int) ((pages * PAGE_BYTES - AioRing.HEADER_BYTES) / AioRing.EVENT_BYTES);
    KioContext context = make("ctx" + made, nrEvents, () -> unaccount(maxReqs));
    ctxp[0] = context;
    return 0;
  }

  private static int maxUnsigned(int left, int right) {
    return Integer.compareUnsigned(left, right) > 0 ? left : right;
  }

  private boolean account(long maxReqs) {
    boolean running = lockdep.machine().currentOrNull() != null;
    if (running) {
      aioNrLock.lock();
    }
    long sum = aioNr.readOnce() + maxReqs;
    boolean fits = sum <= aioMaxNr.readOnce();
    if (fits) {
      aioNr.writeOnce(sum);
    }
    if (running) {
      aioNrLock.unlock();
    }
    return fits;
  }

  /** {@code aio_nr_sub}. */
  private void unaccount(long maxReqs) {
    aioNrLock.lock();
    aioNr.writeOnce(aioNr.readOnce() - maxReqs);
    aioNrLock.unlock();
  }

  /** {@code /proc/sys/fs/aio-nr}: for how many requests contexts are set up; for properties. */
  public long aioNrNow() {
    return aioNr.peek();
  }

  /** Writes {@code /proc/sys/fs/aio-max-nr}. */
  public void aioMaxNr(long newMax) {
    aioMaxNr.writeOnce(newMax);
  }

  /**
   * A context with so many slots and a name, for scenarios: not accounted, and with a ring that
   * fills no page; before the machine runs.
   *
   * @param events 1 or more
   */
  public KioContext context(String name, int events) {
    if (events < 1) {
      throw new IllegalArgumentException("an aio context has at least one event, not " + events);
    }
    return make(name, events + 1, () -> {});
  }

  private KioContext make(String name, int nrEvents, Runnable unaccount) {
    int number = made++;
    KioContext context =
        new KioContext(
            lockdep, rcu, name, nrEvents, wakeups, unaccount, gone -> freed(number, gone));
    alive.put(number, context);
    table.add(context);
    return context;
  }

  private void freed(int number, KioContext context) {
    String wrong = context.slotsWrongNow();
    if (wrong != null) {
      leak = wrong;
    }
    alive.remove(number);
  }

  /**
   * {@code io_destroy}: cancels what can be cancelled, and waits, uninterruptibly, for all requests
   * in flight. Process context.
   *
   * @return 0; -EINVAL for what is no context, or is destroyed by somebody else
   */
  public long ioDestroy(@Nullable KioContext ctx) {
    KioContext context = table.lookup(ctx);
    if (context == null) {
      return -Errno.EINVAL;
    }
    RqWait wait = new RqWait(lockdep.machine(), 1);
    boolean first = table.kill(context, wait);
    context.users().put();
    if (!first) {
      return -Errno.EINVAL;
    }
    wait.await();
    return 0;
  }

  // ---- requests

  /** {@code io_submit} of all of {@code iocbs}. */
  public long ioSubmit(@Nullable KioContext ctx, List<Iocb> iocbs) {
    return ioSubmit(ctx, iocbs.size(), iocbs);
  }

  /**
   * {@code io_submit}: process context; may sleep.
   *
   * @param nr how many of {@code iocbs} to submit
   * @return how many were submitted; if the first one failed, its negative errno; -EINVAL for what
   *     is no context or a negative number
   */
  public long ioSubmit(
      @Nullable KioContext ctx, long nr, @Nullable List<? extends @Nullable Iocb> iocbs) {
    if (nr < 0) {
      return -Errno.EINVAL;
    }
    KioContext context = table.lookup(ctx);
    if (context == null) {
      return -Errno.EINVAL;
    }
    long most = Math.min(nr, context.ring().nrEvents());
    int submitted = 0;
    int error = 0;
    while (error == 0 && submitted < most) {
      Iocb iocb = iocbs == null || submitted >= iocbs.size() ? null : iocbs.get(submitted);
      error = iocb == null ? -Errno.EFAULT : submits.submitOne(context, iocb);
      if (error == 0) {
        submitted++;
      }
    }
    context.users().put();
    return submitted > 0 ? submitted : error;
  }

  /**
   * {@code io_cancel}: never sleeps. Only polls can be cancelled.
   *
   * @return -EINPROGRESS: the event comes through the ring, as always; -EFAULT; -EINVAL for what is
   *     no context, or if no request of that control block is waiting
   */
  public long ioCancel(@Nullable KioContext ctx, @Nullable Iocb iocb) {
    if (iocb == null) {
      return -Errno.EFAULT;
    }
    int key = iocb.key();
    KioContext context = key == 0 ? table.lookup(ctx) : null;
    if (context == null) {
      return -Errno.EINVAL;
    }
    long result = context.cancel(iocb);
    context.users().put();
    return result;
  }

  // ---- events

  /** {@code io_getevents} without a time-out. */
  public long ioGetevents(
      @Nullable KioContext ctx, long min, long max, @Nullable List<IoEvent> into) {
    return ioGetevents(ctx, min, max, into, ScheduleTimeout.FOREVER);
  }

  /**
   * {@code io_getevents}: sleeps, interruptibly, for at least {@code min} events.
   *
   * @param into gets the events
   * @param timeoutNs for how long from now; 0 does not sleep; {@link ScheduleTimeout#FOREVER} for
   *     ever
   * @return how many events were read, which can be fewer after the time or a signal; -EFAULT;
   *     -EINVAL for impossible numbers or what is no context, also if it is destroyed meanwhile;
   *     -EINTR for a signal that came before the first event
   */
  public long ioGetevents(
      @Nullable KioContext ctx, long min, long max, @Nullable List<IoEvent> into, long timeoutNs) {
    long result =
        timeoutNs == BAD_TIMEOUT ? -Errno.EFAULT : doIoGetevents(ctx, min, max, into, timeoutNs);
    return result == 0 && me().signalPending() ? -Errno.EINTR : result;
  }

  /** What {@link #ioPgetevents} gets for the signals to block meanwhile. */
  public enum Sigmask {
    /** No mask: as {@code io_getevents}. */
    NONE,
    /** Blocks no signal. */
    BLOCKS_NOTHING,
    /** Blocks all signals that can be blocked. */
    BLOCKS_ALL,
    /** A mask of another size than the kernel's. */
    BAD_SIZE,
    /** A mask where the process has no memory. */
    BAD_ADDRESS
  }

  /**
   * {@code io_pgetevents}: as {@link #ioGetevents}, with other signals blocked than before, which
   * are blocked as before when it returns.
   *
   * @return as {@link #ioGetevents}; -EINVAL for a mask of another size
   */
  public long ioPgetevents(
      @Nullable KioContext ctx,
      long min,
      long max,
      @Nullable List<IoEvent> into,
      long timeoutNs,
      Sigmask mask) {
    if (timeoutNs == BAD_TIMEOUT || mask == Sigmask.BAD_ADDRESS) {
      return -Errno.EFAULT;
    }
    if (mask == Sigmask.BAD_SIZE) {
      return -Errno.EINVAL;
    }
    Task me = me();
    boolean blockedBefore = me.signalsBlocked();
    if (mask != Sigmask.NONE) {
      me.signalsBlocked(mask == Sigmask.BLOCKS_ALL);
    }
    long result = doIoGetevents(ctx, min, max, into, timeoutNs);
    boolean interrupted = me.signalPending();
    if (mask != Sigmask.NONE) {
      if (interrupted) {
        me.signalHandled(); // with the mask that let it through
      }
      me.signalsBlocked(blockedBefore);
    }
    return result == 0 && interrupted ? -Errno.EINTR : result;
  }

  private long doIoGetevents(
      @Nullable KioContext ctx, long min, long max, @Nullable List<IoEvent> into, long timeoutNs) {
    KioContext context = table.lookup(ctx);
    if (context == null) {
      return -Errno.EINVAL;
    }
    long result =
        min < 0 || max < min
            ? -Errno.EINVAL
            : new RingReader(context, min, max, into).run(timeoutNs);
    context.users().put();
    return result;
  }

  private Task me() {
    return lockdep.machine().currentTask();
  }

  // ---- for properties

  /**
   * What was not given back, or given back twice: request slots, requests, contexts. A sentence, or
   * null if all is in order. To be asked when nothing moves any more.
   */
  public @Nullable String leakNow() {
    if (leak != null) {
      return leak;
    }
    for (KioContext context : alive.values()) {
      String wrong = context.leakNow();
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }
}
