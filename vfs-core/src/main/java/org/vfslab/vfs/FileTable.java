package org.vfslab.vfs;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.memory.KernelObject;

/** The open files of a process by descriptor: {@code struct files_struct} of {@code fs/file.c}. */
final class FileTable {
  private static final int FILES_MAX = 1024;
  private static final int FD_FIRST = 3;

  private final Machine machine;
  private final RawLock fileLock;

  // Protected by fileLock.
  private final List<@Nullable OpenFile> files = new ArrayList<>();

  private final List<OpenFile> bornWith = new ArrayList<>(0);

  FileTable(Machine machine) {
    this.machine = machine;
    this.fileLock = new RawLock(machine, "file_lock");
  }

  /**
   * Opens an inode under the lowest free descriptor ({@code do_dentry_open}, {@code fd_install}).
   *
   * @return the descriptor, -EROFS, or -EMFILE
   */
  long open(Inode inode, int flags) {
    machine.beginCall(fileLock, Access.WRITE);
    long result = File.getWriteAccess(inode, flags);
    if (result == 0) {
      File file = File.opened(inode, flags);
      if (!file.isPath()) {
        inode.sb().operations().fileOpen(inode.sb());
      }
      result = file.notifyOpen();
      if (result == 0) {
        result = install(file);
      }
      if (result < 0) {
        file.put();
      }
    }
    machine.endCall();
    return result;
  }

  /** {@code fd_install}: the lowest free descriptor, or -EMFILE; takes the caller's reference. */
  long install(OpenFile file) {
    Context me = lock();
    int at = files.indexOf(null);
    if (at < 0) {
      at = files.size();
      if (at < FILES_MAX) {
        files.add(file);
      }
    } else {
      files.set(at, file);
    }
    unlock(me);
    return at < FILES_MAX ? at + (long) FD_FIRST : -Errno.EMFILE;
  }

  /** Whether no descriptor is free ({@code get_unused_fd_flags}); a hint, {@link #open} decides. */
  boolean isFull() {
    return files.size() >= FILES_MAX && !files.contains(null);
  }

  /** {@code close}: 0 or -EBADF. May sleep, when this was the last user of an unlinked file. */
  long close(long fd) {
    machine.beginCall(fileLock, Access.WRITE);
    Context me = lock();
    OpenFile file = at(fd);
    if (file != null) {
      files.set((int) (fd - FD_FIRST), null);
    }
    unlock(me);
    if (file != null) {
      file.put();
    }
    machine.endCall();
    return file == null ? -Errno.EBADF : 0;
  }

  /** {@code exit_files}: closes everything. */
  void closeAll() {
    for (int fd = FD_FIRST; fd < FD_FIRST + files.size(); fd++) {
      close(fd);
    }
  }

  /** The descriptor of a file that the process is born with; before the machine runs. */
  long bornWith(OpenFile file) {
    files.add(file);
    bornWith.add(file);
    return FD_FIRST + files.size() - 1L;
  }

  /** A file that the process was born with and that is still there; for properties. */
  @Nullable OpenFile leftNow() {
    for (OpenFile file : bornWith) {
      if (file instanceof KernelObject memory && !memory.isFreed()) {
        return file;
      }
    }
    return null;
  }

  /** {@code fget}, of whatever kind: with a reference more, or null. */
  @Nullable OpenFile getAny(long fd) {
    Context me = lock();
    OpenFile file = at(fd);
    if (file instanceof File named && named.isPath()) {
      file = null;
    }
    if (file != null) {
      file.get();
    }
    unlock(me);
    return file;
  }

  /** {@code fget_raw}: the file of a descriptor with a reference more, or null. */
  @Nullable File getRaw(long fd) {
    Context me = lock();
    File file = at(fd) instanceof File found ? found : null;
    if (file != null) {
      file.get();
    }
    unlock(me);
    return file;
  }

  /** {@code fget}: as {@link #getRaw}, and null for a file that is open for its name only. */
  @Nullable File get(long fd) {
    File file = getRaw(fd);
    if (file != null && file.isPath()) {
      file.put();
      return null;
    }
    return file;
  }

  private @Nullable OpenFile at(long fd) {
    return fd >= FD_FIRST && fd - FD_FIRST < files.size() ? files.get((int) fd - FD_FIRST) : null;
  }

  Machine machine() {
    return machine;
  }

  private Context lock() {
    Context me = machine.current();
    machine.beginCall(fileLock, Access.WRITE);
    me.preemptDisable();
    fileLock.lock(me);
    return me;
  }

  private void unlock(Context me) {
    fileLock.unlock(me);
    me.preemptEnable();
    machine.endCall();
  }
}
