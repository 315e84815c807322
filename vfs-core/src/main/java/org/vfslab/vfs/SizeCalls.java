package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;

/** {@code truncate}, {@code ftruncate} and {@code fallocate}: {@code fs/open.c}, 7.2. */
final class SizeCalls {

  static final int FALLOC_FL_KEEP_SIZE = 1;
  static final int FALLOC_FL_PUNCH_HOLE = 2;
  static final int FALLOC_FL_ZERO_RANGE = 0x10;

  private final Namespace namespace;
  private final FileTable files;

  SizeCalls(Namespace namespace, FileTable files) {
    this.namespace = namespace;
    this.files = files;
  }

  /** {@code vfs_truncate}: the hook first, then {@code mnt_want_write}, then i_rwsem. */
  long truncate(String path, long newSize) {
    if (newSize < 0) {
      return -Errno.EINVAL;
    }
    Walk walk = namespace.walk(path);
    if (walk.error() < 0) {
      return walk.error();
    }
    Inode inode = walk.inode();
    if (inode == null) {
      return -Errno.ENOENT;
    }
    if (inode.isDirectory()) {
      return -Errno.EISDIR;
    }
    if (walk.slash()) {
      return -Errno.ENOTDIR;
    }
    inode.get();
    int error = inode.sb().events().truncatePermission(inode, newSize);
    if (error == 0) {
      WantedWrite wanted = WantedWrite.ofSize(inode, newSize);
      error = wanted.error() < 0 ? wanted.error() : Truncation.setSize(inode, newSize);
      wanted.drop();
    }
    inode.put();
    return error;
  }

  /** {@code do_ftruncate}: the hook, {@code sb_start_write}, i_rwsem. */
  long ftruncate(long fd, long newSize) {
    if (newSize < 0) {
      return -Errno.EINVAL;
    }
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    long result = -Errno.EINVAL;
    if (!file.inode().isDirectory() && file.isWritable()) {
      WriteSection section = file.inode().sb().writeSection();
      Object begun = section.beforeEvent();
      result = mayResize(file.inode(), section, begun, newSize);
      if (result == 0) {
        begun = section.beforeProtection(begun);
        file.startWrite();
        result = file.inode().sb().emergencyState();
        if (result == 0) {
          result = Truncation.setSize(file.inode(), newSize);
        }
        file.endWrite();
      }
      section.end(begun);
    }
    file.put();
    return result;
  }

  /** The hooks before a change of size. */
  private static int mayResize(
      Inode inode, WriteSection section, @Nullable Object begun, long newSize) {
    ModifyEvents events = inode.sb().events();
    int denied = events.truncatePermission(inode, newSize);
    return denied < 0
        ? denied
        : events.preModify(inode, section.covers(begun), newSize, Long.MAX_VALUE - newSize);
  }

  /** {@code vfs_fallocate}: 0 or a negative errno. */
  long fallocate(long fd, int mode, long pos, long bytes) {
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    int error = check(file, mode, pos, bytes);
    WriteSection section = file.inode().sb().writeSection();
    Object begun = null;
    if (error == 0) {
      begun = section.beforeEvent();
      error = ReadWrite.mayWrite(file, section, begun, pos, bytes);
    }
    if (error == 0) {
      begun = section.beforeProtection(begun);
      file.startWrite();
      error = file.inode().sb().emergencyState();
      if (error == 0) {
        error = allocate(file.inode(), mode, pos, pos + bytes);
      }
      if (error == 0) {
        file.inode().sb().events().modified(file);
      }
      file.endWrite();
    }
    section.end(begun);
    file.put();
    return error;
  }

  private static int check(File file, int mode, long pos, long bytes) {
    if (pos < 0 || bytes <= 0) {
      return -Errno.EINVAL;
    }
    boolean known =
        switch (mode) {
          case 0,
              FALLOC_FL_KEEP_SIZE,
              FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
              FALLOC_FL_ZERO_RANGE,
              FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE ->
              true;
          default -> false;
        };
    if (!known) {
      return -Errno.EOPNOTSUPP;
    }
    if (!file.isWritable()) {
      return -Errno.EBADF;
    }
    if (file.inode().isDirectory()) {
      return -Errno.EISDIR;
    }
    if (pos > LabFs.BYTES_MAX - bytes) {
      return -Errno.EFBIG;
    }
    return 0;
  }

  private static int allocate(Inode inode, int mode, long pos, long end) {
    inode.iRwsem().downWrite();
    boolean keepSize = (mode & FALLOC_FL_KEEP_SIZE) != 0;
    int error =
        switch (mode & ~FALLOC_FL_KEEP_SIZE) {
          case FALLOC_FL_PUNCH_HOLE -> Truncation.punchHole(inode, pos, end);
          case FALLOC_FL_ZERO_RANGE -> Truncation.zeroRange(inode, pos, end, keepSize);
          default -> Truncation.allocate(inode, pos, end, keepSize);
        };
    inode.iRwsem().upWrite();
    return error;
  }
}
