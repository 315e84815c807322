package org.vfslab.block;

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
  private final byte[] data;
  private final EndIo endIo;
  private int status = OK;

  /** What is done when a bio has ended. */
  @FunctionalInterface
  public interface EndIo {
    /** Called once; most often in a hard interrupt, so it must not sleep. */
    void endIo(Bio bio);
  }

  /**
   * A bio.
   *
   * @param sector the first sector, in units of {@link BlockDevice#SECTOR_BYTES}
   * @param data what is written, or where to put what is read; a whole number of sectors; not
   *     touched by the submitter until the end
   * @param endIo told of the end
   */
  public Bio(BioOp op, long sector, byte[] data, EndIo endIo) {
    if (data.length == 0 || data.length % BlockDevice.SECTOR_BYTES != 0 || sector < 0) {
      throw new IllegalArgumentException(
          "a bio covers whole sectors of "
              + BlockDevice.SECTOR_BYTES
              + " bytes, not "
              + data.length
              + " bytes at sector "
              + sector);
    }
    this.op = op;
    this.sector = sector;
    this.data = data;
    this.endIo = endIo;
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
    return data.length / BlockDevice.SECTOR_BYTES;
  }

  /** The memory side of the transfer. */
  public byte[] data() {
    return data;
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
