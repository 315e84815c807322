package org.vfslab.aio;

/**
 * A control block as user space fills it: {@code struct iocb}.
 *
 * @param data given back in the {@link IoEvent}
 * @param opcode what to do
 * @param fd the descriptor
 * @param buffer the bytes to write, or where to put what is read; left alone until the event
 * @param offset where in the file, in bytes
 */
@SuppressWarnings("ArrayRecordComponent") // the buffer is the submitter's memory, not a value
public record Iocb(long data, Opcode opcode, long fd, byte[] buffer, long offset) {

  /** The operations that are modelled ({@code IOCB_CMD_*}). */
  public enum Opcode {
    /** {@code IOCB_CMD_PREAD}. */
    PREAD,
    /** {@code IOCB_CMD_PWRITE}. */
    PWRITE
  }
}
