package org.vfslab.vfs;

import java.util.function.Consumer;
import org.vfslab.machine.Errno;

/** {@code stat}, {@code fstat}, {@code statfs}, {@code chmod}, {@code utimensat}: 7.2. */
final class AttributeCalls {
  private static final int MODE_BITS = 07777;

  private final Namespace namespace;
  private final FileTable files;

  AttributeCalls(Namespace namespace, FileTable files) {
    this.namespace = namespace;
    this.files = files;
  }

  /** {@code stat}: takes no lock and waits for no freeze. */
  long stat(String path, Consumer<Stat> told) {
    return with(path, inode -> told.accept(Stat.of(inode)));
  }

  /** {@code fstat}: also of a file that is open for its name only. */
  long fstat(long fd, Consumer<Stat> told) {
    File file = files.getRaw(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    told.accept(Stat.of(file.inode()));
    file.put();
    return 0;
  }

  /** {@code statfs}: how many blocks are free, or a negative errno. */
  long statfs(String path) {
    long[] free = new long[1];
    long error = with(path, inode -> free[0] = inode.sb().bitmap().freeNow());
    return error < 0 ? error : free[0];
  }

  /** {@code chmod_common}: {@code mnt_want_write}, i_rwsem, a transaction. */
  long chmod(String path, int mode) {
    return change(path, inode -> inode.mode().writeOnce(mode & MODE_BITS));
  }

  /** {@code vfs_utimes}: as {@link #chmod}. */
  long utimes(String path, long modifiedNs) {
    return change(path, inode -> inode.modifiedNs(modifiedNs));
  }

  private long with(String path, Consumer<Inode> action) {
    Walk walk = namespace.walk(path);
    if (walk.error() < 0) {
      return walk.error();
    }
    Inode inode = walk.inode();
    if (inode == null) {
      return -Errno.ENOENT;
    }
    if (walk.slash() && !inode.isDirectory()) {
      return -Errno.ENOTDIR;
    }
    action.accept(inode);
    return 0;
  }

  private long change(String path, Consumer<Inode> change) {
    long[] result = new long[1];
    long error =
        with(
            path,
            inode -> {
              SuperBlock sb = inode.sb();
              inode.get();
              WantedWrite wanted = WantedWrite.of(inode);
              result[0] = wanted.error();
              if (result[0] == 0) {
                inode.iRwsem().downWrite();
                Transaction transaction = Transaction.start(sb);
                change.accept(inode);
                transaction.changesAttributes(inode);
                transaction.stop();
                sb.events().attributesChanged(inode);
                inode.iRwsem().upWrite();
                wanted.drop();
              }
              inode.put();
            });
    return error < 0 ? error : result[0];
  }
}
