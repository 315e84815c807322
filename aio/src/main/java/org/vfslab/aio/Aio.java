package org.vfslab.aio;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.File;
import org.vfslab.vfs.ReadWrite;
import org.vfslab.vfs.UserProcess;

/**
 * The aio system calls of one process: {@code fs/aio.c}, 7.2.
 *
 * <p>A write passes through here like this: {@link #ioSubmit} takes a slot of the ring, the file
 * and freeze protection, and hands the request to the filesystem, which queues it; the submitter
 * gives its reference back and returns. The device's interrupt calls {@link #completeWrite}: freeze
 * protection ends, and with the last reference the event is posted.
 */
public final class Aio {
  private final Lockdep lockdep;
  private final UserProcess process;
  private final WriteHold writeHold;
  private final List<KioContext> contexts = new ArrayList<>();

  /** The aio of {@code process}; its contexts are destroyed when the last thread exits. */
  public Aio(Lockdep lockdep, UserProcess process, WriteHold writeHold) {
    this.lockdep = lockdep;
    this.process = process;
    this.writeHold = writeHold;
    process.atExit(this::exitAio);
  }

  /**
   * A context for so many events, as {@code io_setup} makes it; before the machine runs.
   *
   * @param events 1 or more
   */
  public KioContext context(String name, int events) {
    if (events < 1) {
      throw new IllegalArgumentException("an aio context has at least one event, not " + events);
    }
    KioContext context = new KioContext(lockdep, name, events);
    contexts.add(context);
    return context;
  }

  /**
   * {@code io_submit}: may sleep.
   *
   * @return how many were submitted; if the first one failed, its negative errno
   */
  public long ioSubmit(KioContext context, List<Iocb> iocbs) {
    if (!context.enter()) {
      return -Errno.EINVAL;
    }
    long result = submitAll(context, iocbs);
    context.leave();
    return result;
  }

  private long submitAll(KioContext context, List<Iocb> iocbs) {
    int submitted = 0;
    for (Iocb iocb : iocbs.subList(0, Math.min(iocbs.size(), context.events()))) {
      int error = submitOne(context, iocb);
      if (error < 0) {
        return submitted > 0 ? submitted : error;
      }
      submitted++;
    }
    return submitted;
  }

  private int submitOne(KioContext context, Iocb iocb) {
    if (!context.requestBegins()) {
      return -Errno.EAGAIN;
    }
    File file = process.fget(iocb.fd());
    if (file == null) {
      return notSubmitted(context, -Errno.EBADF);
    }
    int error =
        switch (iocb.opcode()) {
          case PREAD -> read(context, file, iocb);
          case PWRITE -> write(context, file, iocb);
        };
    if (error < 0) {
      file.put();
      return notSubmitted(context, error);
    }
    return 0;
  }

  /** No event will come for this request. */
  private static int notSubmitted(KioContext context, int error) {
    context.requestGone();
    context.slotUnused();
    return error;
  }

  /** {@code aio_read}: returns 0 if an event will come. */
  private int read(KioContext context, File file, Iocb iocb) {
    if (!file.isReadable()) {
      return -Errno.EBADF;
    }
    int denied = ReadWrite.verifyArea(file, false, iocb.offset(), iocb.buffer().length);
    if (denied < 0) {
      return denied;
    }
    AioKiocb request = new AioKiocb(context, file, iocb, this::completeRead);
    done(request, ReadWrite.readIter(request.kiocb(), iocb.buffer()));
    request.put();
    return 0;
  }

  /** {@code aio_write}: returns 0 if an event will come. */
  private int write(KioContext context, File file, Iocb iocb) {
    if (!file.isWritable()) {
      return -Errno.EBADF;
    }
    int denied = ReadWrite.verifyArea(file, true, iocb.offset(), iocb.buffer().length);
    if (denied < 0) {
      return denied;
    }
    AioKiocb request = new AioKiocb(context, file, iocb, this::completeWrite);
    writeHold.submits(request.kiocb());
    long result = ReadWrite.writeIter(request.kiocb(), iocb.buffer());
    writeHold.submitted(request.kiocb());
    done(request, result);
    request.put();
    return 0;
  }

  /** {@code aio_rw_done}: what was not queued has ended here and now. */
  private static void done(AioKiocb request, long result) {
    if (result != -Errno.EIOCBQUEUED) {
      request.end(result == -Errno.ERESTARTSYS ? -Errno.EINTR : result);
    }
  }

  private void completeRead(AioKiocb request, long result) {
    request.result(result);
    request.put();
  }

  /** {@code aio_complete_rw}: any context, most often a hard interrupt; never sleeps. */
  private void completeWrite(AioKiocb request, long result) {
    writeHold.completes(request.kiocb());
    request.result(result);
    request.put();
  }

  /**
   * {@code io_getevents} without a time-out: sleeps, interruptibly, for at least {@code min}
   * events.
   *
   * @return how many events were added to {@code into}, or a negative errno
   */
  public long ioGetevents(KioContext context, int min, int max, List<IoEvent> into) {
    if (!context.enter()) {
      return -Errno.EINVAL;
    }
    long result = min < 0 || max < min ? -Errno.EINVAL : context.read(min, max, into);
    context.leave();
    return result;
  }

  /** {@code io_destroy}: waits, uninterruptibly, for all requests in flight. 0 or -EINVAL. */
  public long ioDestroy(KioContext context) {
    return context.destroy();
  }

  /** {@code exit_aio}: the process is gone; waits for all requests in flight. */
  private void exitAio() {
    for (KioContext context : contexts) {
      context.destroy();
    }
  }
}
