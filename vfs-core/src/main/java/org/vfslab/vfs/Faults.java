package org.vfslab.vfs;

import org.vfslab.machine.Errno;

/**
 * Page faults of shared file mappings: {@code filemap_fault}, {@code ext4_page_mkwrite} and {@code
 * do_shared_fault} of {@code mm/memory.c}, 7.2. mmap_lock is held shared.
 *
 * <p>A write fault takes {@code SB_FREEZE_PAGEFAULT} inside mmap_lock. It marks the page dirty
 * inside the protection and lets the mapping write after it, with the page locked all the while: so
 * a freeze that has passed the level finds the page dirty, and its write-back takes the permission
 * away again.
 */
final class Faults {

  private Faults() {}

  /** Makes a page of a mapping accessible: 0, or -EFAULT (SIGBUS). May sleep. */
  static int fault(Vma vma, long index, boolean write) {
    Inode inode = vma.file().inode();
    inode.invalidateLock().downRead();
    int error = isBehindEnd(inode, index) ? -Errno.EFAULT : inode.pages().populate(index);
    inode.invalidateLock().upRead();
    if (error < 0) {
      return -Errno.EFAULT;
    }
    if (!write) {
      inode.pages().mapReadable(index, vma);
      return 0;
    }
    error = makeWritable(inode, index);
    if (error == 0) {
      inode.pages().mapWritable(index, vma);
    }
    return error == -Errno.EAGAIN ? 0 : error;
  }

  /** {@code ->page_mkwrite}: 0 with the page dirty and locked; -EAGAIN if it is gone. */
  private static int makeWritable(Inode inode, long index) {
    SuperBlock sb = inode.sb();
    if (sb.emergencyState() < 0) {
      return -Errno.EFAULT;
    }
    sb.writeProtection().startWrite(FreezeLevel.PAGEFAULT);
    Transaction transaction = Transaction.start(sb); // file_update_time
    inode.modifiedNs(sb.machine().nowNs());
    transaction.changesAttributes(inode);
    transaction.stop();
    inode.invalidateLock().downRead();
    int error = isBehindEnd(inode, index) ? -Errno.EFAULT : allocate(inode, index);
    if (error == 0 && !inode.pages().dirtyForMapping(index)) {
      error = -Errno.EAGAIN;
    }
    inode.invalidateLock().upRead();
    sb.writeProtection().endWrite(FreezeLevel.PAGEFAULT);
    return error;
  }

  /** {@code ext4_block_page_mkwrite}: places for the blocks of the page, up to the file's end. */
  private static int allocate(Inode inode, long index) {
    long pos = index * Inode.PAGE_BYTES;
    long end = Math.min(inode.size(), pos + Inode.PAGE_BYTES);
    for (long at = pos; at < end; at += inode.sb().blockBytes()) {
      if (!inode.isMapped(at)) {
        return LabFs.allocate(inode, pos, end - pos) < 0 ? -Errno.EFAULT : 0;
      }
    }
    return 0;
  }

  private static boolean isBehindEnd(Inode inode, long index) {
    return index * Inode.PAGE_BYTES >= inode.size();
  }
}
