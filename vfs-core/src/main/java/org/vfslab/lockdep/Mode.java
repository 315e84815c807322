package org.vfslab.lockdep;

/** How a lock is held: the {@code read} argument of {@code lock_acquire}. */
public enum Mode {
  /** Exclusive (0). */
  WRITE("exclusive"),
  /** Shared; a second acquisition by the same context can deadlock (1). */
  READ("shared"),
  /** Shared, and may be taken again by its holder (2). */
  READ_RECURSIVE("shared, recursive");

  private final String words;

  Mode(String words) {
    this.words = words;
  }

  /** The mode as the story has it. */
  public String words() {
    return words;
  }
}
