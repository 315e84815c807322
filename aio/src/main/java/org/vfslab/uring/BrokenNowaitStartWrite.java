package org.vfslab.uring;

import org.vfslab.vfs.Kiocb;
import org.vfslab.vfs.ReadWrite;

/**
 * Broken, as before Linux 6.12: the attempt that must not sleep sleeps in {@code sb_start_write}
 * all the same. Who waits to freeze waits for the submitter's earlier writes; they end in task work
 * of the submitter, who sleeps for the freeze to be over.
 *
 * <p>Repaired by commit 1d60d74e8526, "io_uring/rw: fix missing NOWAIT check for O_DIRECT start
 * write" (Jens Axboe, October 2024; reported by Peter Mann). Patch name: {@code
 * io-uring-nowait-start-write}.
 */
public final class BrokenNowaitStartWrite implements UringWriteHold {

  @Override
  public boolean begins(Kiocb iocb) {
    ReadWrite.kiocbStartWrite(iocb);
    return true;
  }

  @Override
  public boolean endsWithTheIo() {
    return false;
  }
}
