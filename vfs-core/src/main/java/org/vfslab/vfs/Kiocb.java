package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.machine.Errno;

/** One read or write on its way through the VFS: {@code struct kiocb}. */
public final class Kiocb {
  private final File file;
  private final int flags;
  private final @Nullable Complete complete;
  private long pos;

  private @Nullable Object writeSection;

  /** The device whose answer is polled for ({@code private}, a bio); null if it interrupts. */
  private volatile @Nullable BlockDevice polled;

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
  public boolean isNowait() {
    return (flags & RwFlags.RWF_NOWAIT) != 0;
  }

  /** {@code IOCB_HIPRI}: somebody will poll for the end. */
  boolean isHipri() {
    return (flags & RwFlags.RWF_HIPRI) != 0;
  }

  /** Its only bio is on its way without an interrupt; null once that has ended. */
  void polledOn(@Nullable BlockDevice device) {
    polled = device;
  }

  /**
   * {@code iocb_bio_iopoll}: ends what the device has done. Process context; never sleeps.
   *
   * @return how many bios have ended; 0 also if an interrupt will end this request
   */
  public int iopoll() {
    BlockDevice device = polled;
    return device == null ? 0 : device.bioPoll(false);
  }

  /** The device to spin for after {@link #iopoll} has found nothing, or null. */
  public @Nullable BlockDevice polledDevice() {
    return polled;
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
