package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;

/** One read or write on its way through the VFS: {@code struct kiocb}. */
public final class Kiocb {
  private final File file;
  private final long pos;
  private final boolean direct;
  private final @Nullable Complete complete;

  private long sectionToken = WriteSection.NOT_BEGUN;

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
   * A request.
   *
   * @param pos the offset in the file, in bytes
   * @param complete null for a synchronous request
   */
  public Kiocb(File file, long pos, @Nullable Complete complete) {
    this.file = file;
    this.pos = pos;
    this.direct = file.isDirect();
    this.complete = complete;
  }

  /** {@code ki_filp}. */
  public File file() {
    return file;
  }

  /** {@code ki_pos} at the start. */
  public long pos() {
    return pos;
  }

  /** {@code IOCB_DIRECT}. */
  public boolean isDirect() {
    return direct;
  }

  /** {@code is_sync_kiocb}: the submitter waits for the end. */
  public boolean isSync() {
    return complete == null;
  }

  /** The token of the {@link WriteSection} that the completion will end. */
  public long sectionToken() {
    return sectionToken;
  }

  /** Sets the token; by the submitter, before the request is submitted. */
  public void sectionToken(long token) {
    sectionToken = token;
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
