package org.vfslab.explore;

/** A strategy cannot explore a scenario soundly; the message says why, and what can. */
public final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean isOfLoop;

  RefusedException(String message) {
    this(message, false);
  }

  private RefusedException(String message, boolean isOfLoop) {
    super(message);
    this.isOfLoop = isOfLoop;
  }

  /** For a scenario in which somebody repeats the same steps for ever, as it seems. */
  static RefusedException ofLoop() {
    return new RefusedException(
        "the strategy 'dpor' cannot reduce loops that go on until others have had their turn; use"
            + " 'fair' to look for livelocks, and 'dfs'",
        true);
  }

  /** Whether it is for a loop, that may be a livelock. */
  public boolean isOfLoop() {
    return isOfLoop;
  }
}
