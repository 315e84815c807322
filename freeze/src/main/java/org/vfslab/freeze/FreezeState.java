package org.vfslab.freeze;

/** How far a superblock is frozen: the values of {@code s_writers.frozen}. */
public enum FreezeState {
  /** {@code SB_UNFROZEN}. */
  UNFROZEN,
  /** Waits for writes, or no new ones begin ({@code SB_FREEZE_WRITE}). */
  WRITE,
  /** Waits for page faults, or none begin ({@code SB_FREEZE_PAGEFAULT}). */
  PAGEFAULT,
  /** Waits for what is inside the filesystem ({@code SB_FREEZE_FS}). */
  FS,
  /** Frozen ({@code SB_FREEZE_COMPLETE}). */
  COMPLETE;

  private static final FreezeState[] BY_VALUE = values();

  /** The state with the kernel's number {@code value}. */
  static FreezeState of(long value) {
    return BY_VALUE[(int) value];
  }
}
