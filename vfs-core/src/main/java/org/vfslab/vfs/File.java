package org.vfslab.vfs;

import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;

/** An open file: {@code struct file}. */
public final class File extends KernelObject {
  private final Inode inode;
  private final int flags;
  private final AtomicWord refs;

  /** An open file with one reference, its descriptor's. */
  File(Inode inode, int flags) {
    super(inode.sb().machine(), "file " + inode.name());
    this.inode = inode;
    this.flags = flags;
    this.refs = new AtomicWord(machine(), "f_ref of " + inode.name(), 1);
  }

  /** {@code file_inode}. */
  public Inode inode() {
    return inode;
  }

  /** {@code FMODE_READ}. */
  public boolean isReadable() {
    return (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_WRONLY;
  }

  /** {@code FMODE_WRITE}. */
  public boolean isWritable() {
    return (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY;
  }

  /** {@code O_DIRECT}. */
  public boolean isDirect() {
    return (flags & OpenFlags.O_DIRECT) != 0;
  }

  /** Takes another reference ({@code get_file}); the caller has one. */
  public void get() {
    refs.fetchAdd(1);
  }

  /** {@code fput}: gives a reference back; the last one frees the file. Any context. */
  public void put() {
    if (refs.addReturn(-1) == 0) {
      kfree();
    }
  }

  /** The references for printing and for properties. */
  public long refsNow() {
    return refs.peek();
  }

  /** {@code file_start_write}. */
  public void startWrite() {
    inode.sb().writeProtection().startWrite(FreezeLevel.WRITE);
  }

  /** {@code file_end_write}. */
  public void endWrite() {
    inode.sb().writeProtection().endWrite(FreezeLevel.WRITE);
  }
}
