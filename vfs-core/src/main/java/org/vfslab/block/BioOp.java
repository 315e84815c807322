package org.vfslab.block;

/** What a bio asks for ({@code enum req_op}). */
public enum BioOp {
  /** Fills the bio's data from the device ({@code REQ_OP_READ}). */
  READ("read"),
  /** Puts the bio's data onto the device ({@code REQ_OP_WRITE}). */
  WRITE("write"),
  /**
   * Makes the volatile cache durable ({@code REQ_OP_FLUSH}). Only the block layer sends it to a
   * device; who wants a flush submits an empty write with {@link Bio#PREFLUSH}.
   */
  FLUSH("flush"),
  /** Says that sectors are not needed any more ({@code REQ_OP_DISCARD}); they read as zeroes. */
  DISCARD("discard"),
  /** Writes zeroes without carrying them ({@code REQ_OP_WRITE_ZEROES}). */
  WRITE_ZEROES("write zeroes");

  private final String words;

  BioOp(String words) {
    this.words = words;
  }

  /** {@code op_is_write}: whether it may change the medium. */
  public boolean isWrite() {
    return this == WRITE || this == DISCARD || this == WRITE_ZEROES;
  }

  /** Whether it carries bytes of its own. */
  boolean hasData() {
    return this == READ || this == WRITE;
  }

  @Override
  public String toString() {
    return words;
  }
}
