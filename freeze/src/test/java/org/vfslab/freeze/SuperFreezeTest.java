package org.vfslab.freeze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.InOrder;
import org.vfslab.machine.Errno;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Report;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.vfs.FreezeLevel;

/** {@code freeze_super} and {@code thaw_super}: states, errno, holders, order. */
final class SuperFreezeTest {

  private static final Object OWNER = "the owner";
  private static final FreezeRequest EXCLUSIVE =
      new FreezeRequest(FreezeHolder.KERNEL, false, true, OWNER);
  private static final FreezeRequest STRANGER =
      new FreezeRequest(FreezeHolder.KERNEL, false, true, "somebody else");

  /** A request by its letters: U user, K kernel, + may nest, E exclusive, X by a stranger. */
  private static FreezeRequest request(String letters) {
    return switch (letters) {
      case "U" -> FreezeRequest.USERSPACE;
      case "K" -> FreezeRequest.KERNEL;
      case "U+" -> new FreezeRequest(FreezeHolder.USERSPACE, true, false, null);
      case "K+" -> new FreezeRequest(FreezeHolder.KERNEL, true, false, null);
      case "E" -> EXCLUSIVE;
      case "X" -> STRANGER;
      case "E0" -> new FreezeRequest(FreezeHolder.KERNEL, false, true, null);
      case "EU" -> new FreezeRequest(FreezeHolder.USERSPACE, false, true, OWNER);
      default -> throw new IllegalArgumentException(letters);
    };
  }

  private static void call(Bench bench, String command) {
    FreezeRequest request = request(command.substring(1));
    long result =
        bench
            .machine
            .currentTask()
            .syscall(
                command,
                () ->
                    command.charAt(0) == '*'
                        ? bench.freezer.freezeSuper(request)
                        : bench.freezer.thawSuper(request));
    bench.seen.add(result == 0 ? "0" : Errno.name(-result));
  }

  // ---- states

  @Test
  void freezeAndThaw_passThroughAllStates() {
    Bench bench = new Bench();
    bench
        .task(
            "cycle",
            () -> {
              call(bench, "*U");
              bench.seen.add("frozen, active " + bench.active());
              call(bench, "-U");
            })
        .run();
    assertThat(bench.states).containsExactly("WRITE", "PAGEFAULT", "FS", "COMPLETE", "UNFROZEN");
    assertThat(bench.seen).containsExactly("0", "frozen, active 2", "0");
    assertThat(bench.active()).isEqualTo(1);
    assertThat(bench.sb.sUmount().countWord()).isZero();
  }

  @Test
  void states_haveTheKernelsNumbers() {
    assertThat(FreezeState.values()).extracting(FreezeState::value).containsExactly(0, 1, 2, 3, 4);
    assertThat(FreezeState.values())
        .allSatisfy(state -> assertThat(FreezeState.of(state.value())).isEqualTo(state));
  }

  /** Each level is closed from its own state on, and none is closed too early. */
  @Test
  void writers_areBlockedExactlyInTheStatesOfTheirLevel() {
    Bench bench = new Bench();
    when(bench.operations.syncFs(any(), anyBoolean())).thenAnswer(call -> note(bench, "sync", 0));
    when(bench.operations.freezeFs(any())).thenAnswer(call -> note(bench, "freeze_fs", 0));
    when(bench.operations.unfreezeFs(any())).thenAnswer(call -> note(bench, "unfreeze_fs", 0));
    bench
        .task(
            "inside",
            () -> {
              bench.writers.startWrite(FreezeLevel.WRITE);
              bench.sleepUntil(100);
              bench.writers.endWrite(FreezeLevel.WRITE);
            })
        .task(
            "freezer",
            () -> {
              bench.sleepUntil(10);
              call(bench, "*U");
              bench.sleepUntil(300);
              call(bench, "-U");
            })
        .task(
            "observer",
            () -> {
              for (long time : new long[] {5, 50, 200, 400}) {
                bench.sleepUntil(time);
                bench.seen.add(bench.writers.now() + " lets in " + bench.open());
              }
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            "UNFROZEN lets in WRITE PAGEFAULT FS",
            "WRITE lets in PAGEFAULT FS",
            "sync in PAGEFAULT, closed WRITE PAGEFAULT",
            "sync in PAGEFAULT, closed WRITE PAGEFAULT",
            "freeze_fs in FS, closed WRITE PAGEFAULT FS",
            "0",
            "COMPLETE lets in ",
            "unfreeze_fs in COMPLETE, closed WRITE PAGEFAULT FS",
            "0",
            "UNFROZEN lets in WRITE PAGEFAULT FS");
  }

  private static int note(Bench bench, String hook, int result) {
    StringBuilder closed = new StringBuilder();
    for (FreezeLevel level : FreezeLevel.values()) {
      closed.append(bench.writers.lockOf(level).isBlocked() ? " " + level : "");
    }
    bench.seen.add(hook + " in " + bench.writers.now() + ", closed" + closed);
    return result;
  }

  /** A blocked writer is let in by the thaw, at each level. */
  @ParameterizedTest
  @CsvSource({"WRITE", "PAGEFAULT", "FS"})
  void startWrite_whileFrozen_sleepsUntilTheThaw(FreezeLevel level) {
    Bench bench = new Bench();
    bench
        .task(
            "freezer",
            () -> {
              call(bench, "*U");
              bench.sleepUntil(100);
              call(bench, "-U");
            })
        .task(
            "writer",
            () -> {
              bench.sleepUntil(50);
              bench.writers.startWrite(level);
              bench.seen.add("in at " + bench.machine.nowNs() + " " + bench.writers.now());
              bench.writers.endWrite(level);
            })
        .run();
    assertThat(bench.seen).containsExactly("0", "0", "in at 100 UNFROZEN");
  }

  /** The same writer without freeze protection walks in: the protection is what keeps it out. */
  @Test
  void write_brokenWithoutStartWrite_happensWhileFrozen() {
    Bench bench = new Bench();
    bench
        .task("freezer", () -> call(bench, "*U"))
        .task("writer", () -> bench.seen.add("in " + bench.writers.now())) // BROKEN
        .run();
    assertThat(bench.seen).containsExactly("0", "in COMPLETE");
  }

  // ---- the errno table: each command is *freeze or -thaw with the letters of request()

  @ParameterizedTest
  @CsvSource({
    // the ioctl table for 7.2
    "'-U', 'EINVAL', UNFROZEN, 1",
    "'*U', '0', COMPLETE, 2",
    "'*U *U', '0 EBUSY', COMPLETE, 2",
    "'*U -U', '0 0', UNFROZEN, 1",
    "'*U -U -U', '0 0 EINVAL', UNFROZEN, 1",
    "'*U -U *U -U', '0 0 0 0', UNFROZEN, 1",
    "'*K *U', '0 0', COMPLETE, 2",
    "'*K -U', '0 EINVAL', COMPLETE, 2",
    // kernel and user holders nest and thaw independently
    "'*K *U -K', '0 0 0', COMPLETE, 2",
    "'*K *U -U', '0 0 0', COMPLETE, 2",
    "'*K *U -U -K', '0 0 0 0', UNFROZEN, 1",
    "'*U *K -U -U', '0 0 0 EINVAL', COMPLETE, 2",
    "'*U *K -K -K', '0 0 0 EINVAL', COMPLETE, 2",
    "'*K *K', '0 EBUSY', COMPLETE, 2",
    // FREEZE_MAY_NEST
    "'*U+ *U+', '0 0', COMPLETE, 2",
    "'*U *U+ -U', '0 0 0', COMPLETE, 2",
    "'*U *U+ -U -U', '0 0 0 0', UNFROZEN, 1",
    "'*U+ *U', '0 EBUSY', COMPLETE, 2",
    "'*K+ *K+ -K -K -K', '0 0 0 0 EINVAL', UNFROZEN, 1",
    "'*K *U+ *U+ -U -K -U', '0 0 0 0 0 0', UNFROZEN, 1",
    // FREEZE_EXCL
    "'*E -E', '0 0', UNFROZEN, 1",
    "'*E -X', '0 EINVAL', COMPLETE, 2",
    "'*E -K', '0 EINVAL', COMPLETE, 2",
    "'*E -U', '0 EINVAL', COMPLETE, 2",
    "'*E *X', '0 EBUSY', COMPLETE, 2",
    "'*E *E', '0 EBUSY', COMPLETE, 2",
    "'*E *U -U -E', '0 0 0 0', UNFROZEN, 1",
    "'*E *U -E -E', '0 0 0 EINVAL', COMPLETE, 2",
    "'*E *K+ -K -K -E', '0 0 0 EINVAL 0', UNFROZEN, 1",
    "'*U *E -X -E -U', '0 0 EINVAL 0 0', UNFROZEN, 1",
    "'*U *E0', '0 EBUSY', COMPLETE, 2",
    "'*U *EU', '0 EBUSY', COMPLETE, 2",
    "'*K -E', '0 EINVAL', COMPLETE, 2",
    // the owner went away with its freeze: another one may come
    "'*U *E -E *X -E -X', '0 0 0 0 EINVAL 0', COMPLETE, 2",
  })
  void callsInARow_returnWhatTheKernelReturns(
      String commands, String results, FreezeState end, long active) {
    for (boolean readOnly : new boolean[] {false, true}) {
      Bench bench = new Bench(readOnly);
      for (String command : commands.split(" ", -1)) {
        // Each call by another task, as by different processes.
        bench.task(command, () -> call(bench, command));
      }
      bench.run();
      assertThat(String.join(" ", bench.seen)).as("read-only: %s", readOnly).isEqualTo(results);
      assertThat(bench.writers.now()).isEqualTo(end);
      assertThat(bench.active()).isEqualTo(active);
      assertThat(bench.sb.sUmount().countWord()).isZero();
    }
  }

  @Test
  void freeze_ofAReadOnlyFilesystem_takesNoLocksAndAsksNobody() {
    Bench bench = new Bench(true);
    bench
        .task(
            "freezer",
            () -> {
              call(bench, "*U");
              bench.seen.add(bench.writers.now() + " lets in " + bench.open());
              call(bench, "-U");
            })
        .run();
    assertThat(bench.seen).containsExactly("0", "COMPLETE lets in WRITE PAGEFAULT FS", "0");
    assertThat(bench.states).containsExactly("COMPLETE", "UNFROZEN");
    verifyNoInteractions(bench.operations);
  }

  // ---- errors of the filesystem

  @Test
  void freeze_whenTheSyncFails_isRolledBackAndLetsWritersIn() {
    Bench bench = new Bench();
    when(bench.operations.syncFs(any(), anyBoolean())).thenReturn(-Errno.EIO);
    failedFreeze(bench, "EIO");
    assertThat(bench.states).containsExactly("WRITE", "PAGEFAULT", "UNFROZEN");
    verify(bench.operations, never()).freezeFs(any());
  }

  @Test
  void freeze_whenFreezeFsFails_isRolledBackAndLetsWritersIn() {
    Bench bench = new Bench();
    when(bench.operations.freezeFs(any())).thenReturn(-Errno.ENOSPC);
    failedFreeze(bench, "ENOSPC");
    assertThat(bench.states).containsExactly("WRITE", "PAGEFAULT", "FS", "UNFROZEN");
    verify(bench.operations, never()).unfreezeFs(any());
  }

  /** A writer and a second freezer wait; both must be woken, and a later freeze may succeed. */
  private static void failedFreeze(Bench bench, String errno) {
    bench
        .task(
            "inside",
            () -> {
              bench.writers.startWrite(FreezeLevel.WRITE);
              bench.sleepUntil(100);
              bench.writers.endWrite(FreezeLevel.WRITE);
            })
        .task(
            "freezer",
            () -> {
              bench.sleepUntil(10);
              call(bench, "*U");
              bench.seen.add(bench.writers.now() + ", active " + bench.active());
            })
        .task(
            "writer",
            () -> {
              bench.sleepUntil(20);
              bench.writers.startWrite(FreezeLevel.WRITE);
              bench.seen.add("writer in at " + bench.machine.nowNs());
              bench.writers.endWrite(FreezeLevel.WRITE);
            })
        .task(
            "thaw",
            () -> {
              bench.sleepUntil(200);
              call(bench, "-U");
            })
        .run();
    assertThat(bench.seen)
        .containsExactlyInAnyOrder(errno, "UNFROZEN, active 1", "writer in at 100", "EINVAL");
    assertThat(bench.active()).isEqualTo(1);
    assertThat(bench.sb.sUmount().countWord()).isZero();
  }

  @Test
  void thaw_whenUnfreezeFsFails_staysFrozenAndCanBeRepeated() {
    Bench bench = new Bench();
    when(bench.operations.unfreezeFs(any())).thenReturn(-Errno.EIO).thenReturn(0);
    bench
        .task(
            "t",
            () -> {
              call(bench, "*U");
              call(bench, "-U");
              bench.seen.add(bench.writers.now() + " lets in " + bench.open());
              call(bench, "*U");
              call(bench, "-U");
              bench.seen.add(bench.writers.now() + " lets in " + bench.open());
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            "0", "EIO", "COMPLETE lets in ", "EBUSY", "0", "UNFROZEN lets in WRITE PAGEFAULT FS");
    assertThat(bench.active()).isEqualTo(1);
  }

  @Test
  void freeze_syncsBeforeItClosesTheFilesystemLevel() {
    Bench bench = new Bench();
    bench.task("freezer", () -> call(bench, "*U")).run();
    InOrder order = inOrder(bench.operations);
    order.verify(bench.operations).syncFs(bench.sb, false);
    order.verify(bench.operations).syncFs(bench.sb, true);
    order.verify(bench.operations).freezeFs(bench.sb);
    order.verifyNoMoreInteractions();
  }

  // ---- freezes that meet

  /** One task inside, one freezer that waits for it, and a second freezer that waits for that. */
  private static Bench twoFreezers() {
    Bench bench = new Bench();
    return bench
        .task(
            "inside",
            () -> {
              bench.writers.startWrite(FreezeLevel.WRITE);
              bench.sleepUntil(100);
              bench.writers.endWrite(FreezeLevel.WRITE);
            })
        .callAt(10, "first", () -> bench.freezer.freezeSuper(FreezeRequest.USERSPACE));
  }

  @Test
  void freeze_duringAFreeze_waitsAndIsEbusyThen() {
    Bench bench = twoFreezers();
    bench
        .callAt(20, "second", () -> bench.freezer.freezeSuper(FreezeRequest.USERSPACE))
        .task(
            "observer",
            () -> {
              bench.sleepUntil(50);
              bench.seen.add(
                  bench.named("second") + " waits for " + bench.named("second").waitsFor());
              bench.seen.add("s_umount " + bench.sb.sUmount().countWord());
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            "second waits for s_writers.frozen", "s_umount 0", "first = 0", "second = -16");
    assertThat(bench.active()).isEqualTo(2);
  }

  @Test
  void freezeByTheKernel_duringAFreezeByAUser_waitsAndShares() {
    Bench bench = twoFreezers();
    bench
        .callAt(20, "second", () -> bench.freezer.freezeSuper(FreezeRequest.KERNEL))
        .callAt(200, "thaw", () -> bench.freezer.thawSuper(FreezeRequest.USERSPACE))
        .run();
    assertThat(bench.seen).containsExactly("first = 0", "second = 0", "thaw = 0");
    assertThat(bench.writers.now()).isEqualTo(FreezeState.COMPLETE);
    assertThat(bench.active()).isEqualTo(2);
  }

  @Test
  void thaw_duringAFreeze_isEinval() {
    Bench bench = twoFreezers();
    bench.callAt(20, "thaw", () -> bench.freezer.thawSuper(FreezeRequest.USERSPACE)).run();
    assertThat(bench.seen).containsExactly("thaw = -22", "first = 0");
  }

  @Test
  void freeze_afterTheOneBeforeFailed_beginsItsOwn() {
    Bench bench = twoFreezers();
    when(bench.operations.freezeFs(any())).thenReturn(-Errno.EIO).thenReturn(0);
    bench.callAt(20, "second", () -> bench.freezer.freezeSuper(FreezeRequest.USERSPACE)).run();
    assertThat(bench.seen).containsExactlyInAnyOrder("first = -5", "second = 0");
    assertThat(bench.writers.now()).isEqualTo(FreezeState.COMPLETE);
    assertThat(bench.active()).isEqualTo(2);
  }

  /** The wait for somebody else's freeze is killable, and only that. */
  @ParameterizedTest
  @CsvSource({
    "true, 'second = -512 at 30, first = 0 at 100', 2",
    "false, 'first = 0 at 100, second = -16 at 100', 2"
  })
  void signal_toAFreezerThatWaitsForAnother_endsItOnlyIfFatal(
      boolean fatal, String results, long active) {
    Bench bench = twoFreezers();
    bench
        .callAt(20, "second", () -> bench.freezer.freezeSuper(FreezeRequest.USERSPACE))
        .task(
            "killer",
            () -> {
              bench.sleepUntil(30);
              bench.named("second").sendSignal(fatal);
            });
    bench.machine.afterEachStep(
        () ->
            bench.seen.replaceAll(
                line ->
                    line.contains(" = ") && !line.contains(" at ")
                        ? line + " at " + bench.machine.nowNs()
                        : line));
    bench.run();
    assertThat(String.join(", ", bench.seen)).isEqualTo(results);
    assertThat(bench.active()).isEqualTo(active);
    assertThat(bench.sb.sUmount().countWord()).isZero();
  }

  /** The first freezer's own wait for writers is not killable ({@code percpu_down_write}). */
  @Test
  void sigkill_toTheFreezerThatWaitsForWriters_changesNothing() {
    Bench bench = twoFreezers();
    bench
        .task(
            "killer",
            () -> {
              bench.sleepUntil(30);
              bench.named("first").sendSignal(true);
            })
        .run();
    assertThat(bench.seen).containsExactly("first = 0");
    assertThat(bench.writers.now()).isEqualTo(FreezeState.COMPLETE);
  }

  // ---- what lockdep sees

  @Test
  void freeze_returnsToUserSpaceHoldingNothing_andAnotherTaskMayThaw() {
    Bench bench = new Bench();
    bench
        .task(
            "freezer",
            () -> {
              call(bench, "*U");
              bench.seen.add("held " + bench.lockdep.heldBy(bench.machine.current()));
            })
        .task(
            "thawer",
            () -> {
              call(bench, "-U");
              bench.seen.add("held " + bench.lockdep.heldBy(bench.machine.current()));
            })
        .run();
    assertThat(bench.seen).containsExactly("0", "held []", "0", "held []");
  }

  /** Without {@code lockdep_sb_freeze_release} the freezer takes its locks to user space. */
  @Test
  void freeze_brokenWithoutLockdepRelease_isASplat() {
    Bench bench = new Bench();
    bench.task(
        "freezer",
        () ->
            bench
                .machine
                .currentTask()
                .syscall(
                    "ioctl",
                    () -> {
                      bench.writers.waitWrite(FreezeLevel.WRITE);
                      return 0; // BROKEN
                    }));
    assertThat(bench.machine.run().outcome()).isEqualTo(Outcome.DONE);
    assertThat(bench.machine.reports())
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.title())
                  .isEqualTo("WARNING: lock held when returning to user space!");
              assertThat(report.text()).contains("(sb_writers)");
            });
  }

  /** Without {@code lockdep_sb_freeze_acquire} the thawer gives back what it never took. */
  @Test
  void thaw_brokenWithoutLockdepAcquire_isASplat() {
    Bench bench = new Bench();
    bench
        .task("freezer", () -> call(bench, "*U"))
        .task("thawer", () -> bench.writers.allowWrite(FreezeLevel.FS)); // BROKEN
    assertThat(bench.machine.run().outcome()).isEqualTo(Outcome.DONE);
    assertThat(bench.machine.reports())
        .extracting(Report::title)
        .containsExactly("WARNING: bad unlock balance detected!");
  }

  // ---- an interrupt ends the write

  private static Bench writeEndedByInterrupt(boolean releases, boolean takes) {
    Bench bench = new Bench();
    IrqLine line = bench.machine.irqLine("disk", IrqLine.Kind.HARD, bench.machine.cpu(1));
    return bench
        .task(
            "submitter",
            () ->
                bench
                    .machine
                    .currentTask()
                    .syscall(
                        "io_submit",
                        () -> {
                          bench.writers.startWrite(FreezeLevel.WRITE);
                          if (releases) {
                            bench.writers.releaseOwnership(FreezeLevel.WRITE);
                          }
                          return 1;
                        }))
        .callAt(10, "freeze", () -> bench.freezer.freezeSuper(FreezeRequest.USERSPACE))
        .task(
            "device",
            () -> {
              bench.sleepUntil(100);
              bench.seen.add(
                  bench.writers.now() + ", inside " + bench.writers.writers(FreezeLevel.WRITE));
              line.raise(
                  () -> {
                    if (takes) {
                      bench.writers.takeOwnership(FreezeLevel.WRITE);
                    }
                    bench.writers.endWrite(FreezeLevel.WRITE);
                    bench.seen.add("irq ends the write");
                  });
            });
  }

  @Test
  void freeze_waitsForAWriteThatAnInterruptEnds() {
    Bench bench = writeEndedByInterrupt(true, true).run();
    assertThat(bench.seen).containsExactly("WRITE, inside 1", "irq ends the write", "freeze = 0");
  }

  @Test
  void submission_brokenWithoutReleaseOfOwnership_isASplat() {
    Bench bench = writeEndedByInterrupt(false, true);
    bench.machine.run();
    assertThat(bench.machine.reports())
        .extracting(Report::title)
        .contains("WARNING: lock held when returning to user space!");
  }

  @Test
  void completion_brokenWithoutOwnership_isASplat() {
    Bench bench = writeEndedByInterrupt(true, false);
    bench.machine.run();
    assertThat(bench.machine.reports())
        .extracting(Report::title)
        .contains("WARNING: bad unlock balance detected!");
  }
}
