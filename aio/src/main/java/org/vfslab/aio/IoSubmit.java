package org.vfslab.aio;

import java.util.List;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.EventFd;
import org.vfslab.vfs.File;
import org.vfslab.vfs.Kiocb;
import org.vfslab.vfs.OpenFile;
import org.vfslab.vfs.ReadWrite;
import org.vfslab.vfs.RwFlags;
import org.vfslab.vfs.StreamFile;
import org.vfslab.vfs.UserProcess;
import org.vfslab.vfs.Vectors;
import org.vfslab.vfs.WriteSection;

/**
 * The submission of one control block, and how reads and writes end: {@code io_submit_one} of
 * {@code fs/aio.c}, 7.2, whose order of checks it has.
 */
final class IoSubmit {
  private static final int U16_MAX = 0xffff;

  /** {@code IOPRIO_CLASS_SHIFT}, and the classes. */
  private static final int IOPRIO_CLASS_SHIFT = 13;

  private static final int IOPRIO_CLASS_NONE = 0;
  private static final int IOPRIO_CLASS_IDLE = 3;
  private static final int IOPRIO_LEVEL_MASK = 7;

  private final UserProcess process;
  private final Rcu rcu;
  private final WriteHold writeHold;
  private final PollForm polls;

  IoSubmit(UserProcess process, Rcu rcu, WriteHold writeHold, PollForm polls) {
    this.process = process;
    this.rcu = rcu;
    this.writeHold = writeHold;
    this.polls = polls;
  }

  /** {@code io_submit_one}: 0 if an event will come, otherwise a negative errno and none. */
  int submitOne(KioContext context, Iocb iocb) {
    if (iocb.reserved2() != 0 || iocb.nbytes() < 0) {
      return -Errno.EINVAL;
    }
    if (!context.requestBegins()) {
      return -Errno.EAGAIN;
    }
    int error = withFile(context, iocb);
    if (error < 0) {
      context.requestGone();
      context.slotUnused();
    }
    return error;
  }

  /** The first half of {@code __io_submit_one}. */
  private int withFile(KioContext context, Iocb iocb) {
    OpenFile file = process.fgetAny(iocb.fd());
    if (file == null) {
      return -Errno.EBADF;
    }
    EventFd eventfd = null;
    int error = 0;
    if (iocb.hasFlag(Iocb.FLAG_RESFD)) {
      OpenFile signalled = process.fgetAny(iocb.resfd());
      if (signalled instanceof EventFd counter) {
        counter.contextGet();
        eventfd = counter;
      } else {
        error = signalled == null ? -Errno.EBADF : -Errno.EINVAL;
      }
      if (signalled != null) {
        signalled.put();
      }
    }
    if (error == 0) {
      iocb.key(0);
      error = dispatch(new Submission(context, file, iocb, eventfd));
    }
    if (error < 0) {
      if (eventfd != null) {
        eventfd.contextPut();
      }
      file.put();
    }
    return error;
  }

  private int dispatch(Submission submission) {
    return switch (submission.iocb().opcode()) {
      case PREAD, PREADV -> readOrWrite(submission, false);
      case PWRITE, PWRITEV -> readOrWrite(submission, true);
      case FSYNC -> AioFsync.submit(submission, false);
      case FDSYNC -> AioFsync.submit(submission, true);
      case POLL -> poll(submission);
      case NOOP -> -Errno.EINVAL;
    };
  }

  /** {@code aio_read}, {@code aio_write} up to where they differ. */
  private int readOrWrite(Submission submission, boolean write) {
    Iocb iocb = submission.iocb();
    int refused = prepRw(submission);
    if (refused < 0) {
      return refused;
    }
    OpenFile open = submission.file();
    if (!hasMode(open, write)) {
      return -Errno.EBADF;
    }
    if (!hasIter(open, write)) {
      return -Errno.EINVAL;
    }
    List<byte[]> buffers = iocb.buffers();
    if (buffers == null) {
      return -Errno.EFAULT;
    }
    if (buffers.size() > Vectors.BUFFERS_MAX) {
      return -Errno.EINVAL;
    }
    if (open instanceof File file) {
      return write ? write(submission, file, buffers) : read(submission, file, buffers);
    }
    int wrong = ReadWrite.checkArea(iocb.offset(), Vectors.bytes(buffers));
    return wrong == 0 && open instanceof StreamFile stream
        ? AioStream.submit(
            submission, stream, write, buffers, (iocb.rwFlags() & RwFlags.RWF_NOWAIT) != 0)
        : wrong;
  }

  /** {@code aio_prep_rw}. The process may use all priorities. */
  private static int prepRw(Submission submission) {
    Iocb iocb = submission.iocb();
    if (iocb.hasFlag(Iocb.FLAG_IOPRIO)) {
      int level = iocb.reqprio() & IOPRIO_LEVEL_MASK;
      int priorityClass = iocb.reqprio() >>> IOPRIO_CLASS_SHIFT;
      if (priorityClass > IOPRIO_CLASS_IDLE || (priorityClass == IOPRIO_CLASS_NONE && level != 0)) {
        return -Errno.EINVAL;
      }
    }
    return Kiocb.checkRwFlags(iocb.rwFlags());
  }

  private static boolean hasMode(OpenFile open, boolean write) {
    return switch (open) {
      case File file -> write ? file.isWritable() : file.isReadable();
      case StreamFile stream -> write ? stream.isWritable() : stream.isReadable();
      default -> true;
    };
  }

  private static boolean hasIter(OpenFile open, boolean write) {
    return switch (open) {
      case File file -> !file.inode().isDirectory();
      case StreamFile stream -> !write || stream.hasWriteIter();
      default -> false;
    };
  }

  private static AioRw request(Submission submission, File file, AioRw.End end) {
    return new AioRw(submission, file, submission.iocb().rwFlags() & ~RwFlags.RWF_HIPRI, end);
  }

  /** The rest of {@code aio_read}: returns 0 if an event will come. */
  private int read(Submission submission, File file, List<byte[]> buffers) {
    byte[] all = buffers.size() == 1 ? buffers.getFirst() : new byte[Vectors.bytes(buffers)];
    int denied = ReadWrite.verifyArea(file, false, submission.iocb().offset(), all.length);
    if (denied < 0) {
      return denied;
    }
    AioRw request = request(submission, file, (ended, result) -> readEnds(ended, all, result));
    done(request, ReadWrite.readIter(request.kiocb(), all));
    request.submitted();
    return 0;
  }

  /** The rest of {@code aio_write}: returns 0 if an event will come. */
  private int write(Submission submission, File file, List<byte[]> buffers) {
    WriteSection section = file.inode().sb().writeSection();
    Object begun = section.beforeEvent();
    byte[] all = Vectors.gather(buffers);
    long offset = submission.iocb().offset();
    int denied = ReadWrite.mayWrite(file, section, begun, offset, all.length);
    if (denied < 0) {
      section.end(begun);
      return denied;
    }
    AioRw request = request(submission, file, this::writeEnds);
    begun = section.beforeProtection(begun);
    request.kiocb().writeSection(begun);
    section.handsOver(begun);
    writeHold.submits(request.kiocb());
    long result = ReadWrite.askedInside(file, section, begun, offset, all.length);
    if (result == 0) {
      result = ReadWrite.writeIter(request.kiocb(), all);
    }
    writeHold.submitted(request.kiocb());
    done(request, result);
    request.submitted();
    return 0;
  }

  /** {@code aio_rw_done}: what was not queued has ended here and now. */
  private static void done(AioRw request, long result) {
    if (result != -Errno.EIOCBQUEUED) {
      request.end(result == -Errno.ERESTARTSYS ? -Errno.EINTR : result);
    }
  }

  /** {@code aio_complete_rw} of a read: any context, most often a hard interrupt; never sleeps. */
  private static void readEnds(AioRw request, byte[] all, long result) {
    List<byte[]> buffers = request.obj().buffers();
    if (buffers != null && buffers.size() != 1) {
      Vectors.scatter(all, result, buffers);
    }
    request.result(result);
    request.put();
  }

  /** {@code aio_complete_rw} of a write. */
  private void writeEnds(AioRw request, long result) {
    Kiocb kiocb = request.kiocb();
    writeHold.completes(kiocb);
    kiocb.file().inode().sb().writeSection().end(kiocb.writeSection());
    request.result(result);
    request.put();
  }

  /** {@code aio_poll}: returns 0 if an event will come. */
  private int poll(Submission submission) {
    Iocb iocb = submission.iocb();
    if (iocb.events() != (iocb.events() & U16_MAX)
        || iocb.offset() != 0
        || iocb.nbytes() != 0
        || iocb.rwFlags() != 0) {
      return -Errno.EINVAL;
    }
    PollRequest request = polls.make(submission, rcu);
    int error = request.submit();
    if (error == 0) {
      request.submitted();
    } else {
      request.kfree(); // the rest of iocb_destroy is done for all that fail
    }
    return error;
  }
}
