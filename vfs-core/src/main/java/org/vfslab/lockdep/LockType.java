package org.vfslab.lockdep;

/** What a lock is to the validator apart from how it waits: {@code enum lockdep_lock_type}. */
public enum LockType {
  /** A lock. */
  NORMAL,
  /** Excludes only others on its CPU ({@code local_lock}): carries no dependency for interrupts. */
  PERCPU,
  /** No lock at all: says that what is taken inside may wait in another way than it looks. */
  WAIT_OVERRIDE
}
