package org.vfslab.vfs;

/** An open file without places: what is written is read once, by whoever comes first. */
public interface StreamFile extends OpenFile {

  /** {@code FMODE_READ}. */
  boolean isReadable();

  /** {@code FMODE_WRITE}. */
  boolean isWritable();

  /** Whether there is a {@code ->write_iter}, without which aio cannot write. */
  default boolean hasWriteIter() {
    return true;
  }

  /**
   * {@code ->read_iter}: sleeps, interruptibly, until there is something.
   *
   * @param nowait fails with -EAGAIN instead
   * @return the bytes read, 0 at the end, or a negative errno
   */
  long read(byte[] into, boolean nowait);

  /**
   * {@code ->write_iter}: sleeps, interruptibly, while there is no room.
   *
   * @param nowait fails with -EAGAIN instead
   * @return the bytes written or a negative errno
   */
  long write(byte[] data, boolean nowait);
}
