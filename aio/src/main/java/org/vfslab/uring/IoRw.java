package org.vfslab.uring;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.File;
import org.vfslab.vfs.Kiocb;
import org.vfslab.vfs.ReadWrite;
import org.vfslab.vfs.RwFlags;
import org.vfslab.vfs.WriteSection;

/** Reads and writes of a ring: {@code io_uring/rw.c}. */
final class IoRw {

  private IoRw() {}

  // ---- issuing

  /** {@code io_write}. */
  static long write(IoKiocb request, boolean nonblock) {
    File file = request.file();
    int refused = initFile(request, file.isWritable());
    if (refused < 0) {
      return refused;
    }
    if (nonblock && !file.isDirect() && !file.inode().isDirectory()) {
      return -Errno.EAGAIN; // no FOP_BUFFER_WASYNC: a buffered write may always wait
    }
    Kiocb kiocb = newKiocb(request, nonblock);
    byte[] data = rest(request);
    WriteSection section = file.inode().sb().writeSection();
    Object begun = section.beforeEvent();
    int denied = ReadWrite.mayWrite(file, section, begun, kiocb.pos(), data.length);
    if (denied < 0) {
      section.end(begun);
      return denied;
    }
    begun = section.beforeProtection(begun);
    if (!Operations.writeHold(request).begins(kiocb)) {
      section.end(begun);
      return -Errno.EAGAIN;
    }
    request.inWrite = true;
    kiocb.writeSection(begun);
    section.handsOver(begun);
    long result = ReadWrite.askedInside(file, section, begun, kiocb.pos(), data.length);
    if (result == 0) {
      result = ReadWrite.writeIter(kiocb, data);
    }
    return written(request, result, nonblock);
  }

  private static long written(IoKiocb request, long writeResult, boolean nonblock) {
    if (writeResult == -Errno.EIOCBQUEUED) {
      return Operations.SKIP_COMPLETE; // and the request may be gone
    }
    long result = writeResult;
    if (result == -Errno.EOPNOTSUPP && request.kiocb().isNowait()) {
      result = -Errno.EAGAIN;
    }
    boolean again = result == -Errno.EAGAIN && !request.noWait && nonblock;
    boolean isShort = result >= 0 && result != request.res;
    if (again || isShort) {
      request.bytesDone += isShort ? (int) result : 0;
      endWrite(request);
      return -Errno.EAGAIN;
    }
    return done(request, result);
  }

  /** {@code io_read}. */
  static long read(IoKiocb request, boolean nonblock) {
    File file = request.file();
    int refused = initFile(request, file.isReadable());
    if (refused < 0) {
      return refused;
    }
    if (file.inode().isDirectory()) {
      return -Errno.EISDIR;
    }
    Kiocb kiocb = newKiocb(request, nonblock);
    byte[] into = rest(request);
    int denied = ReadWrite.verifyArea(file, false, kiocb.pos(), into.length);
    if (denied < 0) {
      return denied;
    }
    long result = ReadWrite.readIter(kiocb, into);
    if (result == -Errno.EIOCBQUEUED) {
      return Operations.SKIP_COMPLETE;
    }
    if (result > 0 && into != request.sqe().buffer()) {
      System.arraycopy(into, 0, request.sqe().buffer(), request.bytesDone, (int) result);
    }
    boolean again = result == -Errno.EAGAIN && nonblock && !request.noWait;
    boolean isShort = result > 0 && result != request.res && nonblock && !request.noWait;
    if (isShort) {
      request.bytesDone += (int) result;
    }
    return again || isShort ? -Errno.EAGAIN : done(request, result);
  }

  /** {@code io_rw_init_file}: 0, -EBADF, -EOPNOTSUPP or -EINVAL. */
  private static int initFile(IoKiocb request, boolean hasMode) {
    int rwFlags = request.sqe().opFlags();
    if (!hasMode) {
      return -Errno.EBADF;
    }
    int refused = Kiocb.checkRwFlags(rwFlags);
    if (refused < 0) {
      return refused;
    }
    request.noWait |= (rwFlags & RwFlags.RWF_NOWAIT) != 0;
    if (request.ctx().isPolled()) {
      return request.file().isDirect() ? 0 : -Errno.EOPNOTSUPP;
    }
    return (rwFlags & RwFlags.RWF_HIPRI) == 0 ? 0 : -Errno.EINVAL;
  }

  private static Kiocb newKiocb(IoKiocb request, boolean nonblock) {
    int rwFlags = request.sqe().opFlags() & ~RwFlags.RWF_NOWAIT;
    rwFlags |= nonblock ? RwFlags.RWF_NOWAIT : 0;
    rwFlags |= request.ctx().isPolled() ? RwFlags.RWF_HIPRI : 0;
    Kiocb kiocb =
        new Kiocb(
            request.file(),
            request.sqe().offset() + request.bytesDone,
            rwFlags,
            (iocb, result) -> complete(request, result));
    request.kiocb(kiocb);
    request.res = (long) request.sqe().buffer().length - request.bytesDone;
    return kiocb;
  }

  /** What earlier attempts have left. */
  private static byte[] rest(IoKiocb request) {
    byte[] buffer = request.sqe().buffer();
    return request.bytesDone == 0
        ? buffer
        : Arrays.copyOfRange(buffer, request.bytesDone, buffer.length);
  }

  // ---- ends

  /** {@code kiocb_done}: it was not queued; the submitter or worker ends it. */
  private static long done(IoKiocb request, long result) {
    if (result >= 0 && !request.ctx().isPolled()) {
      note(request, result);
      endWrite(request);
      notifyListeners(request);
      request.res = fixedUp(request, request.res);
      return Operations.COMPLETE;
    }
    complete(request, result == -Errno.ERESTARTSYS ? -Errno.EINTR : result);
    return Operations.SKIP_COMPLETE;
  }

  /** {@code ki_complete}: any context, most often a hard interrupt; never sleeps. */
  private static void complete(IoKiocb request, long result) {
    request.use();
    if (request.ctx().isPolled()) {
      completePolled(request, result);
      return;
    }
    if (Operations.writeHold(request).endsWithTheIo()) {
      endWrite(request);
    }
    note(request, result);
    request.res = fixedUp(request, request.res);
    request.tctx().add(request, () -> completeInTask(request));
  }

  /** {@code io_complete_rw_iopoll}: whoever polls finds it ended. */
  private static void completePolled(IoKiocb request, long result) {
    endWrite(request);
    note(request, result);
    request.res = fixedUp(request, request.res);
    request.iopollCompleted.storeRelease(1);
  }

  /** {@code io_req_rw_complete}: task work of the submitter, under uring_lock. */
  private static void completeInTask(IoKiocb request) {
    endWrite(request); // unless it was ended with the I/O
    notifyListeners(request);
    request.ctx().completeLater(request);
  }

  /** {@code __io_complete_rw_common}. */
  private static void note(IoKiocb request, long result) {
    if (result != request.res) {
      request.fail(result);
    }
  }

  /** {@code io_fixup_rw_res}: adds what earlier attempts transferred. */
  static long fixedUp(IoKiocb request, long result) {
    if (request.bytesDone == 0) {
      return result;
    }
    return result < 0 ? request.bytesDone : result + request.bytesDone;
  }

  /** {@code io_req_end_write}: any context; nothing if no write was begun. */
  private static void endWrite(IoKiocb request) {
    if (request.inWrite) {
      request.inWrite = false;
      Kiocb kiocb = request.kiocb();
      @Nullable Object begun = kiocb.writeSection();
      ReadWrite.kiocbEndWrite(kiocb);
      kiocb.file().inode().sb().writeSection().end(begun);
    }
  }

  /** {@code io_req_io_notify}: process context. */
  private static void notifyListeners(IoKiocb request) {
    File file = request.file();
    if (request.sqe().opcode() == Sqe.Opcode.WRITE.number()) {
      file.inode().sb().events().modified(file);
    } else {
      file.inode().sb().events().accessed(file);
    }
  }
}
