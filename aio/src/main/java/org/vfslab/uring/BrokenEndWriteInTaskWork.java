package org.vfslab.uring;

import org.vfslab.vfs.Kiocb;

/**
 * Broken, as in Linux 6.1 and long after: freeze protection of a write whose I/O has ended goes on
 * until its submitter comes to his task work. If he sleeps uninterruptibly for something that waits
 * for it, such as his own FIFREEZE, he never does.
 *
 * <p>Repaired in 7.2 and 6.12.117, where {@code io_complete_rw} ends the write. Patch name: {@code
 * io-uring-end-write-in-task-work}.
 */
public final class BrokenEndWriteInTaskWork implements UringWriteHold {

  @Override
  public boolean begins(Kiocb iocb) {
    return UPSTREAM.begins(iocb);
  }

  @Override
  public boolean endsWithTheIo() {
    return false;
  }
}
