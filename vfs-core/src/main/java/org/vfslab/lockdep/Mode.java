package org.vfslab.lockdep;

/** How a lock is held: the {@code read} argument of {@code lock_acquire}. */
public enum Mode {
  /** Exclusive (0). */
  WRITE(0, "exclusive"),
  /** Shared; a second acquisition by the same context can deadlock (1). */
  READ(1, "shared"),
  /** Shared, and may be taken again by its holder (2). */
  READ_RECURSIVE(2, "shared, recursive");

  private final int value;
  private final String words;

  Mode(int value, String words) {
    this.value = value;
    this.words = words;
  }

  /** The number of the mode. */
  int value() {
    return value;
  }

  /** The mode as the story has it. */
  public String words() {
    return words;
  }
}
