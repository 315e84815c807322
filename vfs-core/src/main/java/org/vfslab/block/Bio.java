package org.vfslab.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.ReportKind;

/**
 * One operation on consecutive sectors of a device: {@code struct bio}.
 *
 * <p>Owned by its submitter until {@link BlockDevice#submitBio}, then by the device until its end
 * was told. That happens exactly once: a second end is a fault of the run, whoever caused it.
 */
public final class Bio {

  /** The result of a bio that went well; others are negative errno. */
  public static final int OK = 0;

  /** {@code REQ_SYNC}: somebody waits for it. Flags have the kernel's bits (7.2). */
  public static final int SYNC = 1 << 11;

  /** {@code REQ_META}. */
  public static final int META = 1 << 12;

  /** {@code REQ_FUA}: durable when it ends. */
  public static final int FUA = 1 << 17;

  /** {@code REQ_PREFLUSH}: what completed before is durable before this begins. */
  public static final int PREFLUSH = 1 << 18;

  /** {@code REQ_NOWAIT}: rather end with {@link BlkStatus#AGAIN} than sleep. */
  public static final int NOWAIT = 1 << 21;

  /** {@code REQ_POLLED}: no interrupt; the submitter calls {@link BlockDevice#bioPoll}. */
  public static final int POLLED = 1 << 22;

  private static final VarHandle ENDED;

  static {
    try {
      ENDED = MethodHandles.lookup().findVarHandle(Bio.class, "ended", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final BioOp op;
  private final int flags;
  private final long sector;
  private final int sectors;
  private final EndIo endIo;

  /** Where the bytes of a read are wanted, if the submitter gave a buffer. */
  private final byte @Nullable [] buffer;

  private Data data;
  private BlkStatus status = BlkStatus.OK;

  /** The faults that struck it, in their order; not part of the model. */
  private List<String> struckBy = List.of();

  @SuppressWarnings("unused") // through ENDED
  private volatile boolean ended;

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
        0,
        sector,
        whole(sector, buffer.length),
        op == BioOp.READ ? Data.zeroes(buffer.length) : Data.copyOf(buffer),
        op == BioOp.READ ? buffer : null,
        endIo);
  }

  private Bio(
      BioOp op,
      int flags,
      long sector,
      int sectors,
      Data data,
      byte @Nullable [] buffer,
      EndIo endIo) {
    this.op = op;
    this.flags = flags;
    this.sector = sector;
    this.sectors = sectors;
    this.data = data;
    this.buffer = buffer;
    this.endIo = endIo;
  }

  private static int whole(long sector, int bytes) {
    if (bytes == 0 || bytes % BlockDevice.SECTOR_BYTES != 0 || sector < 0) {
      throw new IllegalArgumentException(
          "a bio covers whole sectors of "
              + BlockDevice.SECTOR_BYTES
              + " bytes, not "
              + bytes
              + " bytes at sector "
              + sector);
    }
    return bytes / BlockDevice.SECTOR_BYTES;
  }

  /** A write of bytes that never change. */
  public static Bio write(long sector, Data data, EndIo endIo) {
    return new Bio(BioOp.WRITE, 0, sector, whole(sector, data.length()), data, null, endIo);
  }

  /** A read, after whose end {@link #data} is what was read. */
  public static Bio read(long sector, int bytes, EndIo endIo) {
    Data nothing = Data.zeroes(bytes);
    return new Bio(BioOp.READ, 0, sector, whole(sector, bytes), nothing, null, endIo);
  }

  /** An empty write with {@link #PREFLUSH}: what completed before it is durable after it. */
  public static Bio flush(EndIo endIo) {
    return new Bio(BioOp.WRITE, PREFLUSH | SYNC, 0, 0, Data.zeroes(0), null, endIo);
  }

  /** A {@link BioOp#DISCARD} or {@link BioOp#WRITE_ZEROES} of so many sectors. */
  public static Bio ofSectors(BioOp op, long sector, int sectors, EndIo endIo) {
    if (op.hasData() || op == BioOp.FLUSH || sectors < 1 || sector < 0) {
      throw new IllegalArgumentException(
          "not a bio without data: " + op + " of " + sectors + " sectors at " + sector);
    }
    return new Bio(op, 0, sector, sectors, Data.zeroes(0), null, endIo);
  }

  /** The same with these flags in addition; before it is submitted. */
  public Bio with(int moreFlags) {
    return new Bio(op, flags | moreFlags, sector, sectors, data, buffer, endIo);
  }

  /**
   * A part of this bio, or all of it, for another device or place ({@code bio_alloc_clone}).
   *
   * @param from its first sector, counted from the first of this bio
   */
  Bio clone(int from, int count, long atSector, EndIo told) {
    int unit = BlockDevice.SECTOR_BYTES;
    Data part = op.hasData() && sectors > 0 ? data.slice(from * unit, (from + count) * unit) : data;
    return new Bio(op, flags, atSector, count, part, null, told);
  }

  /** The same with other bytes. */
  Bio carrying(Data other) {
    return new Bio(op, flags, sector, sectors, other, buffer, endIo);
  }

  /** The same without these flags. */
  Bio without(int lessFlags) {
    return new Bio(op, flags & ~lessFlags, sector, sectors, data, buffer, endIo);
  }

  /** What it asks for. */
  public BioOp op() {
    return op;
  }

  /** {@code bi_opf} without the operation. */
  public int flags() {
    return flags;
  }

  /** Whether it has this flag. */
  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Whether it must go through the flush machine: {@code op_is_flush}. */
  boolean isFlush() {
    return has(PREFLUSH | FUA);
  }

  /** The first sector. */
  public long sector() {
    return sector;
  }

  /** How many sectors it covers; 0 for an empty flush. */
  public int sectors() {
    return sectors;
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
    return status.errno();
  }

  /** {@code bi_status}; meaningful once the bio has ended. */
  public BlkStatus blkStatus() {
    return status;
  }

  /**
   * {@code bio_endio}: tells the submitter. Any context; never sleeps.
   *
   * @throws KernelFault if it has ended before
   */
  void end(BlkStatus how) {
    if (!ENDED.compareAndSet(this, false, true)) {
      throw new KernelFault(
          ReportKind.BUG, "BUG: bio ended twice: " + this + ", now with " + how.kernelName());
    }
    status = how;
    endIo.endIo(this);
  }

  /** Notes that a fault struck. */
  void struckBy(String fault) {
    List<String> more = new ArrayList<>(struckBy);
    more.add(fault);
    struckBy = more;
  }

  /** The words of the faults that struck, in their order; for who counts. */
  public List<String> struckBy() {
    return List.copyOf(struckBy);
  }

  /** Whether the end was told. */
  public boolean hasEnded() {
    return (boolean) ENDED.getVolatile(this);
  }

  @Override
  public String toString() {
    return (sectors == 0 ? "flush" : op + " " + sectors + " sectors at " + sector)
        + (sectors > 0 && has(PREFLUSH) ? " preflush" : "")
        + (has(FUA) ? " fua" : "")
        + (status == BlkStatus.OK ? "" : " (" + Errno.name(status.errno()) + ")");
  }
}
