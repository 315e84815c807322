package org.vfslab.aio;

import org.vfslab.vfs.Kiocb;
import org.vfslab.vfs.ReadWrite;

/**
 * For how long an asynchronous write holds freeze protection: the seam at which aio patches are
 * tried. Called for regular files only.
 */
public interface WriteHold {

  /** Before {@code ->write_iter}, in the submitter. May sleep. */
  void submits(Kiocb iocb);

  /** After {@code ->write_iter} has returned, in the submitter. */
  void submitted(Kiocb iocb);

  /** At the end of the write, in any context; must not sleep. */
  void completes(Kiocb iocb);

  /**
   * Mainline, since 4.10: from the submission to the completion, which ends the write for a
   * submitter that went back to user space long ago ({@code kiocb_start_write}, {@code
   * kiocb_end_write}).
   */
  WriteHold UNTIL_COMPLETION =
      new WriteHold() {
        @Override
        public void submits(Kiocb iocb) {
          ReadWrite.kiocbStartWrite(iocb);
        }

        @Override
        public void submitted(Kiocb iocb) {}

        @Override
        public void completes(Kiocb iocb) {
          ReadWrite.kiocbEndWrite(iocb);
        }
      };
}
