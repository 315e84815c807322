package org.vfslab.vfs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/**
 * What the threads of one process share, open files and memory ({@code files_struct}, {@code
 * mm_struct}), and its system calls.
 *
 * <p>System calls return what the kernel returns: a count, 0, or a negative errno. They may sleep,
 * are made by a task, and hold nothing when they return. Entry and exit of the kernel are the
 * caller's: see {@link org.vfslab.machine.Task#syscall}. What each does, and in which order it
 * looks at its arguments, stands in the classes to which they are passed on.
 */
public final class UserProcess {

  /** {@code FIFREEZE}. */
  public static final long FIFREEZE = 0xC0045877L;

  /** {@code FITHAW}. */
  public static final long FITHAW = 0xC0045878L;

  /** Not in mainline: waits for the writes in flight, by a barrier that a patch brings. */
  public static final long FIWRITEBARRIER = 0xC004587AL;

  private final Namespace namespace;
  private final FileTable files;
  private final Memory memory;
  private final Superblocks superblocks;
  private final AtomicWord threads;

  /** Whether the last thread has given everything back; for properties. */
  private volatile boolean exited;

  private final List<Runnable> atExit = new ArrayList<>();
  private final List<Runnable> atThreadExit = new ArrayList<>();

  private final OpenCalls opens;
  private final IoCalls io;
  private final PollCall polls;
  private final NameCalls names;
  private final AttributeCalls attributes;
  private final SizeCalls sizes;
  private final SyncCalls syncs;
  private final MountCalls mountCalls;

  /** A process without files whose own locks lockdep does not watch. */
  public UserProcess(Machine machine, Barriers barriers) {
    this(Lockdep.off(machine), barriers);
  }

  /** A process without files that mounts nothing that it does not know. */
  public UserProcess(Lockdep lockdep, Barriers barriers) {
    this(
        lockdep,
        barriers,
        (device, mountPoint, blockBytes, readOnly) ->
            new SuperBlock(lockdep, mountPoint, device, LabFs.TYPE, blockBytes, readOnly, true));
  }

  /**
   * A process without files.
   *
   * @param maker makes the superblocks of what it mounts
   */
  public UserProcess(Lockdep lockdep, Barriers barriers, DiskFormat.Maker maker) {
    Machine machine = lockdep.machine();
    this.superblocks = new Superblocks(machine, maker);
    this.namespace = new Namespace(machine);
    this.files = new FileTable(machine);
    this.memory = new Memory(lockdep, files);
    this.threads = new AtomicWord(machine, "threads of the process", 0);
    this.opens = new OpenCalls(namespace, files);
    this.io = new IoCalls(files);
    this.names = new NameCalls(namespace, new Mutex(lockdep, "s_vfs_rename_mutex"));
    this.polls = new PollCall(machine, files);
    this.attributes = new AttributeCalls(namespace, files);
    this.sizes = new SizeCalls(namespace, files);
    this.syncs = new SyncCalls(namespace, files, barriers);
    this.mountCalls = new MountCalls(namespace, files, barriers, superblocks);
  }

  // ---- set-up and exit

  /** Makes a filesystem visible at its mount point; before the machine runs. */
  public void mount(SuperBlock sb) {
    superblocks.add(sb);
    namespace.add(sb.id(), sb);
  }

  /** Has {@code action} done, in the order of the calls, when the last thread exits. */
  public void atExit(Runnable action) {
    atExit.add(action);
  }

  /** Has {@code action} done by each thread that exits, before everything else. */
  public void atThreadExit(Runnable action) {
    atThreadExit.add(action);
  }

  /** Counts a thread; before it runs. */
  public void threadAdded() {
    threads.fetchAdd(1);
  }

  /** {@code do_exit} of a thread: the last one gives everything back. May sleep. */
  public void threadExits() {
    for (Runnable action : atThreadExit) {
      action.run();
    }
    if (threads.addReturn(-1) == 0) {
      for (Runnable action : atExit) {
        action.run();
      }
      memory.unmapAll();
      files.closeAll();
      exited = true;
    }
  }

  /**
   * Which file the process left behind, as a sentence; null if none, or if it has not exited. To be
   * asked when nothing moves any more.
   */
  public @Nullable String leakNow() {
    if (!exited) {
      return null;
    }
    OpenFile left = files.leftNow();
    if (left != null) {
      return left + " was not given back when the process exited";
    }
    for (SuperBlock sb : namespace.mounts().values()) {
      long open = sb.mountUsers().peek();
      if (open != 0) {
        return open + " file(s) of " + sb.id() + " were not given back when the process exited";
      }
    }
    return null;
  }

  /** {@code fget}: the file of a descriptor with a reference more, or null. */
  public @Nullable File fget(long fd) {
    return files.get(fd);
  }

  /** {@code fget} of a descriptor of whatever kind: with a reference more, or null. */
  public @Nullable OpenFile fgetAny(long fd) {
    return files.getAny(fd);
  }

  // ---- event counters

  /** The descriptor of an {@link EventFd} the process is born with; before the machine runs. */
  public long eventFd(String name, long initial) {
    return bornWith(new EventFd(files.machine(), name, initial));
  }

  /**
   * {@code fd_install} under the lowest free descriptor, which takes the caller's reference.
   *
   * @return the descriptor, or -EMFILE, and then the reference is still the caller's
   */
  public long install(OpenFile file) {
    return files.install(file);
  }

  /** Ends the last reference of a file: now if the context may sleep, otherwise in a worker. */
  public void delayedFput(Runnable release) {
    DelayedFput.run(files.machine(), release);
  }

  /** The descriptor of a file that the process is born with; before the machine runs. */
  public long bornWith(OpenFile file) {
    return files.bornWith(file);
  }

  /** {@code write} of 8 bytes to an event counter, as {@link EventFd#write}; EBADF for others. */
  public long eventFdWrite(long fd, long value) {
    return withEventFd(fd, counter -> counter.write(value));
  }

  /** {@code read} of 8 bytes of an event counter, as {@link EventFd#read}; EBADF for others. */
  public long eventFdRead(long fd, long[] into) {
    return withEventFd(fd, counter -> counter.read(into));
  }

  private long withEventFd(long fd, ToLongFunction<EventFd> call) {
    OpenFile file = files.getAny(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    long result = file instanceof EventFd counter ? call.applyAsLong(counter) : -Errno.EBADF;
    file.put();
    return result;
  }

  /** {@code poll} of one descriptor, as {@link PollCall#poll}. */
  public long poll(long fd, int events, long timeoutNs) {
    return polls.poll(fd, events, timeoutNs);
  }

  // ---- open files

  /** {@code open} with {@link OpenFlags}: a descriptor. EINVAL for flags that are not modelled. */
  public long open(String path, int flags) {
    return opens.open(path, flags);
  }

  /**
   * {@code dentry_open} and {@code fd_install} for a listener: a descriptor of which no listener
   * hears.
   */
  public long openUnwatched(Inode inode, int flags) {
    return files.open(inode, flags | OpenFlags.FMODE_NONOTIFY);
  }

  /** Where a path leads, or null; takes no lock. */
  public @Nullable Inode lookUp(String path) {
    return namespace.walk(path).inode();
  }

  /** {@code close}. */
  public long close(long fd) {
    return files.close(fd);
  }

  /** {@code read}: the bytes read, at and behind the place of the open file. */
  public long read(long fd, byte[] data) {
    return io.read(fd, data);
  }

  /** {@code write}: the bytes written, as {@link #read}. */
  public long write(long fd, byte[] data) {
    return io.write(fd, UserBuffer.of(data));
  }

  /** {@code write} of memory that shows a file. */
  public long write(long fd, long address, int bytes) {
    return io.write(fd, mapped(address, bytes));
  }

  /** {@code pread}: EINVAL for a negative offset, even on a bad descriptor. */
  public long pread(long fd, byte[] data, long pos) {
    return io.pread(fd, data, pos);
  }

  /** {@code pwrite}: as {@link #pread}. */
  public long pwrite(long fd, byte[] data, long pos) {
    return io.pwrite(fd, UserBuffer.of(data), pos);
  }

  /** {@code pwrite} of memory that shows a file. */
  public long pwrite(long fd, long address, int bytes, long pos) {
    return io.pwrite(fd, mapped(address, bytes), pos);
  }

  /** {@code preadv2} with {@link RwFlags}; a place of -1 is that of the open file. */
  public long preadv2(long fd, List<byte[]> buffers, long pos, int rwFlags) {
    return io.preadv2(fd, buffers, pos, rwFlags);
  }

  /** {@code pwritev2}, as {@link #preadv2}. */
  public long pwritev2(long fd, List<byte[]> buffers, long pos, int rwFlags) {
    return io.pwritev2(fd, buffers, pos, rwFlags);
  }

  /** {@code lseek}: 0 from the beginning, 1 from here, 2 from the end; the new place. */
  public long lseek(long fd, long offset, int whence) {
    return io.lseek(fd, offset, whence);
  }

  // ---- sizes

  /** {@code truncate}. */
  public long truncate(String path, long newSize) {
    return sizes.truncate(path, newSize);
  }

  /** {@code ftruncate}. */
  public long ftruncate(long fd, long newSize) {
    return sizes.ftruncate(fd, newSize);
  }

  /** {@code fallocate}: 1 keeps the size, 2 punches a hole, 0x10 zeroes. */
  public long fallocate(long fd, int mode, long pos, long bytes) {
    return sizes.fallocate(fd, mode, pos, bytes);
  }

  // ---- names and attributes

  /** {@code mkdir}. */
  public long mkdir(String path) {
    return names.mkdir(path);
  }

  /** {@code rmdir}. */
  public long rmdir(String path) {
    return names.rmdir(path);
  }

  /** {@code unlink}. */
  public long unlink(String path) {
    return names.unlink(path);
  }

  /** {@code link}. */
  public long link(String oldPath, String newPath) {
    return names.link(oldPath, newPath);
  }

  /** {@code rename}. */
  public long rename(String oldPath, String newPath) {
    return names.rename(oldPath, newPath);
  }

  /** {@code stat}: 0 and a {@link Stat}, or a negative errno and none. */
  public long stat(String path, Consumer<Stat> told) {
    return attributes.stat(path, told);
  }

  /** {@code fstat}, as {@link #stat}. */
  public long fstat(long fd, Consumer<Stat> told) {
    return attributes.fstat(fd, told);
  }

  /** {@code statfs}: {@code f_bfree}. */
  public long statfs(String path) {
    return attributes.statfs(path);
  }

  /** {@code chmod}. */
  public long chmod(String path, int mode) {
    return attributes.chmod(path, mode);
  }

  /** {@code utimensat}: sets the time of the last change, in nanoseconds. */
  public long utimes(String path, long modifiedNs) {
    return attributes.utimes(path, modifiedNs);
  }

  // ---- syncing

  /** {@code fsync}. */
  public long fsync(long fd) {
    return syncs.fsync(fd, false);
  }

  /** {@code fdatasync}. */
  public long fdatasync(long fd) {
    return syncs.fsync(fd, true);
  }

  /** {@code syncfs}. */
  public long syncfs(long fd) {
    return syncs.syncfs(fd);
  }

  /** {@code syncfs} on a mount point that was opened for it. */
  public long syncfs(String mountPoint) {
    return syncs.syncfs(mountPoint);
  }

  /** {@code sync}. */
  public long sync() {
    return syncs.sync();
  }

  /** {@code sync_file_range}: 1 waits before, 2 writes, 4 waits after. */
  public long syncFileRange(long fd, long pos, long bytes, int flags) {
    return syncs.syncFileRange(fd, pos, bytes, flags);
  }

  // ---- mounts

  /** {@code mount}. */
  public long mount(BlockDevice device, String mountPoint, boolean readOnly) {
    return mountCalls.mount(device, mountPoint, readOnly);
  }

  /** {@code umount}. */
  public long umount(String mountPoint) {
    return mountCalls.umount(mountPoint);
  }

  /** {@code mount} with {@code MS_REMOUNT}. */
  public long remount(String mountPoint, boolean readOnly) {
    return mountCalls.remount(mountPoint, readOnly);
  }

  /**
   * {@code ioctl}: {@link #FIFREEZE} and {@link #FITHAW}, and {@link
   * BinderFile#BINDER_THREAD_EXIT}.
   */
  public long ioctl(long fd, long command) {
    if (command == BinderFile.BINDER_THREAD_EXIT) {
      OpenFile file = files.getAny(fd);
      if (file == null) {
        return -Errno.EBADF;
      }
      long result = file instanceof BinderFile binder ? binder.threadExit() : -Errno.ENOTTY;
      file.put();
      return result;
    }
    return mountCalls.ioctl(fd, command);
  }

  /** {@code ioctl} on a mount point that was opened for it. */
  public long ioctl(String mountPoint, long command) {
    return mountCalls.ioctl(mountPoint, command);
  }

  // ---- memory

  /** {@code mmap} of a file, shared: an address. */
  public long mmap(long fd, long pos, long bytes, long protection, long flags) {
    return memory.mmap(fd, pos, bytes, protection, flags);
  }

  /** {@code munmap}. */
  public long munmap(long address, long bytes) {
    return memory.munmap(address, bytes);
  }

  /** {@code msync(MS_SYNC)}. */
  public long msync(long address, long bytes) {
    return memory.msync(address, bytes);
  }

  /** The byte at an address; -EFAULT where the task would get a signal. No system call. */
  public long load(long address) {
    return memory.load(address);
  }

  /** Writes a byte, as {@link #load}: 0. */
  public long store(long address, byte value) {
    return memory.store(address, value);
  }

  private UserBuffer mapped(long address, int bytes) {
    return new UserBuffer() {
      @Override
      public int length() {
        return bytes;
      }

      @Override
      public byte @Nullable [] copy(int offset, int count) {
        return memory.copy(address + offset, count);
      }
    };
  }
}
