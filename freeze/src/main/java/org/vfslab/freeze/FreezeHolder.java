package org.vfslab.freeze;

/** On whose behalf a filesystem is frozen ({@code FREEZE_HOLDER_*}). */
public enum FreezeHolder {
  /** The kernel itself. */
  KERNEL,
  /** A process, by ioctl. */
  USERSPACE
}
