package org.vfslab.aio;

import org.vfslab.vfs.File;
import org.vfslab.vfs.Kiocb;

/** A read or write in the kernel: an {@link AioKiocb} with a {@code struct kiocb} in it. */
final class AioRw extends AioKiocb {
  private final End end;
  private final Kiocb kiocb;

  /** What ends a request, with its result. */
  @FunctionalInterface
  interface End {
    void end(AioRw request, long result);
  }

  AioRw(Submission submission, File file, int rwFlags, End end) {
    super(submission);
    this.end = end;
    this.kiocb = new Kiocb(file, submission.iocb().offset(), rwFlags, (kiocb, res) -> end(res));
  }

  Kiocb kiocb() {
    return kiocb;
  }

  /** {@code ki_complete}: the request has ended; any context. */
  void end(long result) {
    end.end(this, result);
  }
}
