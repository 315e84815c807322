package org.vfslab.patch;

import org.vfslab.aio.WriteHold;

/**
 * What fills the seams of the model.
 *
 * @param writeHold for how long an aio write holds freeze protection
 */
public record Seams(WriteHold writeHold) {

  /** Mainline. */
  public static final Seams UPSTREAM = new Seams(WriteHold.UNTIL_COMPLETION);

  /** The same with another hold of aio writes. */
  public Seams withWriteHold(WriteHold newWriteHold) {
    return new Seams(newWriteHold);
  }
}
