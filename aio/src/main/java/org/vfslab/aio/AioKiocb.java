package org.vfslab.aio;

import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.vfs.File;
import org.vfslab.vfs.Kiocb;

/**
 * A request in the kernel: {@code struct aio_kiocb}.
 *
 * <p>It has two references, the submitter's and the completion's. Whoever gives the last one back,
 * in whatever order, posts the event and frees the request; nobody asks who was first.
 */
final class AioKiocb extends KernelObject {
  private final KioContext context;
  private final File file;
  private final long data;
  private final AtomicWord refs;
  private final End end;
  private final Kiocb kiocb;

  /** {@code ki_res}: written by the completion, before its reference goes. */
  private long result;

  /** What ends a request, with its result. */
  @FunctionalInterface
  interface End {
    void end(AioKiocb request, long result);
  }

  AioKiocb(KioContext context, File file, Iocb iocb, End end) {
    super(context.machine(), "aio_kiocb");
    this.context = context;
    this.file = file;
    this.data = iocb.data();
    this.refs = new AtomicWord(machine(), "ki_refcnt", 2);
    this.end = end;
    this.kiocb = new Kiocb(file, iocb.offset(), (kiocb, res) -> end(res));
  }

  Kiocb kiocb() {
    return kiocb;
  }

  /** {@code ki_complete}: the request has ended; any context. */
  void end(long result) {
    end.end(this, result);
  }

  void result(long newResult) {
    result = newResult;
  }

  /** {@code iocb_put}: any context; never sleeps. */
  void put() {
    if (refs.addReturn(-1) == 0) {
      context.complete(new IoEvent(data, result));
      destroy();
    }
  }

  /** {@code iocb_destroy}: gives back the file, the context and the memory. */
  void destroy() {
    file.put();
    kfree();
    context.requestGone();
  }
}
