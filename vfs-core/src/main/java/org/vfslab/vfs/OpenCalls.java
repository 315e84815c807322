package org.vfslab.vfs;

import java.util.Objects;
import org.vfslab.machine.Errno;

/**
 * {@code open(2)}: {@code path_openat} of {@code fs/namei.c} and {@code do_dentry_open}, 7.2.
 *
 * <p>Freeze protection is begun twice at most: around the look-up of a name that has to be made,
 * and around a truncation. An open for writing waits for no freeze; it only counts among the
 * writers of the mount.
 */
final class OpenCalls {
  private static final int PATH_FLAGS = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY;

  private final Namespace namespace;
  private final FileTable files;

  OpenCalls(Namespace namespace, FileTable files) {
    this.namespace = namespace;
    this.files = files;
  }

  long open(String path, int flags) {
    if ((flags & ~OpenFlags.KNOWN) != 0
        || (flags & OpenFlags.O_ACCMODE) == OpenFlags.O_ACCMODE
        || has(flags, OpenFlags.O_CREAT | OpenFlags.O_DIRECTORY)) {
      return -Errno.EINVAL;
    }
    if (files.isFull()) {
      return -Errno.EMFILE;
    }
    int used = has(flags, OpenFlags.O_PATH) ? flags & PATH_FLAGS : flags;
    Walk walk = namespace.walk(path);
    if (walk.error() < 0) {
      return walk.error();
    }
    if (!has(used, OpenFlags.O_CREAT)) {
      return openFound(walk, used, false);
    }
    if (walk.slash()) {
      return -Errno.EISDIR;
    }
    // A name that is there already needs no lock and no freeze protection (since 6.12).
    if (walk.inode() != null && !has(used, OpenFlags.O_EXCL)) {
      return openFound(walk, used, false);
    }
    return walk.isNamed() ? create(walk, used) : -Errno.EEXIST;
  }

  /** {@code lookup_open}, under the directory's i_rwsem. */
  private long create(Walk walk, int flags) {
    Inode directory = Objects.requireNonNull(walk.parent());
    WantedWrite wanted = WantedWrite.of(directory);
    directory.iRwsem().downWrite();
    Inode inode = directory.entries().get(walk.last());
    boolean created = false;
    int error = 0;
    if (directory.links().readOnce() == 0) {
      error = -Errno.ENOENT;
    } else if (inode == null) {
      error = wanted.error(); // counts only if there is something to make
      if (error == 0) {
        inode = Directories.create(directory, walk.last(), Inode.Kind.FILE);
        created = inode != null;
        error = created ? 0 : -Errno.ENOSPC;
        if (inode != null) {
          directory.sb().events().created(directory, walk.last(), inode);
        }
      }
    }
    directory.iRwsem().upWrite();
    wanted.drop();
    if (error < 0) {
      return error;
    }
    return openFound(new Walk(0, directory, walk.last(), inode, false), flags, created);
  }

  /** {@code do_open}. */
  private long openFound(Walk walk, int flags, boolean created) {
    Inode inode = walk.inode();
    if (inode == null) {
      return -Errno.ENOENT;
    }
    if (has(flags, OpenFlags.O_CREAT) && !created) {
      if (has(flags, OpenFlags.O_EXCL)) {
        return -Errno.EEXIST;
      }
      if (inode.isDirectory()) {
        return -Errno.EISDIR;
      }
    }
    if ((has(flags, OpenFlags.O_DIRECTORY) || walk.slash()) && !inode.isDirectory()) {
      return -Errno.ENOTDIR;
    }
    if (has(flags, OpenFlags.O_PATH)) {
      return files.open(inode, flags);
    }
    boolean truncates = has(flags, OpenFlags.O_TRUNC) && !created && !inode.isDirectory();
    WantedWrite wanted = truncates ? WantedWrite.ofSize(inode, 0) : null;
    if (wanted != null && wanted.error() < 0) {
      return wanted.error();
    }
    long result = mayOpen(inode, flags, created);
    if (result == 0) {
      result = files.open(inode, flags);
    }
    if (wanted != null) {
      result = result < 0 ? result : truncate(inode, result);
      wanted.drop();
    }
    return result;
  }

  /** {@code handle_truncate}. */
  private long truncate(Inode inode, long fd) {
    int error = Truncation.setSize(inode, 0);
    if (error < 0) {
      files.close(fd);
      return error;
    }
    return fd;
  }

  /** {@code may_open}, and what {@code do_dentry_open} says about O_DIRECT. */
  private static long mayOpen(Inode inode, int flags, boolean created) {
    boolean writes =
        (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY || has(flags, OpenFlags.O_TRUNC);
    if (inode.isDirectory()) {
      if (writes) {
        return -Errno.EISDIR;
      }
      return has(flags, OpenFlags.O_DIRECT) ? -Errno.EINVAL : 0;
    }
    return writes && !created && inode.sb().isReadOnly() ? -Errno.EROFS : 0;
  }

  private static boolean has(int flags, int wanted) {
    return (flags & wanted) == wanted;
  }
}
