package org.vfslab.uring;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Access;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.machine.WaitQueue;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicWord;

/**
 * A ring: {@code struct io_ring_ctx}. Here its completions: from requests that have ended to
 * entries that user space can take.
 *
 * <p>Locks: {@link #uringLock} is held while requests are submitted, while task work runs and while
 * completed requests are given back; {@code completion_lock} inside of it, and by workers alone,
 * while completions are written. A polled ring needs uring_lock for that too, and no other.
 */
public final class IoRingCtx extends Shared {

  /** {@code IORING_SETUP_IOPOLL}: nobody is interrupted; who waits polls the device. */
  public static final int SETUP_IOPOLL = 1;

  private final Rings rings;
  private final boolean polled;
  private final Mutex uringLock;
  private final SpinLock completionLock;
  private final WaitQueue cqWait;

  // Protected by uringLock.
  private final Deque<IoKiocb> completed = new ArrayDeque<>(2);
  private final List<IoKiocb> iopollList = new ArrayList<>(1);
  private long cachedSqHead;

  // Protected by completionLock, or uringLock if polled.
  private final Deque<Cqe> overflowList = new ArrayDeque<>(0);
  private long cachedCqTail;

  /** {@code IO_CHECK_CQ_OVERFLOW_BIT}: written under the lock of the list. */
  private final AtomicWord overflowed;

  /** How many completions did not find room when they came; for properties. */
  private final AtomicWord overflows;

  /** {@code refs}: requests, and one until the ring is closed. */
  private final AtomicWord refs;

  private final Completion refComp;

  // Protected by itself: {@code fallback_llist}.
  private final Deque<IoKiocb> fallback = new ArrayDeque<>(0);

  IoRingCtx(Lockdep lockdep, String name, int sqEntries, int flags) {
    super(lockdep.machine(), name);
    Machine machine = lockdep.machine();
    this.rings = new Rings(machine, name, sqEntries);
    this.polled = (flags & SETUP_IOPOLL) != 0;
    this.uringLock = new Mutex(lockdep, "ctx->uring_lock");
    this.completionLock = new SpinLock(lockdep, "io_ring_ctx->completion_lock");
    this.cqWait = new WaitQueue(machine, "cq_wait of " + name);
    this.overflowed = new AtomicWord(machine, "check_cq of " + name, 0);
    this.overflows = new AtomicWord(machine, "overflows of " + name, 0);
    this.refs = new AtomicWord(machine, "refs of " + name, 1);
    this.refComp = new Completion(machine, "ref_comp of " + name);
  }

  Rings rings() {
    return rings;
  }

  /** {@code IORING_SETUP_IOPOLL}. */
  boolean isPolled() {
    return polled;
  }

  Mutex uringLock() {
    return uringLock;
  }

  WaitQueue cqWait() {
    return cqWait;
  }

  List<IoKiocb> iopollList() {
    return iopollList;
  }

  // ---- submission; under uringLock

  /** How many requests user space has put into the ring and nobody has taken. */
  long submitted() {
    return rings.submitted(cachedSqHead);
  }

  Sqe nextSqe() {
    return rings.sqe(cachedSqHead++);
  }

  void commitSq() {
    rings.commitSq(cachedSqHead);
  }

  // ---- completion

  /** {@code io_req_complete_defer}: to be posted by {@link #flushCompletions}; under uringLock. */
  void completeLater(IoKiocb request) {
    uringLock.assertHeld("io_req_complete_defer");
    completed.add(request);
  }

  /**
   * {@code __io_submit_flush_completions}: posts what has ended since the last time, then gives the
   * requests back and sees to what is linked to them; under uringLock.
   */
  void flushCompletions() {
    uringLock.assertHeld("io_submit_flush_completions");
    if (completed.isEmpty()) {
      return;
    }
    machine().beginCall(this, Access.WRITE);
    lockCq();
    for (IoKiocb request : completed) {
      if (!request.posted && !fill(cqeOf(request))) {
        overflow(cqeOf(request));
      }
    }
    unlockCqAndWake();
    machine().endCall();
    while (!completed.isEmpty()) {
      IoKiocb request = completed.poll();
      if (request.putRef()) {
        Links.queueNext(request);
        free(request);
      }
    }
  }

  private static Cqe cqeOf(IoKiocb request) {
    return new Cqe(request.sqe().userData(), request.res);
  }

  /** {@code io_req_complete_post}, of a worker: false if there is no room for the completion. */
  boolean post(IoKiocb request) {
    machine().beginCall(this, Access.WRITE);
    completionLock.lock();
    boolean filled = fill(cqeOf(request));
    rings.commitCq(cachedCqTail);
    completionLock.unlock();
    wake();
    machine().endCall();
    return filled;
  }

  private void lockCq() {
    if (!polled) {
      completionLock.lock();
    }
  }

  private void unlockCqAndWake() {
    rings.commitCq(cachedCqTail);
    if (!polled) {
      completionLock.unlock();
      wake();
    }
  }

  /** {@code io_cqring_wake}. */
  private void wake() {
    cqWait.wakeUpAll();
  }

  /** {@code io_get_cqe}: behind others that did not find room there is none either. */
  private boolean fill(Cqe cqe) {
    return overflowed.readOnce() == 0 && fillAnyway(cqe);
  }

  private boolean fillAnyway(Cqe cqe) {
    if (!rings.hasRoom(cachedCqTail)) {
      return false;
    }
    rings.cqe(cachedCqTail++, cqe);
    return true;
  }

  /** {@code io_cqring_add_overflow}. */
  private void overflow(Cqe cqe) {
    overflows.fetchAdd(1);
    overflowed.storeRelease(1);
    overflowList.add(cqe);
  }

  /** Whether completions wait for room. */
  boolean hasOverflow() {
    return overflowed.loadAcquire() != 0;
  }

  /** {@code __io_cqring_overflow_flush}: moves what has room now; under uringLock. */
  void flushOverflow() {
    machine().beginCall(this, Access.WRITE);
    lockCq();
    while (!overflowList.isEmpty() && fillAnyway(overflowList.getFirst())) {
      overflowList.removeFirst();
    }
    if (overflowList.isEmpty()) {
      overflowed.storeRelease(0);
    }
    unlockCqAndWake();
    machine().endCall();
  }

  // ---- requests

  /** {@code io_alloc_req}. */
  IoKiocb newRequest(IoUringTask tctx, Sqe sqe) {
    refs.fetchAdd(1);
    return new IoKiocb(this, tctx, sqe);
  }

  private void free(IoKiocb request) {
    if (request.fileOrNull() != null) {
      request.file().put();
    }
    request.kfree();
    putRef();
  }

  private void putRef() {
    if (refs.addReturn(-1) == 0) {
      refComp.complete();
    }
  }

  /** {@code io_fallback_tw}: the task of the request is gone, or going. */
  void fallBack(IoKiocb request) {
    synchronized (fallback) {
      fallback.add(request);
    }
    machine()
        .systemWorkqueue()
        .queueWork(new Work(machine(), "io_fallback_req_func", this::doFallback));
  }

  private void doFallback() {
    uringLock.lock();
    IoKiocb request = nextFallback();
    while (request != null) {
      request.doTaskWork();
      request = nextFallback();
    }
    flushCompletions();
    uringLock.unlock();
  }

  private @Nullable IoKiocb nextFallback() {
    synchronized (fallback) {
      return fallback.poll();
    }
  }

  // ---- the end

  /** {@code io_ring_ctx_wait_and_kill}: the ring is closed; a worker waits for its requests. */
  void kill() {
    uringLock.lock();
    putRef();
    uringLock.unlock();
    machine().systemWorkqueue().queueWork(new Work(machine(), "io_ring_exit_work", this::exitWork));
  }

  private void exitWork() {
    if (polled) {
      uringLock.lock();
      while (!iopollList.isEmpty()) {
        IoPoll.poll(this, true);
      }
      uringLock.unlock();
    }
    refComp.waitForCompletion();
  }

  /** How many completions were ever posted; for printing and for properties. */
  public long postedNow() {
    return rings.postedNow();
  }

  /** How many of them user space has not taken; for printing and for properties. */
  public long readyNow() {
    return rings.readyNow();
  }

  /** How many did not find room when they came; for printing and for properties. */
  public long overflowsNow() {
    return overflows.peek();
  }

  /** How many requests are not given back; for printing and for properties. */
  public long requestsNow() {
    return Math.max(0, refs.peek() - (refComp.isDone() ? 0 : 1));
  }
}
