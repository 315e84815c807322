package org.vfslab.vfs;

import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.machine.Errno;

/**
 * The small filesystem of the model: blocks are mapped when first written, and there is no journal
 * yet.
 *
 * <p>i_rwsem as ext4 takes it (7.2): buffered writes exclusively; direct reads shared; direct
 * writes shared when they only overwrite mapped blocks inside the file, else exclusively, alone and
 * synchronously.
 */
public final class LabFs implements SuperOperations {

  /** The filesystem type. */
  public static final LabFs TYPE = new LabFs();

  /** {@code s_maxbytes}: no file is longer. */
  static final long BYTES_MAX = 1L << 30;

  private LabFs() {}

  /** {@code ->write_iter}: the caller has begun freeze protection. May sleep. */
  static long writeIter(Kiocb iocb, byte[] data) {
    if (iocb.pos() > BYTES_MAX - data.length) {
      return -Errno.EFBIG;
    }
    return iocb.isDirect() ? directWrite(iocb, data) : bufferedWrite(iocb, data);
  }

  /** {@code ->read_iter}. May sleep. */
  static long readIter(Kiocb iocb, byte[] data) {
    Inode inode = iocb.file().inode();
    if (iocb.isDirect() && !aligned(iocb.pos(), data.length)) {
      return -Errno.EINVAL;
    }
    long left = inode.size() - iocb.pos();
    if (left <= 0 || data.length == 0) {
      return 0;
    }
    if (!iocb.isDirect()) {
      return bufferedRead(iocb, data, left);
    }
    if (left < data.length) {
      return -Errno.EOPNOTSUPP; // a short direct read is not modelled yet
    }
    inode.iRwsem().downRead();
    long result = DirectIo.start(iocb, BioOp.READ, data, false);
    inode.iRwsem().upRead();
    return result;
  }

  private static long bufferedRead(Kiocb iocb, byte[] data, long left) {
    byte[] part = left < data.length ? new byte[(int) left] : data;
    Inode inode = iocb.file().inode();
    inode.iRwsem().downRead();
    int error = inode.pages().read(iocb.pos(), part);
    inode.iRwsem().upRead();
    if (error < 0) {
      return error;
    }
    if (part != data) {
      System.arraycopy(part, 0, data, 0, part.length);
    }
    return part.length;
  }

  private static long bufferedWrite(Kiocb iocb, byte[] data) {
    Inode inode = iocb.file().inode();
    inode.iRwsem().downWrite();
    long result = mapRange(inode, iocb.pos(), data.length);
    if (result == 0) {
      result = inode.pages().write(iocb.pos(), data);
    }
    if (result == 0) {
      extend(inode, iocb.pos() + data.length);
      result = data.length;
    }
    inode.iRwsem().upWrite();
    return result;
  }

  private static long directWrite(Kiocb iocb, byte[] data) {
    Inode inode = iocb.file().inode();
    if (!aligned(iocb.pos(), data.length)) {
      return -Errno.EINVAL;
    }
    inode.iRwsem().downRead();
    if (overwrites(inode, iocb.pos(), data.length)) {
      long result = DirectIo.start(iocb, BioOp.WRITE, data, false);
      inode.iRwsem().upRead();
      return result;
    }
    inode.iRwsem().upRead();
    inode.iRwsem().downWrite();
    long result = directWriteAlone(iocb, data);
    inode.iRwsem().upWrite();
    return result;
  }

  /** With i_rwsem held exclusively: waits for all direct I/O before, and for its own. */
  private static long directWriteAlone(Kiocb iocb, byte[] data) {
    Inode inode = iocb.file().inode();
    inode.dioCount().waitForAll();
    int error = mapRange(inode, iocb.pos(), data.length);
    if (error < 0) {
      return error;
    }
    long result = DirectIo.start(iocb, BioOp.WRITE, data, true);
    if (result > 0) {
      extend(inode, iocb.pos() + result);
    }
    return result;
  }

  private static void extend(Inode inode, long end) {
    if (end > inode.size()) {
      inode.size(end);
    }
  }

  private static boolean overwrites(Inode inode, long pos, long bytes) {
    if (pos + bytes > inode.size()) {
      return false;
    }
    long block = inode.sb().blockBytes();
    for (long at = pos - pos % block; at < pos + bytes; at += block) {
      if (!inode.isMapped(at)) {
        return false;
      }
    }
    return true;
  }

  private static int mapRange(Inode inode, long pos, long bytes) {
    long block = inode.sb().blockBytes();
    for (long at = pos - pos % block; at < pos + bytes; at += block) {
      int error = inode.map(at);
      if (error < 0) {
        return error;
      }
    }
    return 0;
  }

  private static boolean aligned(long pos, long bytes) {
    return ((pos | bytes) & (BlockDevice.SECTOR_BYTES - 1)) == 0;
  }
}
