package org.vfslab.aio;

import org.vfslab.machine.Errno;
import org.vfslab.machine.Work;
import org.vfslab.vfs.File;
import org.vfslab.vfs.Sync;

/**
 * A request to write a file back, which a worker does: {@code struct fsync_iocb}, {@code fs/aio.c},
 * 7.2.
 */
final class AioFsync extends AioKiocb {
  private final File synced;
  private final boolean dataOnly;

  private AioFsync(Submission submission, File synced, boolean dataOnly) {
    super(submission);
    this.synced = synced;
    this.dataOnly = dataOnly;
  }

  /**
   * {@code aio_fsync}: process context.
   *
   * @return 0 if an event will come; -EINVAL for arguments that it does not have, and for a file
   *     without {@code ->fsync}
   */
  static int submit(Submission submission, boolean dataOnly) {
    Iocb iocb = submission.iocb();
    if (iocb.events() != 0
        || iocb.buffers() == null
        || !iocb.buffers().isEmpty()
        || iocb.offset() != 0
        || iocb.nbytes() != 0
        || iocb.rwFlags() != 0
        || !(submission.file() instanceof File file)) {
      return -Errno.EINVAL;
    }
    AioFsync request = new AioFsync(submission, file, dataOnly);
    request
        .machine()
        .systemWorkqueue()
        .queueWork(new Work(request.machine(), "aio_fsync_work", request::work));
    request.submitted();
    return 0;
  }

  /** {@code aio_fsync_work}. */
  private void work() {
    use();
    result(Sync.vfsFsync(synced, dataOnly));
    put();
  }
}
