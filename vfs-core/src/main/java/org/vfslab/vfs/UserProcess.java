package org.vfslab.vfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.memory.AtomicWord;

/**
 * What the threads of one process share: open files and what hangs off its memory ({@code
 * files_struct}, {@code mm_struct}), and the system calls on them.
 *
 * <p>System calls return what the kernel returns: a count, 0, or a negative errno. They may sleep,
 * are made by a task, and hold nothing when they return. Entry and exit of the kernel are the
 * caller's: see {@link org.vfslab.machine.Task#syscall}.
 */
public final class UserProcess {

  /** {@code FIFREEZE}. */
  public static final long FIFREEZE = 0xC0045877L;

  /** {@code FITHAW}. */
  public static final long FITHAW = 0xC0045878L;

  private static final int FILES_MAX = 1024;
  private static final int FD_FIRST = 3;

  private final Machine machine;
  private final Barriers barriers;
  private final Map<String, SuperBlock> mounts = new TreeMap<>();
  private final Map<String, Inode> paths = new TreeMap<>();
  private final RawLock fileLock;
  private final AtomicWord threads;
  private final List<Runnable> atExit = new ArrayList<>();

  // Protected by fileLock.
  private final List<@Nullable File> files = new ArrayList<>();

  /** A process without files. */
  public UserProcess(Machine machine, Barriers barriers) {
    this.machine = machine;
    this.barriers = barriers;
    this.fileLock = new RawLock(machine, "file_lock");
    this.threads = new AtomicWord(machine, "threads of the process", 0);
  }

  // ---- set-up

  /** Makes a filesystem and the files it has so far visible under their paths. */
  public void mount(SuperBlock sb) {
    mounts.put(sb.id(), sb);
    for (Inode inode : sb.inodes()) {
      paths.put(inode.name(), inode);
    }
  }

  /** Has {@code action} done, in the order of the calls, when the last thread exits. */
  public void atExit(Runnable action) {
    atExit.add(action);
  }

  /** Counts a thread; before it runs. */
  public void threadAdded() {
    threads.fetchAdd(1);
  }

  /** {@code do_exit} of a thread: the last one gives everything back. May sleep. */
  public void threadExits() {
    if (threads.addReturn(-1) == 0) {
      for (Runnable action : atExit) {
        action.run();
      }
      for (int fd = FD_FIRST; fd < FD_FIRST + files.size(); fd++) {
        close(fd);
      }
    }
  }

  // ---- system calls

  /** {@code open}: ENOENT, EROFS, EINVAL for flags that are not modelled. */
  public long open(String path, int flags) {
    if ((flags & ~OpenFlags.KNOWN) != 0 || (flags & OpenFlags.O_ACCMODE) == OpenFlags.O_ACCMODE) {
      return -Errno.EINVAL;
    }
    Inode inode = paths.get(path);
    if (inode == null) {
      return mounts.containsKey(path) ? -Errno.EISDIR : -Errno.ENOENT;
    }
    boolean writes = (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY;
    if (writes && inode.sb().isReadOnly()) {
      return -Errno.EROFS;
    }
    return install(new File(inode, flags));
  }

  private long install(File file) {
    Context me = lockFiles();
    int at = files.indexOf(null);
    if (at < 0) {
      at = files.size();
      files.add(file);
    } else {
      files.set(at, file);
    }
    unlockFiles(me);
    if (at >= FILES_MAX) {
      close(at + FD_FIRST);
      return -Errno.EMFILE;
    }
    return at + (long) FD_FIRST;
  }

  /** {@code close}: EBADF. */
  public long close(long fd) {
    Context me = lockFiles();
    File file = at(fd);
    if (file != null) {
      files.set((int) (fd - FD_FIRST), null);
    }
    unlockFiles(me);
    if (file == null) {
      return -Errno.EBADF;
    }
    file.put();
    return 0;
  }

  /** {@code fget}: the file of a descriptor with a reference more, or null. */
  public @Nullable File fget(long fd) {
    Context me = lockFiles();
    File file = at(fd);
    if (file != null) {
      file.get();
    }
    unlockFiles(me);
    return file;
  }

  private @Nullable File at(long fd) {
    return fd >= FD_FIRST && fd - FD_FIRST < files.size() ? files.get((int) fd - FD_FIRST) : null;
  }

  private Context lockFiles() {
    Context me = machine.current();
    machine.beginCall(fileLock, Access.WRITE);
    me.preemptDisable();
    fileLock.lock(me);
    return me;
  }

  private void unlockFiles(Context me) {
    fileLock.unlock(me);
    me.preemptEnable();
    machine.endCall();
  }

  /** {@code pwrite}: EINVAL for a negative offset, even on a bad descriptor. */
  public long pwrite(long fd, byte[] data, long pos) {
    if (pos < 0) {
      return -Errno.EINVAL;
    }
    File file = fget(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    long result = ReadWrite.vfsWrite(file, data, pos);
    file.put();
    return result;
  }

  /** {@code pread}: EINVAL for a negative offset, even on a bad descriptor. */
  public long pread(long fd, byte[] data, long pos) {
    if (pos < 0) {
      return -Errno.EINVAL;
    }
    File file = fget(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    long result = ReadWrite.vfsRead(file, data, pos);
    file.put();
    return result;
  }

  /** {@code fsync}. */
  public long fsync(long fd) {
    File file = fget(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    long result = Sync.fsync(file);
    file.put();
    return result;
  }

  /** {@code ioctl} on a mount point that was opened for it. */
  public long ioctl(String mountPoint, long command) {
    SuperBlock sb = mounts.get(mountPoint);
    if (sb == null) {
      return -Errno.ENOENT;
    }
    if (command == FIFREEZE) {
      return barriers.freeze(sb);
    }
    return command == FITHAW ? barriers.thaw(sb) : -Errno.ENOTTY;
  }

  /** {@code syncfs} on a mount point that was opened for it. */
  public long syncfs(String mountPoint) {
    SuperBlock sb = mounts.get(mountPoint);
    return sb == null ? -Errno.ENOENT : barriers.syncfs(sb);
  }
}
