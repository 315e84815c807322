package org.vfslab.vfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;

/**
 * The memory of a process as far as it shows files: {@code struct mm_struct}, shared mappings of
 * {@code mm/mmap.c} and {@code mm/memory.c}, 7.2.
 *
 * <p>mmap_lock is taken exclusively to change the mappings, and shared by page faults. A fault that
 * finds the file too short ends in {@code SIGBUS}, one outside of all mappings in {@code SIGSEGV};
 * here both are results.
 */
final class Memory {

  /** {@code PROT_READ}, {@code PROT_WRITE}, {@code MAP_SHARED}, {@code MAP_PRIVATE}. */
  static final long PROT_READ = 1;

  static final long PROT_WRITE = 2;
  static final long MAP_SHARED = 1;
  static final long MAP_PRIVATE = 2;

  private static final long ADDRESS_FIRST = 0x7f00_0000_0000L;
  private static final long PAGE = Inode.PAGE_BYTES;

  private final Machine machine;
  private final FileTable files;
  private final RwSemaphore mmapLock;

  /** Where the next mapping goes; no address is used twice. */
  private final AtomicWord nextAddress;

  /** Never changed once shown; replaced with mmap_lock held exclusively. */
  private final AtomicRef<List<Vma>> mappings;

  Memory(Lockdep lockdep, FileTable files) {
    this.machine = lockdep.machine();
    this.files = files;
    this.mmapLock = new RwSemaphore(lockdep, "mmap_lock");
    this.nextAddress = new AtomicWord(machine, "mmap base", ADDRESS_FIRST);
    this.mappings = new AtomicRef<>(machine, "vmas", List.of());
  }

  // ---- system calls

  /**
   * {@code vm_mmap_pgoff} of a file, which first asks the listeners: EBADF, EINVAL, EOVERFLOW,
   * EACCES, ENODEV as {@code do_mmap}; private mappings are not modelled (EOPNOTSUPP).
   */
  long mmap(long fd, long pos, long bytes, long protection, long flags) {
    if (pos % PAGE != 0) {
      return -Errno.EINVAL;
    }
    File file = files.get(fd);
    if (file == null) {
      return -Errno.EBADF;
    }
    long result = file.inode().sb().events().mapPermission(file, pos, bytes);
    if (result == 0) {
      result = check(file, pos, bytes, protection, flags);
    }
    if (result == 0) {
      result = map(file, pos, (bytes + PAGE - 1) / PAGE * PAGE, protection);
    }
    if (result < 0) {
      file.put();
    }
    return result;
  }

  private static long check(File file, long pos, long bytes, long protection, long flags) {
    if (bytes <= 0) {
      return -Errno.EINVAL;
    }
    if (bytes > LabFs.BYTES_MAX) {
      return -Errno.ENOMEM;
    }
    if (pos < 0 || pos > Long.MAX_VALUE - bytes) {
      return -Errno.EOVERFLOW;
    }
    if (flags == MAP_PRIVATE) {
      return -Errno.EOPNOTSUPP;
    }
    if (flags != MAP_SHARED) {
      return -Errno.EINVAL;
    }
    if (!file.isReadable() || ((protection & PROT_WRITE) != 0 && !file.isWritable())) {
      return -Errno.EACCES;
    }
    return file.inode().isDirectory() ? -Errno.ENODEV : 0;
  }

  private long map(File file, long pos, long bytes, long protection) {
    mmapLock.downWrite();
    long address = nextAddress.fetchAdd(bytes + PAGE);
    List<Vma> next = new ArrayList<>(now());
    next.add(
        new Vma(
            address,
            bytes,
            file,
            pos,
            (protection & (PROT_READ | PROT_WRITE)) != 0,
            (protection & PROT_WRITE) != 0));
    mappings.storeRelease(List.copyOf(next));
    mmapLock.upWrite();
    return address;
  }

  /**
   * {@code munmap} of whole mappings; a part of one is refused (EINVAL, where the kernel splits).
   */
  long munmap(long address, long bytes) {
    if (address % PAGE != 0 || bytes <= 0) {
      return -Errno.EINVAL;
    }
    long end = address + (bytes + PAGE - 1) / PAGE * PAGE;
    mmapLock.downWrite();
    List<Vma> gone = new ArrayList<>();
    boolean cuts = false;
    for (Vma vma : now()) {
      if (vma.address() < end && vma.address() + vma.bytes() > address) {
        gone.add(vma);
        cuts |= vma.address() < address || vma.address() + vma.bytes() > end;
      }
    }
    if (!cuts) {
      List<Vma> next = new ArrayList<>(now());
      next.removeAll(gone);
      mappings.storeRelease(List.copyOf(next));
      gone.forEach(vma -> vma.file().inode().pages().unmap(vma));
    }
    mmapLock.upWrite();
    if (cuts) {
      return -Errno.EINVAL;
    }
    gone.forEach(vma -> vma.file().put());
    return 0;
  }

  /** {@code msync(MS_SYNC)}: writes the files of a range back: ENOMEM where nothing is mapped. */
  long msync(long address, long bytes) {
    if (address % PAGE != 0 || bytes < 0) {
      return -Errno.EINVAL;
    }
    mmapLock.downRead();
    Vma vma = find(address);
    File file = vma == null || address + bytes > vma.address() + vma.bytes() ? null : vma.file();
    if (file != null) {
      file.get();
    }
    mmapLock.upRead();
    if (file == null) {
      return -Errno.ENOMEM;
    }
    long result = Sync.fsync(file);
    file.put();
    return result;
  }

  /** {@code exit_mmap}: the last thread is gone. */
  void unmapAll() {
    for (Vma vma : now()) {
      munmap(vma.address(), vma.bytes());
    }
  }

  // ---- what the processor does

  /** A byte, or -EFAULT where the task would get a signal. May sleep in a page fault. */
  long load(long address) {
    byte[] bytes = copy(address, 1);
    return bytes == null ? -Errno.EFAULT : bytes[0] & 0xff;
  }

  /** Writes a byte: 0, or -EFAULT where the task would get a signal. May sleep in a page fault. */
  long store(long address, byte value) {
    while (true) {
      Vma vma = find(address);
      if (vma != null && vma.file().inode().pages().store(vma.posOf(address), value, vma)) {
        return 0;
      }
      int error = fault(address, true);
      if (error < 0) {
        return error;
      }
    }
  }

  /** Memory as it is copied by the kernel; null (EFAULT) if some of it is not there. */
  byte @Nullable [] copy(long address, int bytes) {
    byte[] all = new byte[bytes];
    int done = 0;
    while (done < bytes) {
      long at = address + done;
      int part = (int) Math.min(bytes - done, PAGE - at % PAGE);
      Vma vma = find(at);
      byte[] some = vma == null ? null : vma.file().inode().pages().load(vma.posOf(at), part, vma);
      if (some == null) {
        if (fault(at, false) < 0) {
          return null;
        }
        continue;
      }
      System.arraycopy(some, 0, all, done, part);
      done += part;
    }
    return all;
  }

  /** {@code do_user_addr_fault}: 0 when the access may be tried again. */
  private int fault(long address, boolean write) {
    mmapLock.downRead();
    Vma vma = find(address);
    int result =
        vma == null || !(write ? vma.writable() : vma.readable())
            ? -Errno.EFAULT
            : Faults.fault(vma, vma.posOf(address) / PAGE, write);
    mmapLock.upRead();
    return result;
  }

  private @Nullable Vma find(long address) {
    for (Vma vma : now()) {
      if (vma.contains(address)) {
        return vma;
      }
    }
    return null;
  }

  private List<Vma> now() {
    return Objects.requireNonNull(mappings.loadAcquire());
  }
}
