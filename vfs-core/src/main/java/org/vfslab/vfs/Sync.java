package org.vfslab.vfs;

import org.vfslab.lockdep.LockState;

/** Writing everything back: {@code fs/sync.c}, 7.2. */
public final class Sync {

  private Sync() {}

  /**
   * {@code sync_filesystem}: s_umount is held in any mode. Waits for all dirty data. May sleep.
   *
   * @return 0, or the first error as negative errno
   */
  public static int syncFilesystem(SuperBlock sb) {
    if (sb.sUmount().isHeld() == LockState.NOT_HELD) {
      sb.lockdep()
          .machine()
          .report(
              org.vfslab.machine.ReportKind.BUG,
              "WARNING: sync_filesystem without s_umount",
              "WARNING: sync_filesystem(" + sb.id() + ") called without s_umount");
    }
    if (sb.isReadOnly()) {
      return 0;
    }
    int result = sb.operations().syncFs(sb, false);
    for (Inode inode : sb.inodes()) {
      int error = inode.pages().writeAndWait();
      result = result == 0 ? error : result;
    }
    int error = sb.operations().syncFs(sb, true);
    return result == 0 ? error : result;
  }

  /** {@code vfs_fsync}: writes one file back. May sleep. */
  public static int fsync(File file) {
    return file.inode().pages().writeAndWait();
  }
}
