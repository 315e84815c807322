package org.vfslab.freeze;

/** How far a superblock is frozen: the values of {@code s_writers.frozen}. */
public enum FreezeState {
  /** {@code SB_UNFROZEN}. */
  UNFROZEN(0),
  /** Waits for writes, or no new ones begin ({@code SB_FREEZE_WRITE}). */
  WRITE(1),
  /** Waits for page faults, or none begin ({@code SB_FREEZE_PAGEFAULT}). */
  PAGEFAULT(2),
  /** Waits for what is inside the filesystem ({@code SB_FREEZE_FS}). */
  FS(3),
  /** Frozen ({@code SB_FREEZE_COMPLETE}). */
  COMPLETE(4);

  private static final FreezeState[] BY_VALUE = values();

  private final int value;

  FreezeState(int value) {
    this.value = value;
  }

  /** The kernel's number for the state. */
  public int value() {
    return value;
  }

  /** The state with the kernel's number {@code value}. */
  static FreezeState of(long value) {
    return BY_VALUE[(int) value];
  }
}
