package org.vfslab.lockdep;

/** What waiting for a lock of a class may do: {@code enum lockdep_wait_type}. */
public enum WaitType {
  /** Not checked. */
  INV,
  /** Never waits: RCU read sections. */
  FREE,
  /** Spins, also on {@code PREEMPT_RT}: raw spinlocks. */
  SPIN,
  /** Spins, or sleeps on {@code PREEMPT_RT}: spinlocks and rwlocks. */
  CONFIG,
  /** Sleeps: mutexes and semaphores. */
  SLEEP
}
