package org.vfslab.locking;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Context;
import org.vfslab.machine.Report;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;

/** Misuse of spin locks, and what they do to their CPU. Exclusion is shown by the explorer. */
final class SpinLockTest {

  @Test
  void lock_byItsHolder_isRecursion() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              SpinLock lock = new SpinLock(Lockdep.on(machine), "lock");
              machine.task(
                  "a",
                  () -> {
                    lock.lock();
                    lock.lock();
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.FAULT);
    assertThat(ending.machine().reports())
        .extracting(Report::title)
        .containsExactly(
            "WARNING: possible recursive locking detected",
            "BUG: spinlock recursion: a already holds lock");
  }

  @Test
  void unlock_byAnother_isWrongOwner() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              SpinLock lock = new SpinLock(Lockdep.off(machine), "lock");
              machine.task("a", machine.cpu(0), lock::lock);
              machine.task("b", machine.cpu(1), lock::unlock);
            });
    assertThat(ending.machine().reports())
        .extracting(Report::title)
        .containsExactly("BUG: spinlock wrong owner: b unlocks lock, which a holds");
  }

  @Test
  void unlock_ofAFreeLock_isWrongOwner() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              SpinLock lock = new SpinLock(Lockdep.off(machine), "lock");
              machine.task("a", lock::unlock);
            });
    assertThat(ending.complaints()).containsExactly(ReportKind.BUG);
    assertThat(ending.machine().reports().getFirst().title()).endsWith("which nobody holds");
  }

  @Test
  void lock_forbidsWhatItSaysAndUnlockAllowsItAgain() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              SpinLock lock = new SpinLock(Lockdep.on(machine), "lock");
              machine.task(
                  "a",
                  () -> {
                    Context me = machine.current();
                    lock.lock();
                    assertThat(state(me)).isEqualTo("atomic");
                    lock.unlock();
                    lock.lockIrqSave();
                    assertThat(state(me)).isEqualTo("atomic irqs-off");
                    lock.unlockIrqRestore();
                    lock.lockBh();
                    assertThat(state(me)).isEqualTo("atomic bh-off");
                    lock.unlockBh();
                    assertThat(state(me)).isEmpty();
                    assertThat(lock.isLocked()).isFalse();
                  });
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
    assertThat(ending.complaints()).isEmpty();
  }

  private static String state(Context me) {
    return ((me.inAtomic() ? "atomic" : "")
            + (me.irqsDisabled() ? " irqs-off" : "")
            + (me.bhDisabled() ? " bh-off" : ""))
        .trim();
  }
}
