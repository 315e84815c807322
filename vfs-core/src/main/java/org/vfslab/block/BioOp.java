package org.vfslab.block;

/** What a bio asks for ({@code enum req_op}). */
public enum BioOp {
  /** Fills the bio's data from the device ({@code REQ_OP_READ}). */
  READ,
  /** Puts the bio's data onto the device ({@code REQ_OP_WRITE}). */
  WRITE
}
