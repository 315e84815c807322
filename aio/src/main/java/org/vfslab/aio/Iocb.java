package org.vfslab.aio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A control block as user space fills it: {@code struct iocb}. Its identity is its address: the
 * event names it, and {@code io_cancel} looks for it.
 *
 * <p>Not to be changed between the submission and the event, except by tests of what then happens.
 */
public final class Iocb {

  /** {@code IOCB_FLAG_RESFD}: {@code aio_resfd} is the descriptor of an event counter to signal. */
  public static final int FLAG_RESFD = 1;

  /** {@code IOCB_FLAG_IOPRIO}: {@code aio_reqprio} holds an I/O priority. */
  public static final int FLAG_IOPRIO = 2;

  /** The operations ({@code IOCB_CMD_*}). */
  public enum Opcode {
    /** {@code IOCB_CMD_PREAD}. */
    PREAD,
    /** {@code IOCB_CMD_PWRITE}. */
    PWRITE,
    /** {@code IOCB_CMD_FSYNC}. */
    FSYNC,
    /** {@code IOCB_CMD_FDSYNC}. */
    FDSYNC,
    /** {@code IOCB_CMD_POLL}. */
    POLL,
    /** {@code IOCB_CMD_NOOP}: has a number, and is refused as one that is unknown. */
    NOOP,
    /** {@code IOCB_CMD_PREADV}. */
    PREADV,
    /** {@code IOCB_CMD_PWRITEV}. */
    PWRITEV
  }

  private final long data;
  private final Opcode opcode;
  private final long fd;
  private final @Nullable List<byte[]> buffers;
  private final long offset;
  private final int events;
  private long nbytes;
  private int rwFlags;
  private int flags;
  private int reqprio;
  private long resfd;
  private long reserved2;

  /** {@code aio_key}: written by the kernel at the submission, read by {@code io_cancel}. */
  private volatile int key;

  private Iocb(
      long data,
      Opcode opcode,
      long fd,
      @Nullable List<byte[]> buffers,
      long nbytes,
      long offset,
      int events) {
    this.data = data;
    this.opcode = opcode;
    this.fd = fd;
    this.buffers = buffers;
    this.nbytes = nbytes;
    this.offset = offset;
    this.events = events;
  }

  /**
   * A control block with one buffer.
   *
   * @param data given back in the {@link IoEvent}
   * @param opcode what to do
   * @param fd the descriptor
   * @param buffer the bytes to write, or where to put what is read; left alone until the event
   * @param offset where in the file, in bytes
   */
  public Iocb(long data, Opcode opcode, long fd, byte[] buffer, long offset) {
    this(data, opcode, fd, List.of(buffer), buffer.length, offset, 0);
  }

  /** A control block of {@code PREADV} or {@code PWRITEV}. */
  public static Iocb vector(long data, Opcode opcode, long fd, List<byte[]> buffers, long offset) {
    return new Iocb(data, opcode, fd, buffers, buffers.size(), offset, 0);
  }

  /** A read or write of memory that is not the process's own: {@code access_ok} refuses it. */
  public static Iocb ofKernelMemory(long data, Opcode opcode, long fd, long nbytes, long offset) {
    return new Iocb(data, opcode, fd, null, nbytes, offset, 0);
  }

  /** A control block of {@code FSYNC} or {@code FDSYNC}. */
  public static Iocb sync(long data, Opcode opcode, long fd) {
    return new Iocb(data, opcode, fd, List.of(), 0, 0, 0);
  }

  /**
   * A control block of a poll.
   *
   * @param events what it waits for ({@code aio_buf}), as {@link org.vfslab.vfs.PollEvents}
   */
  public static Iocb poll(long data, long fd, int events) {
    return new Iocb(data, Opcode.POLL, fd, List.of(), 0, 0, events);
  }

  // ---- what else user space can fill in

  /** Sets {@code aio_rw_flags}, as {@link org.vfslab.vfs.RwFlags}; returns this. */
  public Iocb rwFlags(int newRwFlags) {
    rwFlags = newRwFlags;
    return this;
  }

  /** {@code io_set_eventfd}: has an event counter signalled; returns this. */
  public Iocb resfd(long newResfd) {
    resfd = newResfd;
    flags |= FLAG_RESFD;
    return this;
  }

  /** Sets {@code aio_reqprio} and says so; returns this. */
  public Iocb reqprio(int newReqprio) {
    reqprio = newReqprio;
    flags |= FLAG_IOPRIO;
    return this;
  }

  /** Sets {@code aio_nbytes} to what the buffers do not say; returns this. */
  public Iocb nbytes(long newNbytes) {
    nbytes = newNbytes;
    return this;
  }

  /** Sets {@code aio_reserved2}, which has to be 0; returns this. */
  public Iocb reserved2(long newReserved2) {
    reserved2 = newReserved2;
    return this;
  }

  /** Sets {@code aio_key}, which the kernel does at each submission; returns this. */
  public Iocb key(int newKey) {
    key = newKey;
    return this;
  }

  // ---- the fields

  /** {@code aio_data}. */
  public long data() {
    return data;
  }

  /** {@code aio_lio_opcode}. */
  public Opcode opcode() {
    return opcode;
  }

  /** {@code aio_fildes}. */
  public long fd() {
    return fd;
  }

  /** What {@code aio_buf} points to; null where the process has no memory. */
  public @Nullable List<byte[]> buffers() {
    return buffers;
  }

  /** {@code aio_nbytes}: bytes, or for a vector the number of buffers. */
  public long nbytes() {
    return nbytes;
  }

  /** {@code aio_offset}. */
  public long offset() {
    return offset;
  }

  /** {@code aio_buf} of a poll. */
  public int events() {
    return events;
  }

  int rwFlags() {
    return rwFlags;
  }

  boolean hasFlag(int flag) {
    return (flags & flag) != 0;
  }

  int reqprio() {
    return reqprio;
  }

  long resfd() {
    return resfd;
  }

  long reserved2() {
    return reserved2;
  }

  int key() {
    return key;
  }
}
