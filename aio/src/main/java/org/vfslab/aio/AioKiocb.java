package org.vfslab.aio;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.ReportKind;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.vfs.EventFd;
import org.vfslab.vfs.OpenFile;

/**
 * A request in the kernel: {@code struct aio_kiocb} of {@code fs/aio.c}, 7.2.
 *
 * <p>It has two references, the submitter's and the completion's. Whoever gives the last one back,
 * in whatever order, posts the event and frees the request; nobody asks who was first.
 */
abstract class AioKiocb extends KernelObject {
  private final KioContext context;
  private final OpenFile file;
  private final Iocb obj;
  private final long data;
  private final @Nullable EventFd eventfd;
  private final AtomicWord refs;

  /** {@code ki_res}: written by the completion, before its reference goes. */
  private long result;

  AioKiocb(Submission submission) {
    super(submission.context().machine(), "aio_kiocb");
    this.context = submission.context();
    this.file = submission.file();
    this.obj = submission.iocb();
    this.data = obj.data();
    this.eventfd = submission.eventfd();
    this.refs = new AtomicWord(machine(), "ki_refcnt", 2);
  }

  final KioContext context() {
    return context;
  }

  final OpenFile file() {
    return file;
  }

  /** {@code ki_res.obj}: the control block. */
  final Iocb obj() {
    return obj;
  }

  /** {@code ki_eventfd}. */
  final @Nullable EventFd eventfd() {
    return eventfd;
  }

  final void result(long newResult) {
    result = newResult;
  }

  /** {@code ki_cancel}: under the context's lock, for requests on its active list. */
  void cancel() {
    throw new IllegalStateException("a request that cannot be cancelled is on no list");
  }

  /** The end of {@code io_submit_one} for a request of which an event comes. */
  void submitted() {
    put();
  }

  /** {@code refcount_dec_and_test(&ki_refcnt)}: whether the last reference went. */
  final boolean dropReference() {
    long left = refs.addReturn(-1);
    if (left < 0) {
      throw new KernelFault(
          ReportKind.USE_AFTER_FREE, "refcount_t: underflow; use-after-free of " + name());
    }
    return left == 0;
  }

  /** {@code iocb_put}: any context; never sleeps. */
  final void put() {
    if (dropReference()) {
      post();
      destroy();
    }
  }

  /** {@code aio_complete}. */
  final void post() {
    context.complete(new IoEvent(data, obj, result), eventfd);
  }

  /** {@code iocb_destroy}: gives back the event counter, the file, the context and the memory. */
  final void destroy() {
    if (eventfd != null) {
      eventfd.contextPut();
    }
    file.put();
    kfree();
    context.requestGone();
  }
}
