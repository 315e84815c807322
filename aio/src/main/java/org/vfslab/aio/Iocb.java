package org.vfslab.aio;

/**
 * A control block as user space fills it: {@code struct iocb}.
 *
 * @param data given back in the {@link IoEvent}
 * @param opcode what to do
 * @param fd the descriptor
 * @param buffer the bytes to write, or where to put what is read; left alone until the event
 * @param offset where in the file, in bytes
 * @param events what a poll waits for ({@code aio_buf}), as {@link org.vfslab.vfs.PollEvents}
 */
@SuppressWarnings("ArrayRecordComponent") // the buffer is the submitter's memory, not a value
public record Iocb(long data, Opcode opcode, long fd, byte[] buffer, long offset, int events) {

  /** A control block of a read or write. */
  public Iocb(long data, Opcode opcode, long fd, byte[] buffer, long offset) {
    this(data, opcode, fd, buffer, offset, 0);
  }

  /** A control block of a poll. */
  public static Iocb poll(long data, long fd, int events) {
    return new Iocb(data, Opcode.POLL, fd, new byte[0], 0, events);
  }

  /** The operations that are modelled ({@code IOCB_CMD_*}). */
  public enum Opcode {
    /** {@code IOCB_CMD_PREAD}. */
    PREAD,
    /** {@code IOCB_CMD_PWRITE}. */
    PWRITE,
    /** {@code IOCB_CMD_POLL}. */
    POLL
  }
}
