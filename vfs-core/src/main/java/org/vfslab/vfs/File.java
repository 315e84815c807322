package org.vfslab.vfs;

import java.util.function.Consumer;
import org.vfslab.locking.Mutex;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.memory.PlainWord;

/** An open file: {@code struct file}. */
public final class File extends KernelObject implements OpenFile {
  private final Inode inode;
  private final int flags;
  private final AtomicWord refs;

  /** Whether the mount counts this file among those who may write. */
  private final boolean countedWriter;

  /** Set at the open only. */
  private int hooksOff;

  /** Whether it was opened all the way ({@code FMODE_OPENED}), so that its close is told. */
  private boolean opened;

  /** {@code f_pos_lock}: orders uses of {@link #pos}. */
  private final Mutex posLock;

  // Protected by posLock.
  private final PlainWord pos;

  /** {@code f_wb_err}, {@code f_sb_err}: which write-back errors this file was told of. */
  private final ErrSeq.Cursor writebackSeen;

  private final ErrSeq.Cursor superSeen;

  /** An open file with one reference, its descriptor's, that does not keep remounts off. */
  File(Inode inode, int flags) {
    this(inode, flags, false);
  }

  private File(Inode inode, int flags, boolean countedWriter) {
    super(inode.sb().machine(), "file " + inode.name());
    this.inode = inode;
    this.flags = flags;
    this.countedWriter = countedWriter;
    this.refs = new AtomicWord(machine(), "f_ref of " + inode.name(), 1);
    this.posLock = machine().within(this, () -> new Mutex(inode.sb().lockdep(), "f_pos_lock"));
    this.pos = new PlainWord(machine(), "f_pos of " + inode.name(), 0);
    this.writebackSeen = new ErrSeq.Cursor(inode.pages().errors().sample());
    this.superSeen = new ErrSeq.Cursor(inode.sb().writebackErrors().sample());
    inode.get();
    inode.sb().mountUsers().fetchAdd(1);
  }

  /** Whether an open with these flags counts among those who may write. */
  private static boolean isWriter(Inode inode, int flags) {
    return (flags & OpenFlags.O_PATH) == 0
        && (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY
        && !inode.isDirectory();
  }

  /** {@code file_get_write_access}: 0, or -EROFS; given back when {@link #opened} is released. */
  static int getWriteAccess(Inode inode, int flags) {
    return isWriter(inode, flags) ? inode.sb().mountWriters().get() : 0;
  }

  /** {@code do_dentry_open}, after {@link #getWriteAccess}. */
  static File opened(Inode inode, int flags) {
    return new File(inode, flags, isWriter(inode, flags));
  }

  /**
   * The hooks of {@code vfs_open}: asks, then tells. May sleep.
   *
   * @return 0, or the negative errno with which the open fails
   */
  int notifyOpen() {
    if (isPath()) {
      return 0;
    }
    int refused = inode.sb().events().openPermission(this);
    if (refused == 0) {
      opened = true;
      inode.sb().events().opened(this);
    }
    return refused;
  }

  /** {@code file_inode}. */
  public Inode inode() {
    return inode;
  }

  /** {@code FMODE_READ}. */
  public boolean isReadable() {
    return !isPath() && (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_WRONLY;
  }

  /** {@code FMODE_WRITE}. */
  public boolean isWritable() {
    return !isPath() && (flags & OpenFlags.O_ACCMODE) != OpenFlags.O_RDONLY;
  }

  /** {@code FMODE_PATH}: only names an inode. */
  boolean isPath() {
    return (flags & OpenFlags.O_PATH) != 0;
  }

  /** Whether listeners hear nothing of it: opened for its name only, or for a listener. */
  public boolean isUnwatched() {
    return (flags & (OpenFlags.O_PATH | OpenFlags.FMODE_NONOTIFY)) != 0;
  }

  /** {@code FMODE_NONOTIFY_PERM} and such: which hooks were found needless at the open. */
  public int hooksOff() {
    return hooksOff;
  }

  /** Sets it; at the open, before anybody else has the file. */
  public void hooksOff(int bits) {
    hooksOff = bits;
  }

  /** {@code O_DIRECT}. */
  public boolean isDirect() {
    return (flags & OpenFlags.O_DIRECT) != 0;
  }

  /** {@code iocb_flags}: what the flags of the file mean for each of its reads and writes. */
  int rwFlags() {
    int result = 0;
    if ((flags & OpenFlags.O_APPEND) != 0) {
      result |= RwFlags.RWF_APPEND;
    }
    if ((flags & OpenFlags.O_DSYNC) != 0) {
      result |= RwFlags.RWF_DSYNC;
    }
    if ((flags & OpenFlags.O_SYNC) == OpenFlags.O_SYNC) {
      result |= RwFlags.RWF_SYNC;
    }
    return result;
  }

  /** {@code f_pos_lock}. */
  Mutex posLock() {
    return posLock;
  }

  /** {@code f_pos}; under {@link #posLock}. */
  PlainWord pos() {
    return pos;
  }

  /** {@code file_check_and_advance_wb_err}: an error since this file was last told, or 0. */
  int checkWritebackErrors() {
    return inode.pages().errors().checkAndAdvance(writebackSeen);
  }

  /** The part of {@code syncfs} that is told of errors in the whole filesystem once per file. */
  int checkSuperErrors() {
    return inode.sb().writebackErrors().checkAndAdvance(superSeen);
  }

  /** A regular file and a directory have no {@code ->poll}: always ready, nothing to wait for. */
  @Override
  public int poll(Consumer<WaitQueue> queues) {
    use();
    return PollEvents.DEFAULT;
  }

  /** Takes another reference ({@code get_file}); the caller has one. */
  @Override
  public void get() {
    refs.fetchAdd(1);
  }

  /**
   * {@code fput}: gives a reference back; the last one frees the file. Any context; where sleeping
   * is not allowed, a worker evicts the inode and tells listeners where that has to be done ({@code
   * delayed_fput}).
   */
  @Override
  public void put() {
    if (refs.addReturn(-1) > 0) {
      return;
    }
    if (inode.sb().events().wantsClosed(this)) {
      DelayedFput.run(machine(), this::release);
    } else {
      release();
    }
  }

  /** {@code __fput}. */
  private void release() {
    if (opened) {
      inode.sb().events().closed(this);
    }
    if (countedWriter) {
      inode.sb().mountWriters().put();
    }
    kfree();
    if (!inode.dropUser()) {
      inode.sb().mountUsers().fetchAdd(-1);
      return;
    }
    DelayedFput.run(machine(), this::evict);
  }

  /** The end of {@code __fput} for the last user of an inode without names. May sleep. */
  private void evict() {
    inode.evict();
    inode.sb().mountUsers().fetchAdd(-1);
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
