package org.vfslab.lockdep;

/** What waiting for a lock of a class may do: {@code enum lockdep_wait_type}. */
public enum WaitType {
  /** Not checked. */
  INV(0),
  /** Never waits: RCU read sections. */
  FREE(1),
  /** Spins, also on {@code PREEMPT_RT}: raw spinlocks. */
  SPIN(2),
  /** Spins, or sleeps on {@code PREEMPT_RT}: spinlocks and rwlocks. */
  CONFIG(3),
  /** Sleeps: mutexes and semaphores. */
  SLEEP(4);

  private final int level;

  WaitType(int level) {
    this.level = level;
  }

  /** The number in reports: the more, the longer one may wait. */
  int level() {
    return level;
  }
}
