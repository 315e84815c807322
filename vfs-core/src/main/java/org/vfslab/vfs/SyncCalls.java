package org.vfslab.vfs;

import org.vfslab.machine.Errno;

/** {@code fsync}, {@code fdatasync}, {@code syncfs}, {@code sync}, {@code sync_file_range}. */
final class SyncCalls {

  static final int SYNC_FILE_RANGE_WAIT_BEFORE = 1;
  static final int SYNC_FILE_RANGE_WRITE = 2;
  static final int SYNC_FILE_RANGE_WAIT_AFTER = 4;

  private final Namespace namespace;
  private final FileTable files;
  private final Barriers barriers;

  SyncCalls(Namespace namespace, FileTable files, Barriers barriers) {
    this.namespace = namespace;
    this.files = files;
    this.barriers = barriers;
  }

  long fsync(long fd, boolean dataOnly) {
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    long result = Sync.vfsFsync(file, dataOnly);
    file.put();
    return result;
  }

  /** {@code syncfs}: the filesystem's error, else one of write-back that this file was not told. */
  long syncfs(long fd) {
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    int result = barriers.syncfs(file.inode().sb());
    int error = file.checkSuperErrors();
    file.put();
    return result < 0 ? result : error;
  }

  /** {@code syncfs} on a mount point that is opened for it. */
  long syncfs(String mountPoint) {
    SuperBlock sb = namespace.mountedAt(mountPoint);
    if (sb == null) {
      return -Errno.ENOENT;
    }
    ErrSeq.Cursor told = new ErrSeq.Cursor(sb.writebackErrors().sample());
    int result = barriers.syncfs(sb);
    int error = sb.writebackErrors().checkAndAdvance(told);
    return result < 0 ? result : error;
  }

  /** {@code sync}: all filesystems, one after the other; errors are told to nobody. */
  long sync() {
    for (SuperBlock sb : namespace.mounts().values()) {
      sb.sUmount().downRead();
      Sync.syncFilesystem(sb);
      sb.sUmount().upRead();
    }
    return 0;
  }

  /** {@code sync_file_range}: pages only, of the whole file here, and no flush of the device. */
  long syncFileRange(long fd, long pos, long bytes, int flags) {
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    int all = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    long result = 0;
    if ((flags & ~all) != 0 || pos < 0 || bytes < 0 || pos > Long.MAX_VALUE - bytes) {
      result = -Errno.EINVAL;
    } else if (file.inode().isDirectory()) {
      result = 0; // allowed, and nothing to do
    } else {
      result = range(file, flags);
    }
    file.put();
    return result;
  }

  private static int range(File file, int flags) {
    PageCache pages = file.inode().pages();
    int result = 0;
    if ((flags & SYNC_FILE_RANGE_WAIT_BEFORE) != 0) {
      pages.waitForWriteback();
      result = file.checkWritebackErrors();
    }
    if (result == 0 && (flags & SYNC_FILE_RANGE_WRITE) != 0) {
      pages.startWriteback();
    }
    if (result == 0 && (flags & SYNC_FILE_RANGE_WAIT_AFTER) != 0) {
      pages.waitForWriteback();
      result = file.checkWritebackErrors();
    }
    return result;
  }
}
