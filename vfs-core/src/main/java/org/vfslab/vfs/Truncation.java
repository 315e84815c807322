package org.vfslab.vfs;

import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;

/**
 * Changing what blocks a file has: the size changes of {@code ext4_setattr} and {@code
 * ext4_fallocate}, 7.2. All inside freeze protection.
 *
 * <p>The order, outermost first: i_rwsem exclusively, so that no direct I/O can begin; {@code
 * inode_dio_wait}, so that none is in flight; {@code invalidate_lock} exclusively, so that no page
 * comes into being; the pages; the blocks, in a transaction.
 */
final class Truncation {

  private Truncation() {}

  /**
   * {@code do_truncate}: takes i_rwsem. May sleep.
   *
   * @return 0, -EINVAL or -EFBIG
   */
  static int setSize(Inode inode, long newSize) {
    if (newSize < 0) {
      return -Errno.EINVAL;
    }
    inode.iRwsem().downWrite();
    int error = newSize > LabFs.BYTES_MAX ? -Errno.EFBIG : 0;
    if (error == 0) {
      error = setSizeLocked(inode, newSize);
    }
    if (error == 0) {
      inode.sb().events().resized(inode);
    }
    inode.iRwsem().upWrite();
    return error;
  }

  private static int setSizeLocked(Inode inode, long newSize) {
    SuperBlock sb = inode.sb();
    sb.dataLocking().waitsForAll(inode);
    long oldSize = inode.size();
    if (newSize < oldSize) {
      int error = inode.pages().zero(newSize, oldSize);
      if (error < 0) {
        return error;
      }
    }
    inode.invalidateLock().downWrite();
    inode.size(newSize); // truncate_setsize
    inode.pages().truncate(newSize);
    Transaction transaction = Transaction.start(sb);
    if (newSize < oldSize) {
      inode.blocks().free(newSize, LabFs.BYTES_MAX);
    }
    inode.diskSize(newSize);
    modified(inode);
    transaction.changes(inode);
    transaction.stop();
    inode.invalidateLock().upWrite();
    return 0;
  }

  /** {@code FALLOC_FL_PUNCH_HOLE}: i_rwsem held exclusively. */
  static int punchHole(Inode inode, long pos, long end) {
    return withoutPages(inode, pos, end, true);
  }

  /** {@code FALLOC_FL_ZERO_RANGE}: i_rwsem held exclusively. */
  static int zeroRange(Inode inode, long pos, long end, boolean keepSize) {
    int error = withoutPages(inode, pos, end, false);
    return error < 0 ? error : allocate(inode, pos, end, keepSize);
  }

  /** Makes a range read as zeroes, and gives the whole blocks in it back if {@code frees}. */
  private static int withoutPages(Inode inode, long pos, long end, boolean frees) {
    SuperBlock sb = inode.sb();
    sb.dataLocking().waitsForAll(inode);
    long block = sb.blockBytes();
    long first = (pos + block - 1) / block * block;
    long last = end / block * block;
    inode.invalidateLock().downWrite();
    // The ends, which share their blocks with what stays; both may lie in one block.
    int error = inode.pages().zero(pos, Math.min(end, inode.size()));
    if (error == 0 && last >= first) {
      error = inode.pages().zero(last, Math.min(end, inode.size()));
    }
    if (error == 0) {
      error = inode.pages().writeAndWait();
    }
    if (error == 0 && first < last) {
      inode.pages().drop(first, last - first);
      Transaction transaction = Transaction.start(sb);
      if (frees) {
        inode.blocks().free(first, last);
      } else {
        inode.blocks().markUnwritten(first, last - first);
      }
      transaction.changes(inode);
      transaction.stop();
    }
    modified(inode);
    inode.invalidateLock().upWrite();
    return error;
  }

  /** {@code ext4_do_fallocate}: i_rwsem held exclusively; blocks for a range, unwritten. */
  static int allocate(Inode inode, long pos, long end, boolean keepSize) {
    SuperBlock sb = inode.sb();
    sb.dataLocking().waitsForAll(inode);
    modified(inode);
    return LabFs.allocate(inode, pos, end - pos, keepSize ? 0 : end);
  }

  private static void modified(Inode inode) {
    Machine machine = inode.sb().machine();
    inode.modifiedNs(machine.nowNs());
  }
}
