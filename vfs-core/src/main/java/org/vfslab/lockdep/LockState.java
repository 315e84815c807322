package org.vfslab.lockdep;

/** The three answers to "does this context hold the lock?" ({@code LOCK_STATE_*}). */
public enum LockState {
  /** The validator is switched off and can't tell. */
  UNKNOWN,
  /** Not held, or not in the mode asked for. */
  NOT_HELD,
  /** Held. */
  HELD
}
