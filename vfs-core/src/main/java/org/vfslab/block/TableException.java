package org.vfslab.block;

/** A device-mapper table that the kernel refuses: its words for it, and where. */
public final class TableException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String error;

  TableException(String error) {
    super(error);
    this.error = error;
  }

  TableException(int line, String text, String target, TableException cause) {
    super(
        "line "
            + line
            + " of the table, '"
            + text
            + "', makes no "
            + (target.isEmpty() ? "target" : target + " target")
            + ": "
            + cause.error,
        cause);
    this.error = cause.error;
  }

  /** {@code ti->error}: what the kernel says. The call fails with {@code EINVAL}. */
  public String error() {
    return error;
  }
}
