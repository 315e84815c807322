package org.vfslab.locking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Context;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Report;
import org.vfslab.machine.Schedules;
import org.vfslab.memory.AtomicRef;

/** What lockdep says to those who break the rules of RCU and SRCU, and that it is silent else. */
final class RcuLockdepTest {

  private static final String SUSPICIOUS = "WARNING: suspicious RCU usage";
  private static final String WAIT = "[ BUG: Invalid wait context ]";
  private static final String RECURSIVE = "WARNING: possible recursive locking detected";
  private static final String CIRCULAR = "WARNING: possible circular locking dependency detected";
  private static final String IN_USER = "WARNING: lock held when returning to user space!";
  private static final String BALANCE = "WARNING: bad unlock balance detected!";
  private static final String SLEEPS = "BUG: sleeping function called from invalid context at ";

  /** One task and what it can do wrong. */
  private static final class Scene {
    final Machine machine;
    final Lockdep lockdep;
    final Rcu rcu;
    final Mutex mutex;
    final SpinLock spin;
    final SpinLock raw;
    final Srcu srcu;
    final Srcu other;
    final AtomicRef<String> pointer;

    Scene(Machine machine) {
      this.machine = machine;
      lockdep = Lockdep.on(machine);
      rcu = new Rcu(lockdep);
      mutex = new Mutex(lockdep, "M");
      spin = new SpinLock(lockdep, "S");
      raw = SpinLock.raw(lockdep, "R");
      srcu = new Srcu(lockdep, rcu, "ss");
      other = new Srcu(lockdep, rcu, "other");
      pointer = new AtomicRef<>(machine, "pointer", "found");
    }

    Context me() {
      return machine.current();
    }

    void inRcu(Runnable body) {
      rcu.readLock(me());
      body.run();
      rcu.readUnlock(me());
    }

    void inSrcu(Srcu domain, Runnable body) {
      int index = domain.srcuReadLock();
      body.run();
      domain.srcuReadUnlock(index);
    }

    void locked(Runnable body) {
      mutex.lock();
      body.run();
      mutex.unlock();
    }
  }

  private static List<Report> reports(Consumer<Scene> body) {
    return Schedules.one(
            machine -> {
              Scene scene = new Scene(machine);
              machine.task("task", machine.cpu(0), () -> body.accept(scene));
            })
        .machine()
        .reports();
  }

  private static List<String> titles(Consumer<Scene> body) {
    return reports(body).stream().map(Report::title).toList();
  }

  // ---- RCU

  @Test
  void synchronizeInsideASection_isSuspicious() {
    List<Report> reports = reports(scene -> scene.inRcu(scene.rcu::synchronize));
    assertThat(reports.getFirst().title()).isEqualTo(SUSPICIOUS);
    assertThat(reports.getFirst().text())
        .contains("Illegal synchronize_rcu() in RCU read-side critical section!")
        .contains("1 lock held by task/")
        .contains("(rcu_read_lock){....}-{1:3}, at: rcu_read_lock");
  }

  @Test
  void synchronizeInEachSortOfSection_isSuspicious() {
    assertThat(
            titles(
                scene -> {
                  scene.rcu.readLockBh(scene.me());
                  scene.rcu.synchronize();
                }))
        .startsWith(SUSPICIOUS);
    assertThat(
            titles(
                scene -> {
                  scene.rcu.readLockSched(scene.me());
                  scene.rcu.synchronize();
                }))
        .startsWith(SUSPICIOUS);
  }

  @Test
  void sleepingLockInsideASection_isAnInvalidWaitAndASleepWhereNoneMayBe() {
    List<Report> reports = reports(scene -> scene.inRcu(() -> scene.locked(() -> {})));
    assertThat(reports).extracting(Report::title).containsExactly(SLEEPS + "mutex_lock", WAIT);
    assertThat(reports.getFirst().text())
        .contains("in_atomic(): 0, irqs_disabled(): 0")
        .endsWith("RCU nest depth: 1, expected: 0");
  }

  @Test
  void spinningLocksInsideASection_areFine() {
    assertThat(
            titles(
                scene ->
                    scene.inRcu(
                        () -> {
                          scene.spin.lock();
                          scene.raw.lock();
                          scene.raw.unlock();
                          scene.spin.unlock();
                        })))
        .isEmpty();
  }

  /** On {@code PREEMPT_RT} a spinlock sleeps, and preemption is disabled here. */
  @Test
  void spinlockInsideASchedSection_isAnInvalidWait() {
    assertThat(
            titles(
                scene -> {
                  scene.rcu.readLockSched(scene.me());
                  scene.raw.lock();
                  scene.raw.unlock();
                  scene.spin.lock();
                  scene.spin.unlock();
                  scene.rcu.readUnlockSched(scene.me());
                }))
        .containsExactly(WAIT);
  }

  @Test
  void sleepInsideASection_isAVoluntaryContextSwitch() {
    assertThat(
            titles(
                scene -> {
                  Completion soon = new Completion(scene.machine, "soon");
                  IrqLine line =
                      scene.machine.irqLine("irq", IrqLine.Kind.HARD, scene.machine.cpu(0));
                  scene.inRcu(
                      () -> {
                        line.raise(soon::complete);
                        soon.waitForCompletion();
                      });
                }))
        .contains("WARNING: Voluntary context switch within RCU read-side critical section!");
  }

  @Test
  void sectionTakenToUserSpace_isAHeldLock() {
    assertThat(
            titles(
                scene ->
                    scene
                        .machine
                        .currentTask()
                        .syscall(
                            "read",
                            () -> {
                              scene.rcu.readLock(scene.me());
                              return 0;
                            })))
        .containsExactly(IN_USER);
  }

  @Test
  void unlockWithoutLock_isReportedAndLaterSectionsWork() {
    List<Report> reports =
        reports(
            scene -> {
              scene.rcu.readUnlock(scene.me());
              scene.inRcu(scene.rcu::synchronize);
            });
    assertThat(reports)
        .extracting(Report::title)
        .startsWith(BALANCE, "WARNING: rcu_read_unlock without rcu_read_lock", SUSPICIOUS);
  }

  @Test
  void dereference_outsideOfASection_isSuspicious() {
    List<Report> reports =
        reports(scene -> assertThat(scene.rcu.dereference(scene.pointer, "find")).isNotNull());
    assertThat(reports).extracting(Report::title).containsExactly(SUSPICIOUS);
    assertThat(reports.getFirst().text())
        .contains("\nfind suspicious rcu_dereference_check() usage!\n")
        .contains("no locks held by task/");
  }

  @Test
  void dereference_insideOrUnderTheUpdatersLock_isFine() {
    assertThat(
            titles(
                scene -> {
                  scene.inRcu(() -> scene.rcu.dereference(scene.pointer, "find"));
                  scene.locked(
                      () -> {
                        scene.rcu.dereferenceCheck(scene.pointer, true, "find");
                        scene.rcu.dereferenceProtected(scene.pointer, true, "update");
                      });
                }))
        .isEmpty();
  }

  @Test
  void dereferenceProtected_insideASectionAlone_isSuspicious() {
    assertThat(
            titles(
                scene ->
                    scene.inRcu(
                        () -> scene.rcu.dereferenceProtected(scene.pointer, false, "update"))))
        .containsExactly(SUSPICIOUS);
  }

  /** Nobody waits in front of a section, so it is no dependency. */
  @Test
  void sectionsInAnyOrderWithLocks_areFine() {
    assertThat(
            titles(
                scene -> {
                  scene.spin.lock();
                  scene.inRcu(() -> {});
                  scene.spin.unlock();
                  scene.inRcu(
                      () -> {
                        scene.spin.lock();
                        scene.spin.unlock();
                      });
                  scene.inRcu(() -> scene.inRcu(() -> {}));
                  scene.locked(scene.rcu::synchronize);
                }))
        .isEmpty();
  }

  @Test
  void callback_mayNotSleep() {
    assertThat(
            titles(
                scene -> {
                  Completion ran = new Completion(scene.machine, "ran");
                  scene.rcu.call(
                      () -> {
                        scene.mutex.lock();
                        scene.mutex.unlock();
                        ran.complete();
                      });
                  ran.waitForCompletion();
                }))
        .contains(SLEEPS + "mutex_lock");
  }

  // ---- SRCU

  @Test
  void synchronizeSrcu_insideAnRcuSection_isSuspicious() {
    List<Report> reports = reports(scene -> scene.inRcu(scene.srcu::synchronizeSrcu));
    assertThat(reports.getFirst().title()).isEqualTo(SUSPICIOUS);
    assertThat(reports.getFirst().text())
        .contains(
            "synchronize_srcu Illegal synchronize_srcu() in same-type SRCU (or in RCU) read-side"
                + " critical section!");
  }

  @Test
  void synchronizeSrcu_insideAReaderOfItsDomain_isRecursion() {
    assertThat(titles(scene -> scene.inSrcu(scene.srcu, scene.srcu::synchronizeSrcu)))
        .containsExactly(RECURSIVE);
  }

  @Test
  void synchronizeSrcu_withALockThatReadersTake_isCircular() {
    List<Report> reports =
        reports(
            scene -> {
              scene.locked(scene.srcu::synchronizeSrcu);
              scene.inSrcu(scene.srcu, () -> scene.locked(() -> {}));
            });
    assertThat(reports).extracting(Report::title).containsExactly(CIRCULAR);
    List<Report> otherWayRound =
        reports(
            scene -> {
              scene.inSrcu(scene.srcu, () -> scene.locked(() -> {}));
              scene.locked(scene.srcu::synchronizeSrcu);
            });
    assertThat(otherWayRound).extracting(Report::title).containsExactly(CIRCULAR);
    assertThat(otherWayRound.getFirst().text()).contains("sync(ss);");
  }

  /** Each waits for the other's readers. */
  @Test
  void twoDomains_insideEachOther_areCircular() {
    assertThat(
            titles(
                scene -> {
                  scene.inSrcu(scene.srcu, scene.other::synchronizeSrcu);
                  scene.inSrcu(scene.other, scene.srcu::synchronizeSrcu);
                }))
        .containsExactly(CIRCULAR);
  }

  /** Readers never wait for readers. */
  @Test
  void readersInsideEachOther_areFine() {
    assertThat(
            titles(
                scene -> {
                  scene.inSrcu(
                      scene.srcu,
                      () -> scene.inSrcu(scene.srcu, () -> scene.inSrcu(scene.other, () -> {})));
                  scene.inSrcu(scene.other, () -> scene.inSrcu(scene.srcu, () -> {}));
                  scene.inSrcu(scene.srcu, () -> scene.locked(() -> {}));
                  scene.locked(() -> scene.inSrcu(scene.srcu, () -> {}));
                }))
        .isEmpty();
  }

  /** The price of readers that any context may end: lockdep is not told of them. */
  @Test
  void downRead_isNotSeen() {
    assertThat(
            titles(
                scene -> {
                  int index = scene.srcu.srcuDownRead();
                  scene.locked(() -> {});
                  scene.srcu.srcuUpRead(index);
                  scene.locked(scene.srcu::synchronizeSrcu);
                }))
        .isEmpty();
    assertThat(
            titles(
                scene -> {
                  scene.srcu.srcuDownRead();
                  scene.srcu.synchronizeSrcu(); // hangs, and nobody says why
                }))
        .isEmpty();
  }
}
