package org.vfslab.vfs;

/** The levels of freeze protection, in the order in which a freeze closes them. */
public enum FreezeLevel {
  /** System calls that dirty data or metadata ({@code SB_FREEZE_WRITE}). */
  WRITE(1, "sb_writers"),
  /** Write faults on shared mappings ({@code SB_FREEZE_PAGEFAULT}). */
  PAGEFAULT(2, "sb_pagefaults"),
  /** Inside the filesystem: transactions, reclaim ({@code SB_FREEZE_FS}). */
  FS(3, "sb_internal");

  private final int value;
  private final String className;

  FreezeLevel(int value, String className) {
    this.value = value;
    this.className = className;
  }

  /** The kernel's number for the level. */
  public int value() {
    return value;
  }

  /** The name of the lock class. */
  public String className() {
    return className;
  }
}
