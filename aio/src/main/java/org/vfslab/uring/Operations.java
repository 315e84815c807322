package org.vfslab.uring;

import org.vfslab.machine.Errno;
import org.vfslab.vfs.File;
import org.vfslab.vfs.OpenFile;
import org.vfslab.vfs.Sync;
import org.vfslab.vfs.UserProcess;

/** What each opcode does: {@code io_issue_defs}. */
final class Operations {

  /** {@code IOU_COMPLETE}: it is over, and {@link IoKiocb#res} is its result. */
  static final long COMPLETE = 0;

  /** {@code IOU_ISSUE_SKIP_COMPLETE}: somebody will end it. */
  static final long SKIP_COMPLETE = 1;

  private Operations() {}

  private static boolean is(IoKiocb request, Sqe.Opcode opcode) {
    return request.sqe().opcode() == opcode.number();
  }

  private static boolean isTransfer(IoKiocb request) {
    return is(request, Sqe.Opcode.READ) || is(request, Sqe.Opcode.WRITE);
  }

  /** Whether a request of a polled ring is polled for ({@code iopoll_queue}). */
  static boolean isPolled(IoKiocb request) {
    return isTransfer(request);
  }

  /** {@code io_init_req} and {@code ->prep}: 0 or -EINVAL. */
  static int prepare(IoKiocb request) {
    Sqe sqe = request.sqe();
    if ((sqe.flags() & ~Sqe.KNOWN_FLAGS) != 0) {
      return -Errno.EINVAL;
    }
    if (isTransfer(request)) {
      return 0;
    }
    if (is(request, Sqe.Opcode.NOP)) {
      return sqe.opFlags() == 0 ? 0 : -Errno.EINVAL;
    }
    boolean known =
        is(request, Sqe.Opcode.FSYNC)
            && !request.ctx().isPolled()
            && (sqe.opFlags() & ~Sqe.FSYNC_DATASYNC) == 0;
    if (known) {
      request.forceAsync = true;
    }
    return known ? 0 : -Errno.EINVAL;
  }

  /** {@code io_assign_file}: 0 or -EBADF. */
  static int assignFile(IoKiocb request) {
    if (request.fileOrNull() != null || is(request, Sqe.Opcode.NOP)) {
      return 0;
    }
    UserProcess process = request.tctx().process();
    OpenFile open = process.fgetAny(request.sqe().fd());
    if (open instanceof File file) {
      request.file(file);
      return 0;
    }
    if (open != null) {
      open.put();
      return -Errno.EINVAL; // an event counter: no ->read_iter that would take our request
    }
    return -Errno.EBADF;
  }

  /**
   * {@code ->issue}.
   *
   * @param nonblock {@code IO_URING_F_NONBLOCK}
   * @return {@link #COMPLETE}, {@link #SKIP_COMPLETE}, or a negative errno: -EAGAIN for "not here"
   */
  static long issue(IoKiocb request, boolean nonblock) {
    if (isTransfer(request)) {
      return is(request, Sqe.Opcode.WRITE)
          ? IoRw.write(request, nonblock)
          : IoRw.read(request, nonblock);
    }
    if (is(request, Sqe.Opcode.NOP)) {
      request.res = 0;
      return COMPLETE;
    }
    if (nonblock) {
      return -Errno.EAGAIN;
    }
    request.res = Sync.fsync(request.file(), (request.sqe().opFlags() & Sqe.FSYNC_DATASYNC) != 0);
    // io_fsync says nothing of failure: what is linked to it goes on.
    return COMPLETE;
  }

  /** {@code ->fail}: what was transferred before counts. */
  static void failed(IoKiocb request) {
    if (isTransfer(request)) {
      request.res = IoRw.fixedUp(request, request.res);
    }
  }

  /**
   * {@code io_prep_async_work}: with which other works this one must not run; -1 for none. Direct
   * writes of this filesystem run in parallel, as those of ext4.
   */
  static long hash(IoKiocb request) {
    if (!isTransfer(request) || assignFile(request) < 0) {
      return -1;
    }
    File file = request.file();
    boolean serial = is(request, Sqe.Opcode.WRITE) && !file.isDirect();
    return !file.inode().isDirectory() && (serial || request.ctx().isPolled())
        ? file.inode().number()
        : -1;
  }

  /** The seam of the request's process. */
  static UringWriteHold writeHold(IoKiocb request) {
    return request.tctx().writeHold();
  }
}
