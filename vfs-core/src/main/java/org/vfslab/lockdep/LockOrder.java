package org.vfslab.lockdep;

/**
 * An order among the locks of one class in which they may be taken inside each other ({@code
 * lock_cmp_fn}).
 */
@FunctionalInterface
public interface LockOrder {

  /** Below 0 if {@code inner} may be taken while {@code outer} is held. */
  int compare(LockMap outer, LockMap inner);

  /** What reports add to the name of the class for this lock ({@code lock_print_fn}). */
  default String print(LockMap lock) {
    return "";
  }
}
