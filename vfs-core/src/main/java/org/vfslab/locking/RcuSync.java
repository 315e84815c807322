package org.vfslab.locking;

import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;

/**
 * Tells readers whether they may take the fast path: {@code rcu_sync}.
 *
 * <p>Follows {@code kernel/rcu/sync.c}, 7.2: while somebody is between {@link #enter} and {@link
 * #exit} no reader that starts after {@code enter} returned sees the state idle.
 */
final class RcuSync {

  /*
   * Overview. State word: IDLE readers are fast; ENTER somebody waits for the grace period that
   * makes all readers slow; PASSED they are; EXIT a grace period on the way back; REPLAY an exit
   * came while that one was running, so that it must be waited for once more.
   *
   *   IDLE --enter--> ENTER --grace period--> PASSED --last exit--> EXIT --grace period--> IDLE
   *                                             ^                     |  \--exit--> REPLAY
   *                                             +------- enter -------+
   */
  private static final int IDLE = 0;
  private static final int ENTER = 1;
  private static final int PASSED = 2;
  private static final int EXIT = 3;
  private static final int REPLAY = 4;

  private final Machine machine;
  private final Rcu rcu;
  private final AtomicWord state;
  private final RawLock lock;
  private final WaitQueue passed;

  // Protected by lock.
  private int count;

  RcuSync(Rcu rcu, String name) {
    this.rcu = rcu;
    this.machine = rcu.machine();
    this.state = new AtomicWord(machine, name, IDLE);
    this.lock = new RawLock(machine, name);
    this.passed = new WaitQueue(machine, name);
  }

  /**
   * {@code rcu_sync_is_idle}; inside an RCU section only. The order that the kernel gets from the
   * grace period, the model gets from this load.
   */
  boolean isIdle() {
    return state.loadAcquire() == IDLE;
  }

  /** {@code rcu_sync_enter}: may sleep for a grace period. */
  void enter() {
    Context me = machine.current();
    lock.lockIrqSave(me);
    long was = state.readOnce();
    if (was == IDLE) {
      state.writeOnce(ENTER);
    }
    count++;
    lock.unlockIrqRestore(me);
    if (was == IDLE) {
      rcu.synchronize();
      gracePeriodEnded();
    } else {
      passed.waitEvent("rcu_sync_enter", () -> state.loadAcquire() >= PASSED);
    }
  }

  /** {@code rcu_sync_exit}: never sleeps. */
  void exit() {
    Context me = machine.current();
    lock.lockIrqSave(me);
    boolean call = false;
    if (--count == 0) {
      long now = state.readOnce();
      if (now == PASSED) {
        state.writeOnce(EXIT);
        call = true;
      } else if (now == EXIT) {
        state.writeOnce(REPLAY);
      }
    }
    lock.unlockIrqRestore(me);
    if (call) {
      rcu.callOrRun(this::gracePeriodEnded);
    }
  }

  private void gracePeriodEnded() {
    Context me = machine.current();
    lock.lockIrqSave(me);
    boolean again = false;
    boolean wake = false;
    if (count > 0) {
      state.storeRelease(PASSED);
      wake = true;
    } else if (state.readOnce() == REPLAY) {
      state.writeOnce(EXIT);
      again = true;
    } else {
      state.storeRelease(IDLE);
    }
    lock.unlockIrqRestore(me);
    if (wake) {
      passed.wakeUpAll();
    }
    if (again) {
      rcu.callOrRun(this::gracePeriodEnded);
    }
  }

  @Override
  public String toString() {
    return switch ((int) state.peek()) {
      case IDLE -> "idle";
      case ENTER -> "enter";
      case PASSED -> "passed";
      case EXIT -> "exit";
      default -> "replay";
    };
  }
}
