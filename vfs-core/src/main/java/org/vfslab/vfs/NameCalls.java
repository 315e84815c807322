package org.vfslab.vfs;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vfslab.locking.Mutex;
import org.vfslab.machine.Errno;

/**
 * {@code mkdir}, {@code rmdir}, {@code unlink}, {@code link} and {@code rename}: {@code
 * fs/namei.c}, 7.2.
 *
 * <p>Each is {@code mnt_want_write}, i_rwsem of the directories exclusively, the look-up under it,
 * then i_rwsem of what loses or wins a name, and last the transaction. A file whose last name went
 * is evicted after the directory's lock was given back, still inside freeze protection.
 */
final class NameCalls {
  private static final int LINK_MAX = 65_000;

  private final Namespace namespace;

  /** {@code s_vfs_rename_mutex}: only one task at a time moves names between directories. */
  private final Mutex renameMutex;

  NameCalls(Namespace namespace, Mutex renameMutex) {
    this.namespace = namespace;
    this.renameMutex = renameMutex;
  }

  long mkdir(String path) {
    Walk walk = namespace.walk(path);
    return make(
        walk,
        (directory, name) -> {
          Inode made = Directories.create(directory, name, Inode.Kind.DIRECTORY);
          if (made == null) {
            return -Errno.ENOSPC;
          }
          directory.sb().events().created(directory, name, made);
          return 0;
        });
  }

  long link(String oldPath, String newPath) {
    Walk old = namespace.walk(oldPath);
    if (old.error() < 0) {
      return old.error();
    }
    Inode inode = old.inode();
    if (inode == null) {
      return -Errno.ENOENT;
    }
    if (old.slash() && !inode.isDirectory()) {
      return -Errno.ENOTDIR;
    }
    Walk to = namespace.walk(newPath);
    if (to.slash() && to.inode() == null && to.isNamed()) {
      return -Errno.ENOENT;
    }
    return make(to, (directory, name) -> linkLocked(inode, directory, name));
  }

  private static int linkLocked(Inode inode, Inode directory, String name) {
    if (inode.sb() != directory.sb()) {
      return -Errno.EXDEV;
    }
    if (inode.isDirectory()) {
      return -Errno.EPERM;
    }
    inode.iRwsem().downWrite();
    long links = inode.links().readOnce();
    int error = links == 0 ? -Errno.ENOENT : links >= LINK_MAX ? -Errno.EMLINK : 0;
    if (error == 0 && !Directories.hasRoom(directory, name)) {
      error = -Errno.ENOSPC;
    }
    if (error == 0) {
      Directories.link(directory, name, inode);
    }
    inode.iRwsem().upWrite();
    if (error == 0) {
      inode.sb().events().attributesChanged(inode);
      inode.sb().events().created(directory, name, inode);
    }
    return error;
  }

  /** What is made under a name that is free, with the directory locked: 0 or a negative errno. */
  private interface Maker {
    int make(Inode directory, String name);
  }

  /** {@code filename_create} and what follows it. */
  private static long make(Walk walk, Maker maker) {
    if (walk.error() < 0) {
      return walk.error();
    }
    if (!walk.isNamed()) {
      return -Errno.EEXIST;
    }
    Inode directory = Objects.requireNonNull(walk.parent());
    WantedWrite wanted = WantedWrite.of(directory);
    directory.iRwsem().downWriteNested(Directories.I_MUTEX_PARENT);
    int error = wanted.error(); // told only if the name is free
    if (directory.links().readOnce() == 0) {
      error = -Errno.ENOENT;
    } else if (directory.entries().containsKey(walk.last())) {
      error = -Errno.EEXIST;
    } else if (error == 0) {
      error = maker.make(directory, walk.last());
    }
    directory.iRwsem().upWrite();
    wanted.drop();
    return error;
  }

  long unlink(String path) {
    Walk walk = namespace.walk(path);
    if (walk.error() < 0) {
      return walk.error();
    }
    if (!walk.isNamed()) {
      return -Errno.EISDIR;
    }
    Inode directory = Objects.requireNonNull(walk.parent());
    WantedWrite wanted = WantedWrite.of(directory);
    int error = wanted.error();
    if (error < 0) {
      return error;
    }
    directory.iRwsem().downWriteNested(Directories.I_MUTEX_PARENT);
    Inode inode = directory.entries().get(walk.last());
    if (inode == null) {
      error = -Errno.ENOENT;
    } else if (inode.isDirectory()) {
      error = -Errno.EISDIR;
    } else if (walk.slash()) {
      error = -Errno.ENOTDIR;
    } else {
      inode.iRwsem().downWrite();
      Directories.remove(directory, walk.last(), inode);
      inode.iRwsem().upWrite();
      inode.sb().events().attributesChanged(inode);
      inode.sb().events().unlinked(directory, walk.last(), inode);
    }
    directory.iRwsem().upWrite();
    if (error == 0 && inode != null) {
      inode.evictIfUnused();
    }
    wanted.drop();
    return error;
  }

  long rmdir(String path) {
    Walk walk = namespace.walk(path);
    if (walk.error() < 0) {
      return walk.error();
    }
    if (!walk.isNamed()) {
      return notRemovable(path);
    }
    Inode directory = Objects.requireNonNull(walk.parent());
    WantedWrite wanted = WantedWrite.of(directory);
    int error = wanted.error();
    if (error < 0) {
      return error;
    }
    directory.iRwsem().downWriteNested(Directories.I_MUTEX_PARENT);
    Inode inode = directory.entries().get(walk.last());
    if (inode == null) {
      error = -Errno.ENOENT;
    } else if (!inode.isDirectory()) {
      error = -Errno.ENOTDIR;
    } else {
      inode.iRwsem().downWrite();
      if (inode.entries().isEmpty()) {
        Directories.remove(directory, walk.last(), inode);
      } else {
        error = -Errno.ENOTEMPTY;
      }
      inode.iRwsem().upWrite();
      if (error == 0) {
        inode.sb().events().unlinked(directory, walk.last(), inode);
      }
    }
    directory.iRwsem().upWrite();
    if (error == 0 && inode != null) {
      inode.evictIfUnused();
    }
    wanted.drop();
    return error;
  }

  /** '..' is not empty, '.' is no name, and a mount point is in use. */
  private static long notRemovable(String path) {
    String name = path.replaceAll("/+$", "");
    name = name.substring(name.lastIndexOf('/') + 1);
    return switch (name) {
      case "." -> -Errno.EINVAL;
      case ".." -> -Errno.ENOTEMPTY;
      default -> -Errno.EBUSY;
    };
  }

  long rename(String oldPath, String newPath) {
    Walk from = namespace.walk(oldPath);
    if (from.error() < 0) {
      return from.error();
    }
    Walk to = namespace.walk(newPath);
    if (to.error() < 0) {
      return to.error();
    }
    if (!from.isNamed() || !to.isNamed()) {
      return -Errno.EBUSY;
    }
    Inode source = Objects.requireNonNull(from.parent());
    Inode target = Objects.requireNonNull(to.parent());
    if (source.sb() != target.sb()) {
      return -Errno.EXDEV;
    }
    WantedWrite wanted = source == target ? WantedWrite.of(source) : WantedWrite.of(source, target);
    int error = wanted.error();
    if (error < 0) {
      return error;
    }
    lockRename(source, target);
    Inode victim = target.entries().get(to.last());
    error = renameLocked(source, from, target, to);
    unlockRename(source, target);
    if (error == 0 && victim != null) {
      victim.evictIfUnused();
    }
    wanted.drop();
    return error;
  }

  private static int renameLocked(Inode source, Walk from, Inode target, Walk to) {
    Inode inode = source.entries().get(from.last());
    Inode victim = target.entries().get(to.last());
    if (inode == null || target.links().readOnce() == 0) {
      return -Errno.ENOENT;
    }
    if (!inode.isDirectory() && (from.slash() || (to.slash() && victim == null))) {
      return -Errno.ENOTDIR;
    }
    if (isWithin(target, inode)) {
      return -Errno.EINVAL;
    }
    if (victim != null && isWithin(source, victim)) {
      return -Errno.ENOTEMPTY;
    }
    if (victim == inode) {
      return 0;
    }
    if (victim != null && inode.isDirectory() != victim.isDirectory()) {
      return inode.isDirectory() ? -Errno.ENOTDIR : -Errno.EISDIR;
    }
    lockChildren(inode, victim, source != target);
    int error = 0;
    if (victim != null && victim.isDirectory() && !victim.entries().isEmpty()) {
      error = -Errno.ENOTEMPTY;
    } else if (victim == null && !Directories.hasRoom(target, to.last())) {
      error = -Errno.ENOSPC;
    } else {
      Directories.rename(source, from.last(), target, to.last(), inode);
    }
    unlockChildren(inode, victim, source != target);
    if (error == 0) {
      inode.sb().events().moved(source, from.last(), target, to.last(), inode, victim);
    }
    return error;
  }

  // ---- the order of locks

  /** {@code lock_rename}: the ancestor first, else the one that was made first. */
  private void lockRename(Inode a, Inode b) {
    if (a == b) {
      a.iRwsem().downWriteNested(Directories.I_MUTEX_PARENT);
      return;
    }
    renameMutex.lock();
    boolean aFirst = isWithin(b, a) || (!isWithin(a, b) && a.number() < b.number());
    Inode first = aFirst ? a : b;
    Inode second = aFirst ? b : a;
    first.iRwsem().downWriteNested(Directories.I_MUTEX_PARENT);
    second.iRwsem().downWriteNested(Directories.I_MUTEX_PARENT2);
  }

  private void unlockRename(Inode a, Inode b) {
    a.iRwsem().upWrite();
    if (a != b) {
      b.iRwsem().upWrite();
      renameMutex.unlock();
    }
  }

  /** What moves, if it is a file or gets another parent, and what goes; by their numbers. */
  private static void lockChildren(Inode inode, @Nullable Inode victim, boolean moves) {
    boolean locksInode = !inode.isDirectory() || moves;
    if (victim == null) {
      if (locksInode) {
        inode.iRwsem().downWriteNested(subclass(inode, true));
      }
      return;
    }
    if (!locksInode) {
      victim.iRwsem().downWriteNested(subclass(victim, true));
      return;
    }
    boolean inodeFirst = inode.number() < victim.number();
    Inode first = inodeFirst ? inode : victim;
    Inode second = inodeFirst ? victim : inode;
    first.iRwsem().downWriteNested(subclass(first, true));
    second.iRwsem().downWriteNested(subclass(second, false));
  }

  private static int subclass(Inode inode, boolean first) {
    if (first) {
      return inode.isDirectory() ? Directories.I_MUTEX_CHILD : 0;
    }
    return inode.isDirectory() ? 0 : Directories.I_MUTEX_NONDIR2;
  }

  private static void unlockChildren(Inode inode, @Nullable Inode victim, boolean moves) {
    if (!inode.isDirectory() || moves) {
      inode.iRwsem().upWrite();
    }
    if (victim != null) {
      victim.iRwsem().upWrite();
    }
  }

  /** Whether {@code inode} is {@code ancestor} or somewhere below it. */
  private static boolean isWithin(Inode inode, Inode ancestor) {
    Inode at = inode;
    while (at != ancestor) {
      if (at.parent() == at) {
        return false;
      }
      at = at.parent();
    }
    return true;
  }
}
