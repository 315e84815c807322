package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;

/**
 * The generic half of reading and writing: {@code fs/read_write.c}, 7.2.
 *
 * <p>The order of a write: mode, {@link #verifyArea} with the permission hook, freeze protection,
 * the filesystem, the modify event, end of freeze protection. So a listener is asked before the
 * write holds anything that a freeze could wait for.
 */
public final class ReadWrite {

  private ReadWrite() {}

  /**
   * {@code rw_verify_area}: may this range be read or written? Asks the permission hook; may sleep
   * for its answer, and nothing may be held.
   *
   * @return 0 or a negative errno
   */
  public static int verifyArea(File file, boolean write, long pos, long bytes) {
    int wrong = checkArea(pos, bytes);
    return wrong < 0 ? wrong : file.inode().sb().events().areaPermission(file, write, pos, bytes);
  }

  /** The part of {@link #verifyArea} that asks nobody. */
  public static int checkArea(long pos, long bytes) {
    if (pos < 0 || bytes < 0) {
      return -Errno.EINVAL;
    }
    if (pos > Long.MAX_VALUE - bytes) {
      return -Errno.EOVERFLOW;
    }
    return 0;
  }

  /** {@code vfs_write}: synchronous. Returns the bytes written or a negative errno. May sleep. */
  public static long vfsWrite(File file, byte[] data, long pos) {
    return vfsWrite(new Kiocb(file, pos, null), UserBuffer.of(data));
  }

  /**
   * {@code vfs_write}, {@code vfs_iter_write}: a synchronous request, which then knows where it was
   * written.
   */
  static long vfsWrite(Kiocb iocb, UserBuffer data) {
    File file = iocb.file();
    if (!file.isWritable()) {
      return -Errno.EBADF;
    }
    WriteSection section = file.inode().sb().writeSection();
    Object begun = section.beforeEvent();
    int denied = mayWrite(file, section, begun, iocb.pos(), data.length());
    if (denied < 0) {
      section.end(begun);
      return denied;
    }
    begun = section.beforeProtection(begun);
    file.startWrite();
    long written = askedInside(file, section, begun, iocb.pos(), data.length());
    if (written == 0) {
      written = writeIter(iocb, data);
    }
    if (written > 0) {
      file.inode().sb().events().modified(file);
    }
    file.endWrite();
    section.end(begun);
    return written;
  }

  /**
   * Checks a range that is to be written and asks the listeners, with nothing held but the write
   * section: {@link #verifyArea}, then the pre-modify event. May sleep.
   *
   * @param begun what the section's beginning returned
   * @return 0 or a negative errno
   */
  public static int mayWrite(
      File file, WriteSection section, @Nullable Object begun, long pos, long bytes) {
    SuperBlock sb = file.inode().sb();
    int denied =
        sb.askPlace() == HookPlace.BEFORE_PROTECTION
            ? verifyArea(file, true, pos, bytes)
            : checkArea(pos, bytes);
    if (denied == 0 && sb.preModifyPlace() == HookPlace.BEFORE_PROTECTION) {
      denied = preModify(file, section, begun, pos, bytes);
    }
    return denied;
  }

  /** What {@link #mayWrite} leaves for later when a patch moves a hook into freeze protection. */
  public static int askedInside(
      File file, WriteSection section, @Nullable Object begun, long pos, long bytes) {
    SuperBlock sb = file.inode().sb();
    int denied =
        sb.askPlace() == HookPlace.BROKEN_INSIDE_PROTECTION
            ? sb.events().areaPermission(file, true, pos, bytes)
            : 0;
    if (denied == 0 && sb.preModifyPlace() == HookPlace.BROKEN_INSIDE_PROTECTION) {
      denied = preModify(file, section, begun, pos, bytes);
    }
    return denied;
  }

  private static int preModify(
      File file, WriteSection section, @Nullable Object begun, long pos, long bytes) {
    Inode inode = file.inode();
    return file.isUnwatched()
        ? 0
        : inode.sb().events().preModify(inode, section.covers(begun), pos, bytes);
  }

  /** {@code vfs_read}: synchronous. Returns the bytes read or a negative errno. May sleep. */
  public static long vfsRead(File file, byte[] data, long pos) {
    return vfsRead(new Kiocb(file, pos, null), data);
  }

  /** {@code vfs_read}, {@code vfs_iter_read}: a synchronous request. */
  static long vfsRead(Kiocb iocb, byte[] data) {
    File file = iocb.file();
    if (!file.isReadable()) {
      return -Errno.EBADF;
    }
    if (file.inode().isDirectory()) {
      return -Errno.EISDIR;
    }
    int denied = verifyArea(file, false, iocb.pos(), data.length);
    if (denied < 0) {
      return denied;
    }
    long read = readIter(iocb, data);
    if (read > 0) {
      file.inode().sb().events().accessed(file);
    }
    return read;
  }

  /**
   * {@code call_write_iter}: the filesystem's part of a write, inside freeze protection.
   *
   * @return bytes, a negative errno, or {@code -EIOCBQUEUED} if the request will be completed later
   */
  public static long writeIter(Kiocb iocb, byte[] data) {
    return writeIter(iocb, UserBuffer.of(data));
  }

  /** {@code call_write_iter} of memory that may have to be faulted in. */
  static long writeIter(Kiocb iocb, UserBuffer data) {
    return data.length() == 0 ? 0 : LabFs.writeIter(iocb, data);
  }

  /** {@code call_read_iter}; results as {@link #writeIter}. */
  public static long readIter(Kiocb iocb, byte[] data) {
    return LabFs.readIter(iocb, data);
  }

  /** {@code kiocb_start_write}: freeze protection that the completion will end. May sleep. */
  public static void kiocbStartWrite(Kiocb iocb) {
    WriteProtection protection = iocb.file().inode().sb().writeProtection();
    protection.startWrite(FreezeLevel.WRITE);
    protection.releaseOwnership(FreezeLevel.WRITE);
  }

  /**
   * {@code sb_start_write_trylock} and {@code __sb_writers_release}, as {@code
   * io_kiocb_start_write} does it: never sleeps.
   *
   * @return false while the filesystem is frozen, or somebody waits to freeze it
   */
  public static boolean kiocbStartWriteTrylock(Kiocb iocb) {
    WriteProtection protection = iocb.file().inode().sb().writeProtection();
    boolean begun = protection.startWriteTrylock(FreezeLevel.WRITE);
    if (begun) {
      protection.releaseOwnership(FreezeLevel.WRITE);
    }
    return begun;
  }

  /** {@code kiocb_end_write}: any context; never sleeps. */
  public static void kiocbEndWrite(Kiocb iocb) {
    WriteProtection protection = iocb.file().inode().sb().writeProtection();
    protection.takeOwnership(FreezeLevel.WRITE);
    protection.endWrite(FreezeLevel.WRITE);
  }
}
