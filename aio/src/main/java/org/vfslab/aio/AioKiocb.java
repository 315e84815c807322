package org.vfslab.aio;

import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.vfs.OpenFile;

/**
 * A request in the kernel: {@code struct aio_kiocb}.
 *
 * <p>It has two references, the submitter's and the completion's. Whoever gives the last one back,
 * in whatever order, posts the event and frees the request; nobody asks who was first.
 */
abstract class AioKiocb extends KernelObject {
  private final KioContext context;
  private final OpenFile file;
  private final long data;
  private final AtomicWord refs;

  /** {@code ki_res}: written by the completion, before its reference goes. */
  private long result;

  AioKiocb(KioContext context, OpenFile file, Iocb iocb) {
    super(context.machine(), "aio_kiocb");
    this.context = context;
    this.file = file;
    this.data = iocb.data();
    this.refs = new AtomicWord(machine(), "ki_refcnt", 2);
  }

  final KioContext context() {
    return context;
  }

  final OpenFile file() {
    return file;
  }

  /** {@code ki_res.obj}: which control block it is; control blocks have their data as address. */
  final long obj() {
    return data;
  }

  final void result(long newResult) {
    result = newResult;
  }

  /** {@code ki_cancel}: under the context's lock, for requests on its active list. */
  void cancel() {
    throw new IllegalStateException("a request that cannot be cancelled is on no list");
  }

  /** {@code iocb_put}: any context; never sleeps. */
  final void put() {
    if (refs.addReturn(-1) == 0) {
      context.complete(new IoEvent(data, result));
      destroy();
    }
  }

  /** {@code iocb_destroy}: gives back the file, the context and the memory. */
  final void destroy() {
    file.put();
    kfree();
    context.requestGone();
  }
}
