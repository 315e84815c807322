package org.vfslab.vfs;

import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;

/**
 * Reading and writing by descriptor: {@code read}, {@code write}, their forms with a place and with
 * many buffers, {@code lseek}; {@code fs/read_write.c}, 7.2.
 *
 * <p>The calls without a place use and move the place of the open file, under f_pos_lock.
 */
final class IoCalls {

  static final int SEEK_SET = 0;
  static final int SEEK_CUR = 1;
  static final int SEEK_END = 2;

  private final FileTable files;

  IoCalls(FileTable files) {
    this.files = files;
  }

  /** A transfer of an open file at a place. */
  private interface Transfer {
    /** Returns bytes or a negative errno; {@code iocb} knows where it ended up. */
    long run(Kiocb iocb);
  }

  long read(long fd, byte[] data) {
    long result = atPosition(fd, 0, iocb -> ReadWrite.vfsRead(iocb, data));
    return result == -Errno.EBADF
        ? onStream(fd, file -> file.isReadable() ? file.read(data, false) : -Errno.EBADF)
        : result;
  }

  long write(long fd, UserBuffer data) {
    long result = atPosition(fd, 0, iocb -> ReadWrite.vfsWrite(iocb, data));
    return result == -Errno.EBADF
        ? onStream(fd, file -> file.isWritable() ? writeStream(file, data) : -Errno.EBADF)
        : result;
  }

  private static long writeStream(StreamFile file, UserBuffer data) {
    byte[] bytes = data.copy(0, data.length());
    return bytes == null ? -Errno.EFAULT : file.write(bytes, false);
  }

  /** A call on a file without places; EBADF for others. */
  private long onStream(long fd, ToLongFunction<StreamFile> call) {
    OpenFile file = files.getAny(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    long result = file instanceof StreamFile stream ? call.applyAsLong(stream) : -Errno.EBADF;
    file.put();
    return result;
  }

  long pread(long fd, byte[] data, long pos) {
    return at(fd, pos, 0, iocb -> ReadWrite.vfsRead(iocb, data));
  }

  long pwrite(long fd, UserBuffer data, long pos) {
    return at(fd, pos, 0, iocb -> ReadWrite.vfsWrite(iocb, data));
  }

  /** {@code readv}, {@code preadv}, {@code preadv2}; a place of -1 is that of the open file. */
  long preadv2(long fd, List<byte[]> buffers, long pos, int rwFlags) {
    if (buffers.size() > Vectors.BUFFERS_MAX) {
      return pos < -1 ? -Errno.EINVAL : badVector(fd);
    }
    byte[] all = new byte[Vectors.bytes(buffers)];
    Transfer transfer = iocb -> ReadWrite.vfsRead(iocb, all);
    long result = pos == -1 ? atPosition(fd, rwFlags, transfer) : at(fd, pos, rwFlags, transfer);
    Vectors.scatter(all, result, buffers);
    return result;
  }

  /** {@code writev}, {@code pwritev}, {@code pwritev2}; a place of -1 is that of the open file. */
  long pwritev2(long fd, List<byte[]> buffers, long pos, int rwFlags) {
    if (buffers.size() > Vectors.BUFFERS_MAX) {
      return pos < -1 ? -Errno.EINVAL : badVector(fd);
    }
    byte[] all = Vectors.gather(buffers);
    Transfer transfer = iocb -> ReadWrite.vfsWrite(iocb, UserBuffer.of(all));
    return pos == -1 ? atPosition(fd, rwFlags, transfer) : at(fd, pos, rwFlags, transfer);
  }

  /** {@code import_iovec} comes after the descriptor. */
  private long badVector(long fd) {
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    file.put();
    return -Errno.EINVAL;
  }

  private long at(long fd, long pos, int rwFlags, Transfer transfer) {
    if (pos < 0) {
      return -Errno.EINVAL;
    }
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    long result = run(file, pos, rwFlags, transfer, null);
    file.put();
    return result;
  }

  private long atPosition(long fd, int rwFlags, Transfer transfer) {
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    file.posLock().lock();
    long result = run(file, file.pos().get(), rwFlags, transfer, file);
    file.posLock().unlock();
    file.put();
    return result;
  }

  private static long run(
      File file, long pos, int rwFlags, Transfer transfer, @Nullable File moved) {
    int refused = Kiocb.checkRwFlags(rwFlags);
    if (refused < 0) {
      return refused;
    }
    Kiocb iocb = new Kiocb(file, pos, rwFlags, null);
    long result = transfer.run(iocb);
    if (moved != null && result > 0) {
      moved.pos().set(iocb.pos() + result);
    }
    return result;
  }

  /** {@code lseek}: the new place; EBADF, EINVAL for an unknown origin or a place below 0. */
  long lseek(long fd, long offset, int whence) {
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    file.posLock().lock();
    long result =
        switch (whence) {
          case SEEK_SET -> offset;
          case SEEK_CUR -> file.pos().get() + offset;
          case SEEK_END -> file.inode().size() + offset;
          default -> -1;
        };
    if (result < 0 || result > LabFs.BYTES_MAX) {
      result = -Errno.EINVAL;
    } else {
      file.pos().set(result);
    }
    file.posLock().unlock();
    file.put();
    return result;
  }
}
