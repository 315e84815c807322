package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;

/** Where the bytes of a write come from: memory of the process ({@code struct iov_iter}). */
public interface UserBuffer {

  /** How many bytes there are. */
  int length();

  /**
   * {@code fault_in_iov_iter_readable} and {@code copy_folio_from_iter_atomic}: may sleep for pages
   * that are not there, for which it takes mmap_lock.
   *
   * @return the bytes, as they are now; null where there is no such memory (EFAULT)
   */
  byte @Nullable [] copy(int offset, int bytes);

  /** Memory that is always there. */
  static UserBuffer of(byte[] data) {
    return new UserBuffer() {
      @Override
      public int length() {
        return data.length;
      }

      @Override
      public byte[] copy(int offset, int bytes) {
        return offset == 0 && bytes == data.length
            ? data
            : java.util.Arrays.copyOfRange(data, offset, offset + bytes);
      }
    };
  }
}
