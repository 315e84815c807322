package org.vfslab.uring;

/**
 * A request as user space fills it: {@code struct io_uring_sqe}.
 *
 * @param opcode what to do, an {@link Opcode#number}
 * @param fd the descriptor
 * @param buffer the bytes to write, or where to put what is read; left alone until the completion
 * @param offset where in the file, in bytes
 * @param flags {@code IOSQE_} bits
 * @param opFlags {@link org.vfslab.vfs.RwFlags} of a transfer, {@link #FSYNC_DATASYNC} of a sync
 * @param userData given back in the {@link Cqe}
 */
@SuppressWarnings("ArrayRecordComponent") // the buffer is the submitter's memory, not a value
public record Sqe(
    int opcode, long fd, byte[] buffer, long offset, int flags, int opFlags, long userData) {

  /** {@code IOSQE_IO_LINK}: the next request begins when this one has ended well. */
  public static final int IO_LINK = 1 << 2;

  /** {@code IOSQE_IO_HARDLINK}: the next request begins when this one has ended. */
  public static final int IO_HARDLINK = 1 << 3;

  /** {@code IOSQE_ASYNC}: goes to a worker without an attempt in the submitter. */
  public static final int ASYNC = 1 << 4;

  static final int KNOWN_FLAGS = IO_LINK | IO_HARDLINK | ASYNC;

  /** {@code IORING_FSYNC_DATASYNC}. */
  public static final int FSYNC_DATASYNC = 1;

  /** The operations that are modelled ({@code IORING_OP_*}). */
  public enum Opcode {
    /** {@code IORING_OP_NOP}. */
    NOP(0),
    /** {@code IORING_OP_FSYNC}. */
    FSYNC(3),
    /** {@code IORING_OP_READ}. */
    READ(22),
    /** {@code IORING_OP_WRITE}. */
    WRITE(23);

    private final int number;

    Opcode(int number) {
      this.number = number;
    }

    /** The kernel's number. */
    public int number() {
      return number;
    }
  }

  /** A request without flags. */
  public static Sqe of(Opcode opcode, long fd, byte[] buffer, long offset, long userData) {
    return new Sqe(opcode.number(), fd, buffer, offset, 0, 0, userData);
  }

  /** The same with these {@code IOSQE_} bits. */
  public Sqe with(int newFlags) {
    return new Sqe(opcode, fd, buffer, offset, newFlags, opFlags, userData);
  }

  /** The same with these flags of its operation. */
  public Sqe withOpFlags(int newOpFlags) {
    return new Sqe(opcode, fd, buffer, offset, flags, newOpFlags, userData);
  }
}
