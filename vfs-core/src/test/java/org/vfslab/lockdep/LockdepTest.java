package org.vfslab.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Report;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;

/** The stack of held locks, and what is said when it is not as it should be. */
final class LockdepTest {

  private static List<Report> reports(BiConsumer<Machine, Lockdep> body) {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              Lockdep lockdep = Lockdep.on(machine);
              machine.task("task", () -> body.accept(machine, lockdep));
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE); // the run goes on after a report
    assertThat(ending.machine().reports())
        .allSatisfy(report -> assertThat(report.kind()).isEqualTo(ReportKind.LOCKDEP));
    return ending.machine().reports();
  }

  @Test
  void returnToUser_withALockHeld_isReportedInTheKernelsLayout() {
    List<Report> reports =
        reports(
            (machine, lockdep) -> {
              LockMap inode = lockdep.register("&inode->i_rwsem");
              LockMap freeze = lockdep.register("sb_writers");
              machine
                  .currentTask()
                  .syscall(
                      "io_submit",
                      () -> {
                        lockdep.acquire(freeze, Mode.READ, "sb_start_write");
                        lockdep.acquire(inode, Mode.WRITE, "down_write");
                        return 1;
                      });
            });
    assertThat(reports)
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.title())
                  .isEqualTo("WARNING: lock held when returning to user space!");
              assertThat(report.text())
                  .isEqualTo(
                      """

                      ================================================
                      WARNING: lock held when returning to user space!
                      7.2.0-vfslab Not tainted
                      ------------------------------------------------
                      task/100 is leaving the kernel with locks still held!
                      2 locks held by task/100:
                       #0: ffff888100000040 (sb_writers){.+.+}-{4:4}, at: sb_start_write
                       #1: ffff888100000000 (&inode->i_rwsem){+.+.}-{4:4}, at: down_write\
                      """);
            });
  }

  @Test
  void returnToUser_withNothingHeld_saysNothing() {
    assertThat(
            reports(
                (machine, lockdep) -> {
                  LockMap map = lockdep.register("lock");
                  machine
                      .currentTask()
                      .syscall(
                          "write",
                          () -> {
                            lockdep.acquire(map, Mode.WRITE, "down_write");
                            lockdep.release(map);
                            return 0;
                          });
                }))
        .isEmpty();
  }

  @Test
  void exit_withALockHeld_isReported() {
    List<Report> reports =
        reports(
            (machine, lockdep) ->
                lockdep.acquire(lockdep.register("lock"), Mode.WRITE, "down_write"));
    assertThat(reports)
        .singleElement()
        .satisfies(
            report ->
                assertThat(report.text())
                    .isEqualTo(
                        """

                        ====================================
                        WARNING: task/100 still has locks held!
                        7.2.0-vfslab Not tainted
                        ------------------------------------
                        1 lock held by task/100:
                         #0: ffff888100000000 (lock){+.+.}-{4:4}, at: down_write

                        stack backtrace:
                         task\
                        """));
  }

  @Test
  void release_ofWhatIsNotHeld_isABadBalance() {
    List<Report> reports =
        reports(
            (machine, lockdep) ->
                machine
                    .currentTask()
                    .syscall(
                        "write",
                        () -> {
                          lockdep.release(lockdep.register("lock"));
                          return 0;
                        }));
    assertThat(reports)
        .singleElement()
        .satisfies(
            report ->
                assertThat(report.text())
                    .isEqualTo(
                        """

                        =====================================
                        WARNING: bad unlock balance detected!
                        7.2.0-vfslab Not tainted
                        -------------------------------------
                        task/100 is trying to release lock (lock) at:
                        [<ffffffff81c257df>] write
                        but there are no more locks to release!

                        other info that might help us debug this:
                        no locks held by task/100.

                        stack backtrace:
                         write
                         task\
                        """));
  }

  @Test
  void release_byAnotherContext_isABadBalanceThereAndAnExitWithTheLockHere() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              Lockdep lockdep = Lockdep.on(machine);
              RwSemaphore sem = new RwSemaphore(lockdep, "sem");
              IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1));
              machine.task(
                  "task",
                  () -> {
                    sem.downRead();
                    line.raise(sem::upRead);
                  });
            });
    assertThat(ending.machine().reports())
        .extracting(Report::title)
        .containsExactlyInAnyOrder(
            "WARNING: task/100 still has locks held!".replace("100", pid(ending)),
            "WARNING: bad unlock balance detected!");
  }

  private static String pid(Schedules.Ending ending) {
    return String.valueOf(ending.machine().tasks().getFirst().pid());
  }

  @Test
  void release_outOfOrder_isFine() {
    assertThat(
            reports(
                (machine, lockdep) -> {
                  LockMap a = lockdep.register("a");
                  LockMap b = lockdep.register("b");
                  lockdep.acquire(a, Mode.READ, "x");
                  lockdep.acquire(b, Mode.READ, "x");
                  lockdep.release(a);
                  assertThat(lockdep.heldBy(machine.current())).containsExactly("b (shared)");
                  lockdep.release(b);
                }))
        .isEmpty();
  }

  @Test
  void lockState_isThreeValued() {
    List<LockState> states = new ArrayList<>();
    reports(
        (machine, lockdep) -> {
          LockMap map = lockdep.register("lock");
          states.add(lockdep.isHeld(map));
          lockdep.acquire(map, Mode.READ, "down_read");
          states.add(lockdep.isHeld(map));
          states.add(lockdep.isHeld(map, Mode.READ));
          states.add(lockdep.isHeld(map, Mode.WRITE));
          lockdep.release(map);
          states.add(lockdep.isHeld(map));
          states.add(Lockdep.off(machine).isHeld(map));
        });
    assertThat(states)
        .containsExactly(
            LockState.NOT_HELD,
            LockState.HELD,
            LockState.HELD,
            LockState.NOT_HELD,
            LockState.NOT_HELD,
            LockState.UNKNOWN);
  }

  @Test
  void lockState_ofWhatAnotherHolds_isNotHeld() {
    List<LockState> states = new ArrayList<>();
    Schedules.one(
        machine -> {
          Lockdep lockdep = Lockdep.on(machine);
          RwSemaphore sem = new RwSemaphore(lockdep, "sem");
          machine.task("holder", sem::downRead);
          machine.task("other", () -> states.add(sem.isHeld()));
        });
    assertThat(states).containsExactly(LockState.NOT_HELD);
  }

  @Test
  void downgrade_turnsTheHoldIntoASharedOne() {
    assertThat(
            reports(
                (machine, lockdep) -> {
                  LockMap map = lockdep.register("lock");
                  lockdep.acquire(map, Mode.WRITE, "down_write");
                  lockdep.assertHeldWrite(map, "here");
                  lockdep.downgrade(map);
                  assertThat(lockdep.isHeld(map, Mode.WRITE)).isEqualTo(LockState.NOT_HELD);
                  assertThat(lockdep.isHeld(map, Mode.READ)).isEqualTo(LockState.HELD);
                  lockdep.release(map);
                }))
        .isEmpty();
  }

  @Test
  void assertions_warnExactlyWhenTheyAreKnownToBeFalse() {
    List<Report> reports =
        reports(
            (machine, lockdep) -> {
              LockMap map = lockdep.register("lock");
              Lockdep off = Lockdep.off(machine);
              lockdep.assertNotHeld(map, "1");
              lockdep.assertHeld(map, "2"); // warns
              off.assertHeld(map, "3");
              lockdep.acquire(map, Mode.READ, "down_read");
              lockdep.assertHeld(map, "4");
              lockdep.assertHeldWrite(map, "5"); // warns
              lockdep.assertNotHeld(map, "6"); // warns
              off.assertNotHeld(map, "7");
              lockdep.release(map);
            });
    assertThat(reports)
        .extracting(Report::title)
        .containsExactly(
            "WARNING: at 2: lockdep_assert_held(lock) failed",
            "WARNING: at 5: lockdep_assert_held_write(lock) failed",
            "WARNING: at 6: lockdep_assert_not_held(lock) failed");
  }

  @Test
  void handler_hasItsOwnStack() {
    List<String> held = new ArrayList<>();
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              Lockdep lockdep = Lockdep.on(machine);
              SpinLock lock = new SpinLock(lockdep, "lock");
              IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(0));
              line.raise(
                  () -> {
                    lock.lock();
                    held.addAll(lockdep.heldBy(machine.current()));
                    lock.unlock();
                    held.addAll(lockdep.heldBy(machine.current()));
                  });
            });
    assertThat(ending.complaints()).isEmpty();
    assertThat(held).containsExactly("lock (exclusive)");
  }

  @Test
  void off_reportsNothing() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
              machine.task("task", sem::downRead);
            });
    assertThat(ending.complaints()).isEmpty();
  }
}
