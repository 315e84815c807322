package org.vfslab.uring;

import org.vfslab.vfs.Kiocb;
import org.vfslab.vfs.ReadWrite;

/**
 * How a write of a ring begins freeze protection, and where it ends: the seam at which patches of
 * io_uring are tried.
 */
public interface UringWriteHold {

  /**
   * {@code io_kiocb_start_write}: in the submitter or a worker, without locks but the submitter's
   * uring_lock.
   *
   * @return false if the request is to be handed to a worker, where this may sleep
   */
  boolean begins(Kiocb iocb);

  /**
   * Whether protection ends wherever the I/O ends ({@code io_complete_rw}, most often a hard
   * interrupt), and not in task work of the submitter.
   */
  boolean endsWithTheIo();

  /** Mainline. */
  UringWriteHold UPSTREAM =
      new UringWriteHold() {
        @Override
        public boolean begins(Kiocb iocb) {
          if (iocb.isNowait()) {
            return ReadWrite.kiocbStartWriteTrylock(iocb);
          }
          ReadWrite.kiocbStartWrite(iocb);
          return true;
        }

        @Override
        public boolean endsWithTheIo() {
          return true;
        }
      };
}
