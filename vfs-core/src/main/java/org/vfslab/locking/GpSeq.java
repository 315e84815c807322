package org.vfslab.locking;

/**
 * Numbers of grace periods as {@code kernel/rcu/rcu.h} (7.2) packs them: a count in the upper bits,
 * and in the lower two how far the one in progress is, 0 when none is.
 */
final class GpSeq {

  /** {@code RCU_SEQ_STATE_MASK}. */
  static final long STATE_MASK = 3;

  private GpSeq() {}

  /** {@code rcu_seq_state}. */
  static int state(long seq) {
    return (int) (seq & STATE_MASK);
  }

  /** {@code rcu_seq_start}: the next one begins, in state 1. */
  static long started(long seq) {
    return seq + 1;
  }

  /** {@code rcu_seq_set_state}. */
  static long inState(long seq, int state) {
    return (seq & ~STATE_MASK) + state;
  }

  /** {@code rcu_seq_end}: the one in progress has ended. */
  static long ended(long seq) {
    return (seq | STATE_MASK) + 1;
  }

  /**
   * {@code rcu_seq_snap}: the number that is reached when a grace period has ended that has not
   * begun yet at {@code seq}: one in progress does not count.
   */
  static long snap(long seq) {
    return (seq + 2 * STATE_MASK + 1) & ~STATE_MASK;
  }

  /** {@code rcu_seq_done}: whether {@code seq} has reached {@code wanted}. */
  static boolean isDone(long seq, long wanted) {
    return seq - wanted >= 0;
  }
}
