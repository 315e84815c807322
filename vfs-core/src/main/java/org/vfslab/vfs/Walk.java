package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;

/**
 * Where a path leads ({@code struct nameidata} at the end of a walk).
 *
 * @param error 0, or why the walk ended early
 * @param parent the directory of the last name; null at a mount point, and after an error
 * @param last the last name, empty at a mount point
 * @param inode what is there, or null
 * @param slash whether a '/' follows the last name, which asks for a directory
 */
record Walk(int error, @Nullable Inode parent, String last, @Nullable Inode inode, boolean slash) {

  static Walk failed(int error) {
    return new Walk(error, null, "", null, false);
  }

  /** Whether the last name is one, and neither a mount point nor '.' nor '..'. */
  boolean isNamed() {
    return parent != null;
  }
}
