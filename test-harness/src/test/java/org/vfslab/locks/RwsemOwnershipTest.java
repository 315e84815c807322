package org.vfslab.locks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vfslab.locks.RwsemScript.play;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Properties;
import org.vfslab.explore.Toy;
import org.vfslab.explore.Verdict;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.ReleaseWakeups;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;

/** Who owns an rwsem: the owner word, holds that change hands, and the debug checks. */
final class RwsemOwnershipTest {

  @Test
  void owner_isExactForAWriterAndAHintForReaders() {
    List<String> log =
        play(
            s ->
                s.at(
                    0,
                    "A",
                    () -> {
                      s.sem.downWrite();
                      s.log.add(s.sem.describe());
                      s.sem.downgradeWrite();
                      s.log.add(s.sem.describe());
                      s.sem.upRead();
                      s.log.add(s.sem.describe());
                      s.sem.downWrite();
                      s.sem.upWrite();
                      s.log.add(s.sem.describe());
                    }));
    assertThat(log)
        .containsExactly(
            "count 0x1 (WRITER), owner A",
            "count 0x100 (readers 1), owner A (reader)",
            "count 0x0, owner nobody (reader)",
            "count 0x0");
  }

  /** Without the debug checks the last reader's name stays: a hint that nobody may follow. */
  @Test
  void owner_withoutDebugChecks_staysTheLastReader() {
    List<String> log = new ArrayList<>();
    Toy.word(
            "hint",
            machine -> {
              RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
              machine.task(
                  "A",
                  () -> {
                    sem.downRead();
                    sem.upRead();
                    log.add(sem.describe());
                  });
              return Properties.NONE;
            })
        .once();
    assertThat(log).containsExactly("count 0x0, owner A (reader)");
  }

  // ---- non-owner release

  @Test
  void upReadNonOwner_byAnInterrupt_wakesTheWriterAndLockdepIsNotTold() {
    for (IrqLine.Kind kind : IrqLine.Kind.values()) {
      Exploration exploration =
          Toy.word("non-owner", machine -> nonOwner(machine, kind)).explore(new OptimalDpor());
      assertThat(RwsemUsers.findings(exploration)).isEmpty();
      assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    }
  }

  private static Properties nonOwner(Machine machine, IrqLine.Kind kind) {
    Lockdep lockdep = Lockdep.on(machine);
    RwSemaphore sem = new RwSemaphore(lockdep, "sem");
    Inside inside = new Inside(machine);
    IrqLine line = machine.irqLine("irq", kind, machine.cpu(1));
    machine.task(
        "submitter",
        () ->
            machine
                .currentTask()
                .syscall(
                    "io_submit",
                    () -> {
                      sem.downReadNonOwner();
                      requireNothingHeld(lockdep, machine);
                      inside.enterRead();
                      line.raise(
                          () -> {
                            inside.leaveRead();
                            sem.upReadNonOwner();
                          });
                      return 1;
                    }));
    machine.task("writer", () -> RwsemUsers.use('W', sem, inside));
    return RwsemUsers.idleAtEnd(sem);
  }

  private static void requireNothingHeld(Lockdep lockdep, Machine machine) {
    if (!lockdep.heldBy(machine.current()).isEmpty()) {
      throw new KernelFault(ReportKind.BUG, "lockdep knows of a hold without an owner");
    }
  }

  @Test
  void downReadNonOwner_namesNobody() {
    List<String> log =
        play(
            s ->
                s.at(
                    0,
                    "A",
                    () -> {
                      s.sem.downReadNonOwner();
                      s.log.add(s.sem.describe());
                      s.sem.upReadNonOwner();
                    }));
    assertThat(log).containsExactly("count 0x100 (readers 1), owner nobody (reader)");
  }

  // ---- holds that are let go and taken again

  @Test
  void releasedOwnership_leavesTheHoldAndNoName() {
    List<String> log =
        play(
            s ->
                s.at(
                    0,
                    "A",
                    () -> {
                      s.sem.downRead();
                      s.sem.releaseOwnership();
                      s.log.add(s.sem.describe() + " " + s.sem.isHeld());
                      s.sem.takeOwnership();
                      s.sem.upRead();
                      s.sem.downWrite();
                      s.sem.releaseOwnership();
                      s.log.add(s.sem.describe() + " " + s.sem.isHeld());
                      s.sem.takeOwnership();
                      s.log.add(s.sem.describe() + " " + s.sem.isHeld());
                      s.sem.upWrite();
                    }));
    assertThat(log)
        .containsExactly(
            "count 0x100 (readers 1), owner nobody (reader) NOT_HELD",
            "count 0x1 (WRITER), owner nobody (nonspinnable) NOT_HELD",
            "count 0x1 (WRITER), owner A HELD");
  }

  /** A submitter that has left, its hold given back by an interrupt, and a writer that spins. */
  private static Exploration stale(boolean exclusive, boolean release) {
    return new Toy(
            "stale owner",
            RwsemUsers.cpus(3).withSpinOnOwner(true),
            machine -> {
              RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
              IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(2));
              Task submitter =
                  machine.task(
                      "submitter",
                      machine.cpu(0),
                      () -> {
                        if (exclusive) {
                          sem.downWrite();
                        } else {
                          sem.downRead();
                        }
                        if (release) {
                          sem.releaseOwnership();
                        }
                        line.raise(() -> end(sem, exclusive, release));
                      });
              Task writer =
                  machine.task(
                      "writer",
                      machine.cpu(1),
                      () -> {
                        sem.downWrite();
                        sem.upWrite();
                      });
              return new StaleOwner(sem, submitter, writer);
            })
        .explore(new DepthFirst(3));
  }

  private static void end(RwSemaphore sem, boolean exclusive, boolean take) {
    if (take) {
      sem.takeOwnership();
    }
    if (exclusive) {
      sem.upWrite();
    } else {
      sem.upRead();
    }
  }

  private record StaleOwner(RwSemaphore sem, Task submitter, Task writer) implements Properties {
    @Override
    public boolean watchesSteps() {
      return true;
    }

    @Override
    public @Nullable String afterStep() {
      return sem.isSpinning(writer) && submitter.isDead() && sem.ownerIndex() == submitter.index()
          ? "the writer spins for a task that has left"
          : null;
    }

    @Override
    public @Nullable String atEnd(RunResult result) {
      return sem.isLocked() ? "still locked" : null;
    }
  }

  @Test
  void submitterThatLetGo_isNeverSpunFor() {
    for (boolean exclusive : new boolean[] {false, true}) {
      assertThat(RwsemUsers.findings(stale(exclusive, true))).isEmpty();
    }
  }

  @Test
  void submitterThatDidNotLetGo_isSpunForInSomeSchedule() {
    for (boolean exclusive : new boolean[] {false, true}) {
      assertThat(stale(exclusive, false).failures().getFirst().finding().title())
          .isEqualTo("the writer spins for a task that has left");
    }
  }

  // ---- debug checks

  private static List<String> titles(RwsemScript.Scene scene) {
    return RwsemScript.run(Toy.WORD, ReleaseWakeups.ANSWERED, scene, new ArrayList<>())
        .findings()
        .stream()
        .filter(finding -> finding.kind() == Finding.Kind.BUG)
        .map(Finding::title)
        .toList();
  }

  @Test
  void upRead_ofAFreeLock_isWarnedOf() {
    assertThat(titles(s -> s.at(0, "A", s.sem::upRead)))
        .containsExactly(
            "DEBUG_RWSEMS_WARN_ON(!is_rwsem_reader_owned(sem)): sem",
            "DEBUG_RWSEMS_WARN_ON(tmp < 0): sem");
  }

  @Test
  void upRead_ofAWriter_isWarnedOf() {
    assertThat(
            titles(
                s ->
                    s.at(
                        0,
                        "A",
                        () -> {
                          s.sem.downWrite();
                          s.sem.upRead();
                        })))
        .first()
        .isEqualTo("DEBUG_RWSEMS_WARN_ON(!is_rwsem_reader_owned(sem)): sem");
  }

  @Test
  void upWriteAndDowngrade_byAnother_areWarnedOf() {
    for (boolean downgrade : new boolean[] {false, true}) {
      assertThat(
              titles(
                  s -> {
                    s.at(0, "A", s.sem::downWrite);
                    s.at(
                        1,
                        "B",
                        () -> {
                          if (downgrade) {
                            s.sem.downgradeWrite();
                          } else {
                            s.sem.upWrite();
                          }
                        });
                  }))
          .containsExactly(
              "DEBUG_RWSEMS_WARN_ON((rwsem_owner(sem) != current)"
                  + " && !rwsem_test_oflags(sem, RWSEM_NONSPINNABLE)): sem");
    }
  }

  /** A writer without a name may be ended by anybody: that is what the flag is for. */
  @Test
  void upWrite_ofANamelessWriter_isNotWarnedOf() {
    assertThat(
            titles(
                s -> {
                  s.at(
                      0,
                      "A",
                      () -> {
                        s.sem.downWrite();
                        s.sem.releaseOwnership();
                      });
                  s.at(
                      1,
                      "B",
                      () -> {
                        s.sem.takeOwnership();
                        s.sem.upWrite();
                      });
                }))
        .isEmpty();
  }

  @Test
  void assertHeld_asksTheWordWhereLockdepIsOff() {
    List<String> titles = new ArrayList<>();
    Toy.word(
            "assert",
            machine -> {
              RwSemaphore sem = new RwSemaphore(Lockdep.off(machine), "sem");
              machine.task(
                  "A",
                  () -> {
                    sem.assertHeld("here");
                    sem.downRead();
                    sem.assertHeld("here");
                    sem.assertHeldWrite("there");
                    sem.upRead();
                    machine.reports().forEach(report -> titles.add(report.title()));
                  });
              return Properties.NONE;
            })
        .once();
    assertThat(titles)
        .containsExactly(
            "WARNING: at here: rwsem_assert_held(sem) failed",
            "WARNING: at there: rwsem_assert_held_write(sem) failed");
  }
}
