package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;

/**
 * A class to which a search has come, and the way by which it came.
 *
 * @param lockClass where it is
 * @param parent where it came from, or null at the root
 * @param edge by which dependency, or null at the root
 * @param weak whether it came here as a recursive reader only (forwards), or from a shared hold
 *     only (backwards): {@code only_xr}
 * @param again whether it has been here before
 */
record Path(
    LockClass lockClass,
    @Nullable Path parent,
    @Nullable LockEdge edge,
    boolean weak,
    boolean again) {

  /** How many edges the way has. */
  int depth() {
    int depth = 0;
    for (Path at = parent; at != null; at = at.parent) {
      depth++;
    }
    return depth;
  }
}
