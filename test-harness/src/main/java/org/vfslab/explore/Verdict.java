package org.vfslab.explore;

/** What an exploration may claim, never more than was done. */
public enum Verdict {
  /** Every schedule was tried. */
  HOLDS_COMPLETE("holds (complete)"),
  /** Every schedule within the strategy's bound was tried. */
  HOLDS_WITHIN_BOUND("holds within the bound"),
  /** Some schedules were tried. */
  NO_VIOLATION("no violation found"),
  /** Something was found. */
  VIOLATED("VIOLATED");

  private final String words;

  Verdict(String words) {
    this.words = words;
  }

  /** The verdict in words. */
  public String words() {
    return words;
  }
}
