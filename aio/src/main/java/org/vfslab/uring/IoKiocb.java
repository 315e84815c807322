package org.vfslab.uring;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.vfs.File;
import org.vfslab.vfs.Kiocb;

/**
 * A request in the kernel: {@code struct io_kiocb}.
 *
 * <p>It belongs to one context at a time: the submitter, under uring_lock; then whoever completes
 * it; then the task work or flush that posts its completion. Only one that went to a worker has two
 * references, the worker's and the completion's.
 */
final class IoKiocb extends KernelObject {
  private final IoRingCtx ctx;
  private final IoUringTask tctx;
  private final Sqe sqe;

  // ---- REQ_F_ flags

  /** {@code REQ_F_LINK}, {@code REQ_F_HARDLINK}. */
  boolean isLinked;

  boolean isHardLinked;

  /** {@code REQ_F_FORCE_ASYNC}. */
  boolean forceAsync;

  /** {@code REQ_F_NOWAIT}: the user asked that it fail rather than wait. */
  boolean noWait;

  /** {@code REQ_F_FAIL}: what is linked to it fails. */
  boolean failed;

  /** {@code REQ_F_CQE_SKIP}: its completion was posted. */
  boolean posted;

  /** {@code REQ_F_REFCOUNT}. */
  private @Nullable AtomicWord refs;

  // ----

  /** {@code cqe.res}: while it is issued, how much is wanted; then the result. */
  long res;

  /** {@code bytes_done}: of an attempt that transferred a part. */
  int bytesDone;

  /** The next request of the chain. */
  @Nullable IoKiocb link;

  private @Nullable File file;
  private @Nullable Kiocb kiocb;

  /** Whether {@link #kiocb} is a write inside freeze protection ({@code IOCB_WRITE}). */
  boolean inWrite;

  /** {@code io_task_work.func}. */
  private @Nullable Runnable taskWork;

  /** The request that was added to the list of task work before this one. */
  @Nullable IoKiocb addedBefore;

  /** {@code iopoll_completed}. */
  final AtomicWord iopollCompleted;

  IoKiocb(IoRingCtx ctx, IoUringTask tctx, Sqe sqe) {
    super(ctx.machine(), "io_kiocb");
    this.ctx = ctx;
    this.tctx = tctx;
    this.sqe = sqe;
    this.isLinked = (sqe.flags() & Sqe.IO_LINK) != 0;
    this.isHardLinked = (sqe.flags() & Sqe.IO_HARDLINK) != 0;
    this.forceAsync = (sqe.flags() & Sqe.ASYNC) != 0;
    this.iopollCompleted = new AtomicWord(machine(), "iopoll_completed", 0);
  }

  IoRingCtx ctx() {
    return ctx;
  }

  IoUringTask tctx() {
    return tctx;
  }

  Sqe sqe() {
    return sqe;
  }

  /** {@code IO_REQ_LINK_FLAGS}. */
  boolean hasLinkFlags() {
    return isLinked || isHardLinked;
  }

  /** {@code req_fail_link_node}. */
  void fail(long error) {
    failed = true;
    res = error;
  }

  @Nullable File fileOrNull() {
    return file;
  }

  File file() {
    return Objects.requireNonNull(file, "a request whose file was not assigned");
  }

  void file(File assigned) {
    file = assigned;
  }

  Kiocb kiocb() {
    return Objects.requireNonNull(kiocb, "a request that was not issued");
  }

  /** {@link #kiocb}, or null for an operation that has none. */
  @Nullable Kiocb kiocbOrNull() {
    return kiocb;
  }

  void kiocb(Kiocb issued) {
    kiocb = issued;
  }

  void taskWork(Runnable func) {
    taskWork = func;
  }

  void doTaskWork() {
    use();
    Objects.requireNonNull(taskWork, "task work without a function").run();
  }

  /** {@code __io_req_set_refcount} or {@code req_ref_get}: a reference more, for a worker. */
  void getRef() {
    AtomicWord known = refs;
    if (known == null) {
      refs = new AtomicWord(machine(), "refs of io_kiocb", 2);
    } else {
      known.fetchAdd(1);
    }
  }

  /** {@code req_ref_put_and_test}: whether that was the last reference. */
  boolean putRef() {
    AtomicWord known = refs;
    return known == null || known.addReturn(-1) == 0;
  }

  /** Its references were put; for the one who frees it. */
  void dropRefcount() {
    refs = null;
  }
}
