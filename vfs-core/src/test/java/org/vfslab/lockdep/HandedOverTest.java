package org.vfslab.lockdep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Report;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;
import org.vfslab.machine.Work;

/**
 * Holds that somebody else gives back: {@code i_rwsem} held until the asynchronous write completes,
 * as proposed in January 2020.
 *
 * <p>The end of the write needs {@code journal} before it gives {@code i_rwsem} back, and a
 * truncate that has {@code journal} waits for {@code i_rwsem}.
 */
final class HandedOverTest {
  private static final String CIRCULAR = "WARNING: possible circular locking dependency detected";
  private static final String IN_USER = "WARNING: lock held when returning to user space!";
  private static final String BALANCE = "WARNING: bad unlock balance detected!";
  private static final String NEVER = "WARNING: lock handed over and never given back!";

  /** How lockdep is told. */
  private enum Way {
    /** The class is declared, and nothing else is said. */
    DECLARED,
    /** Released for lockdep at submission, acquired again as a trylock where the hold ends. */
    TRICK,
    /** Nothing is done about it. */
    PLAIN
  }

  private static Consumer<Machine> aioWrite(Way way, boolean truncate) {
    return machine -> {
      Lockdep lockdep = Lockdep.on(machine);
      if (way == Way.DECLARED) {
        lockdep.declareHandedOver("i_rwsem");
      }
      RwSemaphore inode = new RwSemaphore(lockdep, "i_rwsem");
      LockMap map = lockdep.register("i_rwsem");
      RwSemaphore journal = new RwSemaphore(lockdep, "journal");
      Work end =
          new Work(
              machine,
              "end_io",
              () -> {
                journal.downWrite();
                journal.upWrite();
                if (way == Way.TRICK) {
                  lockdep.acquire(map, 0, true, Mode.READ, true, null, "rwsem_acquire");
                  lockdep.release(map);
                  inode.upReadNonOwner();
                } else {
                  inode.upRead();
                }
              });
      IrqLine irq = machine.irqLine("disk", IrqLine.Kind.HARD, machine.cpu(0));
      machine.task(
          "writer",
          () -> {
            machine
                .currentTask()
                .syscall(
                    "io_submit",
                    () -> {
                      if (way == Way.TRICK) {
                        inode.downReadNonOwner();
                        lockdep.acquire(map, Mode.READ, "down_read");
                        lockdep.release(map);
                      } else {
                        inode.downRead();
                      }
                      irq.raise(() -> machine.systemWorkqueue().queueWork(end));
                      return 1;
                    });
          });
      if (truncate) {
        machine.task(
            "truncate",
            () -> {
              journal.downWrite();
              inode.downWrite();
              inode.upWrite();
              journal.upWrite();
            });
      }
    };
  }

  private static Schedules.Ending one(Consumer<Machine> setUp) {
    return Schedules.one(calls(), Schedules.first(), setUp);
  }

  private static MachineConfig calls() {
    return Schedules.WORD.withGranularity(MachineConfig.Granularity.CALL);
  }

  private static List<String> titles(Schedules.Ending ending) {
    return ending.machine().reports().stream().map(Report::title).toList();
  }

  /** The deadlock is there in some; the others are reported all, whichever edge is the last. */
  @Test
  void declared_tellsOfTheDeadlockInEveryScheduleThatEndsWell() {
    assertThat(Schedules.every(calls(), aioWrite(Way.TRICK, true)))
        .extracting(Schedules.Ending::outcome)
        .contains(Outcome.DEADLOCK, Outcome.DONE);
    assertThat(Schedules.every(calls(), aioWrite(Way.DECLARED, true)))
        .filteredOn(ending -> ending.outcome() == Outcome.DONE)
        .hasSizeGreaterThan(10)
        .allSatisfy(ending -> assertThat(titles(ending)).containsExactly(CIRCULAR));
  }

  /** What is lost when lockdep is fooled: no schedule shows a report. */
  @Test
  void trick_missesIt() {
    assertThat(Schedules.every(calls(), aioWrite(Way.TRICK, true)))
        .allSatisfy(ending -> assertThat(titles(ending)).isEmpty());
  }

  @Test
  void declared_withoutTheTruncate_isFineInEverySchedule() {
    assertThat(Schedules.every(calls(), aioWrite(Way.DECLARED, false)))
        .allSatisfy(
            ending -> {
              assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
              assertThat(titles(ending)).isEmpty();
            });
  }

  @Test
  void plain_isReportedOnTheWayToUserSpaceAndAtTheEndOfTheWrite() {
    assertThat(titles(one(aioWrite(Way.PLAIN, false)))).containsExactlyInAnyOrder(IN_USER, BALANCE);
  }

  /** What the worker took before for somebody else is no dependency of this hold. */
  @Test
  void earlierWork_hasNothingToDoWithTheHold() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.lockdep.declareHandedOver("inode");
                  LockMap inode = scene.lockdep.register("inode");
                  LockMap journal = scene.lockdep.register("journal");
                  scene.call("io_submit", () -> scene.read(inode));
                  scene.inWorker(() -> scene.nested(journal));
                  scene.inWorker(() -> scene.release(inode));
                  scene.nested(journal, inode);
                }))
        .isEmpty();
  }

  /** Who takes its own hold back acquired nothing for it that it had before. */
  @Test
  void takenBackByWhoHandedItOver_onlyWhatCameInBetweenIsADependency() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.lockdep.declareHandedOver("inode");
                  LockMap inode = scene.lockdep.register("inode");
                  LockMap before = scene.lockdep.register("before");
                  scene.call(
                      "io_submit",
                      () -> {
                        scene.nested(before);
                        scene.write(before);
                        scene.read(inode);
                        scene.lockdep.handOver(inode);
                        scene.lockdep.takeOver(inode, "takes back");
                        scene.release(inode, before);
                      });
                }))
        .isEmpty();
    assertThat(
            Scene.titles(
                scene -> {
                  scene.lockdep.declareHandedOver("inode");
                  LockMap inode = scene.lockdep.register("inode");
                  LockMap journal = scene.lockdep.register("journal");
                  scene.nested(journal, inode);
                  scene.call(
                      "io_submit",
                      () -> {
                        scene.nested(journal);
                        scene.read(inode);
                        scene.lockdep.handOver(inode);
                        scene.nested(journal);
                        scene.lockdep.takeOver(inode, "takes back");
                        scene.release(inode);
                      });
                }))
        .containsExactly(CIRCULAR);
  }

  /** The same with the lock taken in the interrupt that ends the hold. */
  @Test
  void sameInterrupt_makesADependency() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.lockdep.declareHandedOver("inode");
                  LockMap inode = scene.lockdep.register("inode", WaitType.CONFIG);
                  scene.call("io_submit", () -> scene.read(inode));
                  scene.inInterrupt(
                      IrqLine.Kind.SOFT,
                      () -> {
                        scene.nested(scene.a);
                        scene.release(inode);
                      });
                  scene.machine.current().localBhDisable();
                  scene.nested(scene.a, inode);
                  scene.machine.current().localBhEnable();
                }))
        .contains(CIRCULAR);
  }

  @Test
  void holdThatNobodyGivesBack_isReportedAtTheEnd() {
    List<Report> reports =
        Scene.reports(
            scene -> {
              scene.lockdep.declareHandedOver("inode");
              LockMap inode = scene.lockdep.register("inode");
              scene.call("io_submit", () -> scene.read(inode));
            });
    assertThat(reports).extracting(Report::title).containsExactly(NEVER);
    assertThat(reports.getFirst().kind()).isEqualTo(ReportKind.LOCKDEP);
    assertThat(reports.getFirst().text()).contains("(inode){.+.+}").contains("\n io_submit\n");
  }

  @Test
  void releaseByAnother_ofWhatNobodyHolds_isStillABadBalance() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.lockdep.declareHandedOver("inode");
                  LockMap inode = scene.lockdep.register("inode");
                  scene.release(inode);
                  scene.call("io_submit", () -> scene.read(inode));
                  scene.inInterrupt(IrqLine.Kind.SOFT, () -> scene.release(inode));
                  scene.inInterrupt(IrqLine.Kind.SOFT, () -> scene.release(inode));
                }))
        .containsExactly(BALANCE, BALANCE);
  }

  /** The interrupt comes before the submitter is out of the kernel. */
  @Test
  void releaseBeforeTheReturnToUser_meetsItsHoldThere() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.lockdep.declareHandedOver("inode");
                  LockMap inode = scene.lockdep.register("inode");
                  scene.call(
                      "io_submit",
                      () -> {
                        scene.read(inode);
                        scene.inInterrupt(IrqLine.Kind.SOFT, () -> scene.release(inode));
                      });
                }))
        .isEmpty();
  }

  @Test
  void handOverAndTakeOver_moveTheHold() {
    assertThat(
            Scene.titles(
                scene -> {
                  scene.lockdep.declareHandedOver("inode");
                  LockMap inode = scene.lockdep.register("inode");
                  scene.read(inode);
                  scene.lockdep.handOver(inode);
                  assertThat(scene.lockdep.isHeld(inode)).isEqualTo(LockState.NOT_HELD);
                  scene.inInterrupt(
                      IrqLine.Kind.SOFT,
                      () -> {
                        scene.lockdep.takeOver(inode, "reenter");
                        assertThat(scene.lockdep.isHeld(inode)).isEqualTo(LockState.HELD);
                        scene.release(inode);
                      });
                  scene.lockdep.takeOver(inode, "reenter"); // nobody left one
                  scene.release(inode);
                }))
        .containsExactly(BALANCE);
  }
}
