package org.vfslab.vfs;

import org.vfslab.lockdep.LockState;
import org.vfslab.machine.ReportKind;

/** Writing everything back: {@code fs/sync.c}, 7.2. */
public final class Sync {

  private Sync() {}

  /**
   * {@code sync_filesystem}: s_umount is held in any mode. Waits for all dirty data. May sleep.
   *
   * <p>Writing the inodes back has no result: that a page could not be written is told to fsync and
   * syncfs, once for each open file, and keeps no freeze from succeeding.
   *
   * @return 0, or the first error of the filesystem or the device as negative errno
   */
  public static int syncFilesystem(SuperBlock sb) {
    if (sb.sUmount().isHeld() == LockState.NOT_HELD) {
      sb.lockdep()
          .machine()
          .report(
              ReportKind.BUG,
              "WARNING: sync_filesystem without s_umount",
              "WARNING: sync_filesystem(" + sb.id() + ") called without s_umount");
    }
    if (sb.isReadOnly()) {
      return 0;
    }
    writebackInodes(sb);
    int error = sb.operations().syncFs(sb, false);
    if (error < 0) {
      return error;
    }
    // sync_blockdev_nowait: the filesystem keeps no dirty blocks of the device in the page cache.
    syncInodes(sb);
    return sb.operations().syncFs(sb, true);
  }

  /** {@code writeback_inodes_sb}: has all dirty pages sent on their way. */
  private static void writebackInodes(SuperBlock sb) {
    for (Inode inode : sb.inodes()) {
      inode.pages().startWriteback();
    }
  }

  /** {@code sync_inodes_sb}: and waits for all of them. */
  private static void syncInodes(SuperBlock sb) {
    for (Inode inode : sb.inodes()) {
      inode.pages().writeAll();
    }
  }

  /** {@code vfs_fsync}: writes one file back. May sleep. */
  public static int fsync(File file) {
    return fsync(file, false);
  }

  /**
   * {@code vfs_fsync}: of a file or a directory. May sleep.
   *
   * @param dataOnly whether metadata that no read needs may stay in memory
   * @return 0 or a negative errno
   */
  public static int vfsFsync(File file, boolean dataOnly) {
    return file.inode().isDirectory()
        ? commitOrFlush(file.inode(), dataOnly)
        : fsync(file, dataOnly);
  }

  /**
   * {@code ext4_sync_file}: pages, metadata, the device's cache, and the errors of which this file
   * was not told yet. A page that could not be written keeps the metadata from being committed. May
   * sleep.
   *
   * @param dataOnly whether metadata that no read needs may stay in memory
   */
  public static int fsync(File file, boolean dataOnly) {
    Inode inode = file.inode();
    inode.pages().writeAll();
    int result = file.checkWritebackErrors();
    return result < 0 ? result : commitOrFlush(inode, dataOnly);
  }

  /**
   * {@code ext4_fsync_journal}: makes the last transaction that changed an inode durable, and with
   * it, or by a flush of its own, the data that has arrived. May sleep.
   *
   * @return 0 or a negative errno
   */
  static int commitOrFlush(Inode inode, boolean dataOnly) {
    SuperBlock sb = inode.sb();
    Journal journal = sb.journal();
    if (journal == null) {
      return sb.writeCache().flush(sb.device());
    }
    long tid = (dataOnly ? inode.datasyncTid() : inode.syncTid()).readOnce();
    boolean needsBarrier = !journal.willFlush(tid);
    int error = journal.complete(tid);
    int flushed = needsBarrier ? sb.writeCache().flush(sb.device()) : 0;
    return error < 0 ? error : flushed;
  }

  /** {@code generic_write_sync}: what O_DSYNC and O_SYNC ask for after a write. */
  static long writeSync(Kiocb iocb, long written) {
    if (!iocb.isDsync()) {
      return written;
    }
    int error = fsync(iocb.file(), !iocb.isSyncAll());
    return error < 0 ? error : written;
  }
}
