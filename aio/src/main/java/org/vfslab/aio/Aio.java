package org.vfslab.aio;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Errno;
import org.vfslab.memory.AtomicWord;
import org.vfslab.vfs.File;
import org.vfslab.vfs.Kiocb;
import org.vfslab.vfs.OpenFile;
import org.vfslab.vfs.ReadWrite;
import org.vfslab.vfs.UserProcess;
import org.vfslab.vfs.WriteSection;

/**
 * The aio system calls of one process: {@code fs/aio.c}, 7.2.
 *
 * <p>A write passes through here like this: {@link #ioSubmit} takes a slot of the ring, the file
 * and freeze protection, and hands the request to the filesystem, which queues it; the submitter
 * gives its reference back and returns. The device's interrupt calls {@link #completeWrite}: freeze
 * protection ends, and with the last reference the event is posted.
 */
public final class Aio {

  /** {@code aio_max_nr}: for how many requests all contexts together may be set up. */
  public static final long AIO_MAX_NR = 0x10000;

  private static final long UINT_MAX = 0xffff_ffffL;
  private static final long RING_BYTES_MAX = 0x1000_0000;
  private static final long PAGE_BYTES = 4096;

  /** The size of {@code struct aio_ring} before its events, and of {@code struct io_event}. */
  private static final long HEADER_BYTES = 32;

  private static final long EVENT_BYTES = 32;

  private static final int U16_MAX = 0xffff;

  private final Lockdep lockdep;
  private final UserProcess process;
  private final Rcu rcu;
  private final WriteHold writeHold;
  private final List<KioContext> contexts = new CopyOnWriteArrayList<>();

  /** {@code aio_nr}. */
  private final AtomicWord aioNr;

  /** The aio of {@code process}; its contexts are destroyed when the last thread exits. */
  public Aio(Lockdep lockdep, UserProcess process, Rcu rcu, WriteHold writeHold) {
    this.lockdep = lockdep;
    this.process = process;
    this.rcu = rcu;
    this.writeHold = writeHold;
    this.aioNr = new AtomicWord(lockdep.machine(), "aio_nr", 0);
    process.atExit(this::exitAio);
  }

  /**
   * {@code io_setup}: makes a context for {@code nr} requests; its ring has room for more, as in
   * the kernel. Never sleeps here.
   *
   * @param nr 1 or more
   * @param ctxp one element, null, in which the context is put
   * @return 0; -EINVAL if there is a context already or nr is out of range; -EAGAIN if all contexts
   *     together would exceed {@link #AIO_MAX_NR}
   */
  public long ioSetup(long nr, @Nullable KioContext[] ctxp) {
    if (ctxp[0] != null || nr <= 0 || nr > UINT_MAX) {
      return -Errno.EINVAL;
    }
    long events = Math.max(nr, 4L * lockdep.machine().cpus().size()) * 2;
    if (events > RING_BYTES_MAX / EVENT_BYTES) {
      return -Errno.EINVAL;
    }
    if (aioNr.addReturn(nr) > AIO_MAX_NR) {
      aioNr.fetchAdd(-nr);
      return -Errno.EAGAIN;
    }
    long pages = (HEADER_BYTES + (events + 2) * EVENT_BYTES + PAGE_BYTES - 1) / PAGE_BYTES;
    int ring = (int) ((pages * PAGE_BYTES - HEADER_BYTES) / EVENT_BYTES);
    KioContext context =
        new KioContext(lockdep, "ctx" + contexts.size(), ring - 1, () -> aioNr.fetchAdd(-nr));
    contexts.add(context);
    ctxp[0] = context;
    return 0;
  }

  /** {@code /proc/sys/fs/aio-nr}: for how many requests contexts are set up; for properties. */
  public long aioNrNow() {
    return aioNr.peek();
  }

  /**
   * A context with so many slots and a name, for scenarios; before the machine runs.
   *
   * @param events 1 or more
   */
  public KioContext context(String name, int events) {
    if (events < 1) {
      throw new IllegalArgumentException("an aio context has at least one event, not " + events);
    }
    KioContext context = new KioContext(lockdep, name, events, () -> {});
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
    OpenFile open = process.fgetAny(iocb.fd());
    if (open == null) {
      return notSubmitted(context, -Errno.EBADF);
    }
    int error =
        switch (iocb.opcode()) {
          case PREAD -> open instanceof File file ? read(context, file, iocb) : -Errno.EINVAL;
          case PWRITE -> open instanceof File file ? write(context, file, iocb) : -Errno.EINVAL;
          case POLL -> poll(context, open, iocb);
        };
    if (error < 0) {
      open.put();
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
    AioRw request = new AioRw(context, file, iocb, this::completeRead);
    done(request, ReadWrite.readIter(request.kiocb(), iocb.buffer()));
    request.put();
    return 0;
  }

  /** {@code aio_write}: returns 0 if an event will come. */
  private int write(KioContext context, File file, Iocb iocb) {
    if (!file.isWritable()) {
      return -Errno.EBADF;
    }
    WriteSection section = file.inode().sb().writeSection();
    Object begun = section.beforeEvent();
    int bytes = iocb.buffer().length;
    int denied = ReadWrite.mayWrite(file, section, begun, iocb.offset(), bytes);
    if (denied < 0) {
      section.end(begun);
      return denied;
    }
    AioRw request = new AioRw(context, file, iocb, this::completeWrite);
    begun = section.beforeProtection(begun);
    request.kiocb().writeSection(begun);
    section.handsOver(begun);
    writeHold.submits(request.kiocb());
    long result = ReadWrite.askedInside(file, section, begun, iocb.offset(), bytes);
    if (result == 0) {
      result = ReadWrite.writeIter(request.kiocb(), iocb.buffer());
    }
    writeHold.submitted(request.kiocb());
    done(request, result);
    request.put();
    return 0;
  }

  /** {@code aio_poll}: returns 0 if an event will come. */
  private int poll(KioContext context, OpenFile file, Iocb iocb) {
    if (iocb.events() != (iocb.events() & U16_MAX)
        || iocb.offset() != 0
        || iocb.buffer().length != 0) {
      return -Errno.EINVAL;
    }
    AioPoll request = new AioPoll(context, file, iocb, rcu);
    int error = request.submit();
    if (error == 0) {
      request.put();
    } else {
      request.kfree(); // the rest of iocb_destroy is done for all that fail
    }
    return error;
  }

  /**
   * {@code io_cancel}: never sleeps. Only polls can be cancelled.
   *
   * @param data which control block
   * @return -EINPROGRESS: the event comes through the ring, as always; -EINVAL if the context is
   *     dead, or no request of that control block is waiting
   */
  public long ioCancel(KioContext context, long data) {
    if (!context.enter()) {
      return -Errno.EINVAL;
    }
    long result = context.cancel(data);
    context.leave();
    return result;
  }

  /** {@code aio_rw_done}: what was not queued has ended here and now. */
  private static void done(AioRw request, long result) {
    if (result != -Errno.EIOCBQUEUED) {
      request.end(result == -Errno.ERESTARTSYS ? -Errno.EINTR : result);
    }
  }

  private void completeRead(AioRw request, long result) {
    request.result(result);
    request.put();
  }

  /** {@code aio_complete_rw}: any context, most often a hard interrupt; never sleeps. */
  private void completeWrite(AioRw request, long result) {
    Kiocb kiocb = request.kiocb();
    writeHold.completes(kiocb);
    kiocb.file().inode().sb().writeSection().end(kiocb.writeSection());
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
