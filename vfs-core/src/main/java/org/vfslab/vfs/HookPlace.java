package org.vfslab.vfs;

/**
 * Where in a write its listeners are asked: the seam of the order between hook and freeze
 * protection.
 */
public enum HookPlace {
  /** With nothing held: every path since Linux 6.8. */
  BEFORE_PROTECTION,

  /**
   * Broken: inside freeze protection, as {@code vfs_iter_write}, {@code writev}, splice and clone
   * did before Linux 6.8. A listener that writes waits for a freeze that waits for the write.
   */
  BROKEN_INSIDE_PROTECTION
}
