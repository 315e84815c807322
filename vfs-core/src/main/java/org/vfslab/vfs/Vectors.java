package org.vfslab.vfs;

import java.util.List;

/** Several buffers as one transfer ({@code struct iovec}). */
public final class Vectors {

  /** {@code UIO_MAXIOV}: how many buffers a transfer has at most. */
  public static final int BUFFERS_MAX = 1024;

  private Vectors() {}

  /** How many bytes the buffers hold together. */
  public static int bytes(List<byte[]> buffers) {
    return buffers.stream().mapToInt(buffer -> buffer.length).sum();
  }

  /** Their bytes one after the other; the buffer itself if there is only one. */
  public static byte[] gather(List<byte[]> buffers) {
    if (buffers.size() == 1) {
      return buffers.getFirst();
    }
    byte[] all = new byte[bytes(buffers)];
    int to = 0;
    for (byte[] buffer : buffers) {
      System.arraycopy(buffer, 0, all, to, buffer.length);
      to += buffer.length;
    }
    return all;
  }

  /** Puts the first {@code count} bytes of {@code all} into the buffers; none if it is negative. */
  public static void scatter(byte[] all, long count, List<byte[]> buffers) {
    int from = 0;
    for (byte[] buffer : buffers) {
      int part = Math.clamp(count - from, 0, buffer.length);
      System.arraycopy(all, from, buffer, 0, part);
      from += part;
    }
  }
}
