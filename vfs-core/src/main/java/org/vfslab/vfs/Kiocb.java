package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;

/** One read or write on its way through the VFS: {@code struct kiocb}. */
public final class Kiocb {
  private final File file;
  private final int flags;
  private final @Nullable Complete complete;
  private long pos;

  private @Nullable Object writeSection;

  /** What is called when a request that was queued has ended ({@code ki_complete}). */
  @FunctionalInterface
  public interface Complete {
    /**
     * Called once, in any context; must not sleep.
     *
     * @param result the bytes transferred, or a negative errno
     */
    void complete(Kiocb iocb, long result);
  }

  /**
   * A request with the flags of its file ({@code init_sync_kiocb}, {@code iocb_flags}).
   *
   * @param pos the offset in the file, in bytes
   * @param complete null for a synchronous request
   */
  public Kiocb(File file, long pos, @Nullable Complete complete) {
    this(file, pos, 0, complete);
  }

  /**
   * A request with the flags of its file and more.
   *
   * @param rwFlags {@link RwFlags} that {@link #checkRwFlags} has let pass
   */
  public Kiocb(File file, long pos, int rwFlags, @Nullable Complete complete) {
    this.file = file;
    this.pos = pos;
    this.flags = rwFlags | file.rwFlags();
    this.complete = complete;
  }

  /** {@code kiocb_set_rw_flags}: 0, or -EOPNOTSUPP for flags that the kernel does not have. */
  public static int checkRwFlags(int rwFlags) {
    return (rwFlags & ~RwFlags.KNOWN) == 0 ? 0 : -Errno.EOPNOTSUPP;
  }

  /** {@code ki_filp}. */
  public File file() {
    return file;
  }

  /** {@code ki_pos}: where the transfer begins. */
  public long pos() {
    return pos;
  }

  /** {@code generic_write_checks} has found another place, with i_rwsem held. */
  void pos(long newPos) {
    pos = newPos;
  }

  /** {@code IOCB_DIRECT}. */
  public boolean isDirect() {
    return file.isDirect();
  }

  /** {@code IOCB_APPEND}. */
  boolean isAppend() {
    return (flags & RwFlags.RWF_APPEND) != 0;
  }

  /** {@code IOCB_NOWAIT}. */
  boolean isNowait() {
    return (flags & RwFlags.RWF_NOWAIT) != 0;
  }

  /** {@code iocb_is_dsync}: {@code IOCB_DSYNC} or {@code IOCB_SYNC}. */
  boolean isDsync() {
    return (flags & (RwFlags.RWF_DSYNC | RwFlags.RWF_SYNC)) != 0;
  }

  /** {@code IOCB_SYNC}: the inode's times as well. */
  boolean isSyncAll() {
    return (flags & RwFlags.RWF_SYNC) != 0;
  }

  /** {@code is_sync_kiocb}: the submitter waits for the end. */
  public boolean isSync() {
    return complete == null;
  }

  /** What the completion will end of the {@link WriteSection}. */
  public @Nullable Object writeSection() {
    return writeSection;
  }

  /** Sets it; by the submitter, before the request is submitted. */
  public void writeSection(@Nullable Object begun) {
    writeSection = begun;
  }

  /** Tells the submitter of a queued request that it has ended. */
  void complete(long result) {
    Complete callback = complete;
    if (callback == null) {
      throw new IllegalStateException("a synchronous request has nobody to tell");
    }
    callback.complete(this, result);
  }
}
