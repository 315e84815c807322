package org.vfslab.vfs;

import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.lockdep.Mode;
import org.vfslab.machine.Errno;

/**
 * The small filesystem of the model: blocks get a place when first written. With a {@link Journal}
 * it has a format on its device ({@link DiskLayout}); without one its metadata is in memory only.
 *
 * <p>i_rwsem as ext4 takes it (7.2): buffered writes exclusively; direct reads shared; direct
 * writes shared when they only overwrite written blocks inside the file, else exclusively; those
 * that fill a part of a new block only, or extend the file, wait for their own end, the former also
 * for all direct I/O before.
 */
public final class LabFs implements SuperOperations {

  /** The filesystem type. */
  public static final LabFs TYPE = new LabFs();

  /** {@code s_maxbytes}: no file is longer. */
  static final long BYTES_MAX = 1L << 30;

  private LabFs() {}

  // ---- the superblock

  /**
   * {@code ext4_sync_fs}: with {@code wait} what was changed is durable, by a commit or, where
   * there is nothing to commit, by a flush. Without it nothing begins, since a commit here is made
   * by who waits for it.
   */
  @Override
  public int syncFs(SuperBlock sb, boolean wait) {
    if (!wait) {
      return 0;
    }
    Journal journal = sb.journal();
    if (journal == null) {
      return sb.writeCache().flush(sb.device());
    }
    long tid = journal.latest();
    boolean needsBarrier = !journal.willFlush(tid);
    int error = journal.complete(tid);
    int flushed = needsBarrier ? sb.writeCache().flush(sb.device()) : 0;
    return error < 0 ? error : flushed;
  }

  /**
   * {@code ext4_freeze}: nothing is left in the journal, and the superblock says so: the medium can
   * be mounted as it is.
   */
  @Override
  public int freezeFs(SuperBlock sb) {
    return makeClean(sb);
  }

  private static int makeClean(SuperBlock sb) {
    Journal journal = sb.journal();
    if (journal == null) {
      return 0;
    }
    int error = journal.flush();
    return error < 0 ? error : DiskFormat.commitSuper(sb, false);
  }

  /** {@code ext4_unfreeze}: from now on the journal is needed; an error is told to nobody. */
  @Override
  public int unfreezeFs(SuperBlock sb) {
    if (sb.journal() != null) {
      DiskFormat.commitSuper(sb, true);
    }
    return 0;
  }

  @Override
  public int reconfigure(SuperBlock sb, boolean readOnly) {
    if (readOnly) {
      return makeClean(sb);
    }
    return sb.journal() == null ? 0 : DiskFormat.commitSuper(sb, true);
  }

  /** {@code ext4_put_super}. */
  @Override
  public void putSuper(SuperBlock sb) {
    if (!sb.isReadOnly()) {
      makeClean(sb);
    }
  }

  // ---- reading

  /** {@code ->read_iter}. May sleep. */
  static long readIter(Kiocb iocb, byte[] data) {
    if (iocb.isDirect() && !aligned(iocb.pos(), data.length)) {
      return -Errno.EINVAL;
    }
    if (data.length == 0) {
      return 0;
    }
    Inode inode = iocb.file().inode();
    if (!lockShared(iocb)) {
      return -Errno.EAGAIN;
    }
    long left = inode.size() - iocb.pos();
    if (left > 0 && iocb.isDirect()) {
      long result = DirectIo.start(iocb, BioOp.READ, data, Mode.READ, false);
      inode.sb().dataLocking().submitted(inode, Mode.READ, result == -Errno.EIOCBQUEUED);
      return result;
    }
    long result = left > 0 ? bufferedRead(iocb, data, left) : 0;
    inode.iRwsem().upRead();
    return result;
  }

  private static long bufferedRead(Kiocb iocb, byte[] data, long left) {
    byte[] part = left < data.length ? new byte[(int) left] : data;
    PageCache pages = iocb.file().inode().pages();
    if (iocb.isNowait() && !pages.isCached(iocb.pos(), part.length)) {
      return -Errno.EAGAIN;
    }
    int error = pages.read(iocb.pos(), part);
    if (error < 0) {
      return error;
    }
    if (part != data) {
      System.arraycopy(part, 0, data, 0, part.length);
    }
    return part.length;
  }

  private static boolean lockShared(Kiocb iocb) {
    Inode inode = iocb.file().inode();
    if (iocb.isNowait()) {
      return inode.iRwsem().downReadTrylock();
    }
    inode.iRwsem().downRead();
    return true;
  }

  // ---- writing

  /** {@code ->write_iter}: the caller has begun freeze protection. May sleep. */
  static long writeIter(Kiocb iocb, UserBuffer data) {
    int emergency = iocb.file().inode().sb().emergencyState();
    if (emergency < 0) {
      return emergency;
    }
    if (iocb.isDirect()) {
      long result = directWrite(iocb, data);
      return result == -Errno.ENOTBLK ? writeInstead(iocb, data) : result;
    }
    if (iocb.isNowait()) {
      return -Errno.EOPNOTSUPP;
    }
    long written = bufferedWrite(iocb, data);
    return written > 0 ? Sync.writeSync(iocb, written) : written;
  }

  /**
   * {@code generic_write_checks}: with i_rwsem held, finds the place of the write.
   *
   * @return how many bytes may be written, or -EFBIG
   */
  private static long checks(Kiocb iocb, int bytes) {
    if (iocb.isAppend()) {
      iocb.pos(iocb.file().inode().size());
    }
    if (iocb.pos() >= BYTES_MAX) {
      return -Errno.EFBIG;
    }
    return Math.min(bytes, BYTES_MAX - iocb.pos());
  }

  /** {@code ext4_buffered_write_iter}. */
  private static long bufferedWrite(Kiocb iocb, UserBuffer data) {
    Inode inode = iocb.file().inode();
    inode.iRwsem().downWrite();
    long bytes = checks(iocb, data.length());
    long result = bytes < 0 ? bytes : performWrite(iocb, data, (int) bytes);
    inode.iRwsem().upWrite();
    return result;
  }

  /**
   * {@code generic_perform_write}: page by page, each with its blocks before and the size after
   * ({@code ext4_write_begin}, {@code ext4_write_end}); returns bytes, which are fewer than asked
   * for where an error came between, or an errno if there are none.
   */
  private static long performWrite(Kiocb iocb, UserBuffer data, int bytes) {
    Inode inode = iocb.file().inode();
    int done = 0;
    while (done < bytes) {
      long pos = iocb.pos() + done;
      int part = (int) Math.min(bytes - done, Inode.PAGE_BYTES - pos % Inode.PAGE_BYTES);
      int error = mapRange(inode, pos, part);
      byte[] copied = error < 0 ? null : inode.sb().copyIn().copy(inode.sb(), data, done, part);
      if (error == 0) {
        error = copied == null ? -Errno.EFAULT : inode.pages().write(pos, copied);
      }
      if (error < 0) {
        return done > 0 ? done : error;
      }
      writeEnd(inode, pos + part);
      done += part;
    }
    inode.modifiedNs(inode.sb().machine().nowNs());
    return done;
  }

  private static void writeEnd(Inode inode, long end) {
    if (end > inode.size()) {
      Transaction transaction = Transaction.start(inode.sb());
      inode.size(end);
      inode.diskSize(end);
      transaction.changes(inode);
      transaction.stop();
    }
  }

  /** {@code ext4_dio_write_iter}. */
  private static long directWrite(Kiocb iocb, UserBuffer data) {
    Inode inode = iocb.file().inode();
    if (!aligned(iocb.pos(), data.length())) {
      return -Errno.EINVAL;
    }
    DataLocking locking = inode.sb().dataLocking();
    Mode held = Mode.READ;
    if (!lockShared(iocb)) {
      return -Errno.EAGAIN;
    }
    long bytes = checks(iocb, data.length());
    if (bytes > 0 && needsExclusive(inode, iocb.pos(), bytes)) {
      inode.iRwsem().upRead();
      if (iocb.isNowait()) {
        return -Errno.EAGAIN;
      }
      inode.iRwsem().downWrite();
      held = Mode.WRITE;
      bytes = checks(iocb, data.length()); // all may have changed meanwhile
    }
    long result = bytes < 0 ? bytes : directWriteLocked(iocb, data, (int) bytes, held);
    locking.submitted(inode, held, result == -Errno.EIOCBQUEUED);
    return result;
  }

  /** {@code ext4_dio_write_checks}. */
  private static boolean needsExclusive(Inode inode, long pos, long bytes) {
    if (pos + bytes <= inode.size() && inode.blocks().isWritten(pos, bytes)) {
      return false;
    }
    return inode.sb().dataLocking().serialisesPartialBlocks() || !partial(inode, pos, bytes);
  }

  private static long directWriteLocked(Kiocb iocb, UserBuffer data, int bytes, Mode held) {
    Inode inode = iocb.file().inode();
    DataLocking locking = inode.sb().dataLocking();
    boolean forceWait = false;
    if (held == Mode.WRITE) {
      boolean partial = partial(inode, iocb.pos(), bytes);
      if (partial && !inode.blocks().isWritten(iocb.pos(), bytes)) {
        locking.waitsForAll(inode);
      }
      boolean extend = iocb.pos() + bytes > inode.size();
      forceWait = (partial || extend) && locking.waitsForOwnWrite();
    }
    byte[] copied = data.copy(0, bytes);
    if (copied == null) {
      return -Errno.EFAULT;
    }
    int error = mapRange(inode, iocb.pos(), bytes);
    return error < 0 ? error : DirectIo.start(iocb, BioOp.WRITE, copied, held, forceWait);
  }

  /** Cached pages would not go: what direct I/O cannot do is written through the page cache. */
  private static long writeInstead(Kiocb iocb, UserBuffer data) {
    long written = bufferedWrite(iocb, data);
    if (written > 0) {
      PageCache pages = iocb.file().inode().pages();
      int error = pages.writeAndWait();
      if (error < 0) {
        return error;
      }
      pages.drop(iocb.pos(), written);
    }
    return written;
  }

  /** Gives all blocks of a range a place; a transaction only where one has none. */
  private static int mapRange(Inode inode, long pos, long bytes) {
    long block = inode.sb().blockBytes();
    for (long at = pos - pos % block; at < pos + bytes; at += block) {
      if (!inode.isMapped(at)) {
        return allocate(inode, pos, bytes);
      }
    }
    return 0;
  }

  static int allocate(Inode inode, long pos, long bytes) {
    return allocate(inode, pos, bytes, 0);
  }

  /** The same, and in the same transaction the file is at least this long. */
  static int allocate(Inode inode, long pos, long bytes, long sizeMin) {
    int error = allocateNow(inode, pos, bytes, sizeMin);
    Journal journal = inode.sb().journal();
    if (error == -Errno.ENOSPC && journal != null && journal.completeAll() == 0) {
      error =
          allocateNow(
              inode, pos, bytes, sizeMin); // ext4_should_retry_alloc: blocks were freed by that
    }
    return error;
  }

  private static int allocateNow(Inode inode, long pos, long bytes, long sizeMin) {
    Transaction transaction = Transaction.start(inode.sb());
    int error = inode.blocks().allocate(pos, bytes);
    if (error == 0 && sizeMin > inode.sizeNow()) {
      inode.size(sizeMin);
      inode.diskSize(sizeMin);
    }
    transaction.changes(inode);
    transaction.stop();
    return error;
  }

  private static boolean partial(Inode inode, long pos, long bytes) {
    return ((pos | bytes) & (inode.sb().blockBytes() - 1)) != 0;
  }

  private static boolean aligned(long pos, long bytes) {
    return ((pos | bytes) & (BlockDevice.SECTOR_BYTES - 1)) == 0;
  }
}
