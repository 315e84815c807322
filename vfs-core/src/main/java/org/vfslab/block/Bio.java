package org.vfslab.block;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;

/**
 * One transfer between memory and consecutive sectors of a device: {@code struct bio}.
 *
 * <p>Owned by its submitter until {@link BlockDevice#submitBio}, then by the device until its end
 * was told, once.
 */
public final class Bio {

  /** The status of a bio that went well ({@code BLK_STS_OK}); others are negative errno. */
  public static final int OK = 0;

  private final BioOp op;
  private final long sector;
  private final EndIo endIo;

  /** Where the bytes of a read are wanted, if the submitter gave a buffer. */
  private final byte @Nullable [] buffer;

  private Data data;
  private int status = OK;

  /** What is done when a bio has ended. */
  @FunctionalInterface
  public interface EndIo {
    /** Called once; most often in a hard interrupt, so it must not sleep. */
    void endIo(Bio bio);
  }

  /**
   * A bio whose memory side is a buffer.
   *
   * @param sector the first sector, in units of {@link BlockDevice#SECTOR_BYTES}
   * @param buffer what is written, as it is now, or where to put what is read; a whole number of
   *     sectors
   * @param endIo told of the end
   */
  public Bio(BioOp op, long sector, byte[] buffer, EndIo endIo) {
    this(
        op,
        sector,
        op == BioOp.READ ? Data.zeroes(buffer.length) : Data.copyOf(buffer),
        op == BioOp.READ ? buffer : null,
        endIo);
  }

  private Bio(BioOp op, long sector, Data data, byte @Nullable [] buffer, EndIo endIo) {
    if (data.length() == 0 || data.length() % BlockDevice.SECTOR_BYTES != 0 || sector < 0) {
      throw new IllegalArgumentException(
          "a bio covers whole sectors of "
              + BlockDevice.SECTOR_BYTES
              + " bytes, not "
              + data.length()
              + " bytes at sector "
              + sector);
    }
    this.op = op;
    this.sector = sector;
    this.data = data;
    this.buffer = buffer;
    this.endIo = endIo;
  }

  /** A write of bytes that never change. */
  public static Bio write(long sector, Data data, EndIo endIo) {
    return new Bio(BioOp.WRITE, sector, data, null, endIo);
  }

  /** A read, after whose end {@link #data} is what was read. */
  public static Bio read(long sector, int bytes, EndIo endIo) {
    return new Bio(BioOp.READ, sector, Data.zeroes(bytes), null, endIo);
  }

  /** What it asks for. */
  public BioOp op() {
    return op;
  }

  /** The first sector. */
  public long sector() {
    return sector;
  }

  /** How many sectors it covers. */
  public int sectors() {
    return data.length() / BlockDevice.SECTOR_BYTES;
  }

  /** What is written, or what was read once that has ended well. */
  public Data data() {
    return data;
  }

  /** Tells what was read. */
  void filled(Data bytes) {
    data = bytes;
    if (buffer != null) {
      bytes.copyTo(0, buffer, 0, buffer.length);
    }
  }

  /** {@link #OK}, or a negative errno; meaningful once the bio has ended. */
  public int status() {
    return status;
  }

  void status(int newStatus) {
    status = newStatus;
  }

  void end() {
    endIo.endIo(this);
  }

  @Override
  public String toString() {
    return (op == BioOp.READ ? "read " : "write ")
        + sectors()
        + " sectors at "
        + sector
        + (status == OK ? "" : " (" + Errno.name(status) + ")");
  }
}
