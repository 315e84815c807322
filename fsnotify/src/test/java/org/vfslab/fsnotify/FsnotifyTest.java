package org.vfslab.fsnotify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.InOrder;
import org.vfslab.lockdep.LockState;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Report;
import org.vfslab.machine.ReportKind;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.ModifyEvents;
import org.vfslab.vfs.OpenFlags;

/** The hooks: what is told to whom, in which order, and outside of what. */
final class FsnotifyTest extends Bench {

  private static final int DATA = EventMask.ACCESS | EventMask.MODIFY;
  private static final int OPENS = EventMask.OPEN | EventMask.CLOSE_WRITE | EventMask.CLOSE_NOWRITE;

  @Test
  void callsOnAFile_areToldInTheirOrder() {
    FanotifyFile group = group("g", FanotifyFile.FAN_CLASS_NOTIF, "/mnt/a", DATA | OPENS);
    run(
        () -> {
          long fd = open("/mnt/a");
          seen.addAll(drain(group));
          process.pwrite(fd, new byte[10], 0);
          process.pread(fd, new byte[10], 0);
          seen.addAll(drain(group)); // merged: same object, same task
          process.fallocate(fd, 0, 0, 10);
          seen.addAll(drain(group));
          process.ftruncate(fd, 100);
          seen.addAll(drain(group));
          process.close(fd);
          seen.addAll(drain(group));
        });
    assertThat(seen)
        .containsExactly(
            "FS_OPEN a", "FS_ACCESS|FS_MODIFY a", "FS_MODIFY a", "FS_MODIFY a", "FS_CLOSE_WRITE a");
    assertThat(machine.reports()).isEmpty();
  }

  @Test
  void failedWritesAndEmptyOnes_areNotTold() {
    FanotifyFile group = group("g", FanotifyFile.FAN_CLASS_NOTIF, "/mnt/a", DATA);
    run(
        () -> {
          process.pwrite(open("/mnt/a"), new byte[0], 0);
          process.pwrite(open("/mnt/a"), new byte[1], -1);
          process.pwrite(process.open("/mnt/a", OpenFlags.O_RDONLY), new byte[1], 0);
          process.pread(open("/mnt/a"), new byte[1], 8192);
          process.fsync(open("/mnt/a"));
        });
    assertThat(group.queuedNow()).isZero();
  }

  @Test
  void names_areToldToGroupsThatReportIds() {
    int flags = FanotifyFile.FAN_CLASS_NOTIF | FanotifyFile.FAN_REPORT_FID;
    int mask = EventMask.CREATE | EventMask.DELETE | EventMask.MOVED_FROM | EventMask.MOVED_TO;
    FanotifyFile group = group("g", flags, "/mnt", mask | EventMask.ISDIR | EventMask.RENAME);
    run(
        () -> {
          process.mkdir("/mnt/dir");
          process.close(process.open("/mnt/new", OpenFlags.O_RDWR | OpenFlags.O_CREAT));
          seen.addAll(drain(group));
          process.rename("/mnt/new", "/mnt/old");
          seen.addAll(drain(group));
          process.unlink("/mnt/old");
          process.rmdir("/mnt/dir");
          seen.addAll(drain(group));
        });
    assertThat(seen)
        .containsExactly(
            "FS_CREATE|FS_ISDIR dir",
            "FS_CREATE new",
            "FS_RENAME new",
            "FS_MOVED_FROM new",
            "FS_MOVED_TO old",
            "FS_DELETE old",
            "FS_DELETE|FS_ISDIR dir");
  }

  /** A group with marks on the file, its directory, the mount and the superblock hears once. */
  @Test
  void aGroup_isToldOnce_howeverManyOfItsMarksAreMeant() {
    FanotifyFile group = group("g", FanotifyFile.FAN_CLASS_NOTIF, "/mnt/a", EventMask.MODIFY);
    group.markBeforeRun(0, EventMask.MODIFY | EventMask.EVENT_ON_CHILD, sb.root());
    group.markBeforeRun(FanotifyFile.FAN_MARK_MOUNT, EventMask.MODIFY, a);
    group.markBeforeRun(FanotifyFile.FAN_MARK_FILESYSTEM, EventMask.MODIFY, a);
    machine.traceTo(
        event -> {
          if (event.toString().contains("event FS_MODIFY")) {
            seen.add("told");
          }
        });
    run(() -> process.pwrite(open("/mnt/a"), new byte[1], 0));
    assertThat(seen).containsExactly("told");
  }

  @Test
  void aDirectory_hearsOfItsChildren_onlyIfItAskedFor() {
    FanotifyFile children =
        group(
            "children",
            FanotifyFile.FAN_CLASS_NOTIF,
            "/mnt",
            EventMask.MODIFY | EventMask.EVENT_ON_CHILD);
    FanotifyFile alone = group("alone", FanotifyFile.FAN_CLASS_NOTIF, "/mnt", EventMask.MODIFY);
    run(() -> process.pwrite(open("/mnt/a"), new byte[1], 0));
    assertThat(children.queuedNow()).isEqualTo(1);
    assertThat(alone.queuedNow()).isZero();
  }

  // ---- ignore masks

  @Test
  void modification_clearsIgnoreMasks_unlessTheySurvive() {
    FanotifyFile cleared =
        group("cleared", FanotifyFile.FAN_CLASS_NOTIF, "/mnt/a", EventMask.ACCESS);
    FanotifyFile kept = group("kept", FanotifyFile.FAN_CLASS_NOTIF, "/mnt/a", EventMask.ACCESS);
    cleared.markBeforeRun(FanotifyFile.FAN_MARK_IGNORED_MASK, EventMask.ACCESS, a);
    kept.markBeforeRun(
        FanotifyFile.FAN_MARK_IGNORED_MASK | FanotifyFile.FAN_MARK_IGNORED_SURV_MODIFY,
        EventMask.ACCESS,
        a);
    run(
        () -> {
          long fd = open("/mnt/a");
          process.pread(fd, new byte[1], 0);
          seen.add(cleared.queuedNow() + " " + kept.queuedNow());
          process.pwrite(fd, new byte[1], 0);
          process.pread(fd, new byte[1], 0);
          seen.add(cleared.queuedNow() + " " + kept.queuedNow());
        });
    assertThat(seen).containsExactly("0 0", "1 0");
  }

  @Test
  void marks_addedAndRemoved_takeEffect_andAreFreed() {
    FanotifyFile group = group("g", FanotifyFile.FAN_CLASS_NOTIF, "/mnt/b", EventMask.MODIFY);
    run(
        () -> {
          long fd = open("/mnt/a");
          seen.add(group.mark(FanotifyFile.FAN_MARK_REMOVE, EventMask.MODIFY, "/mnt/a"));
          seen.add(group.mark(FanotifyFile.FAN_MARK_ADD, EventMask.MODIFY, "/mnt/a"));
          process.pwrite(fd, new byte[1], 0);
          seen.add(group.queuedNow());
          seen.add(group.mark(FanotifyFile.FAN_MARK_REMOVE, EventMask.MODIFY, "/mnt/a"));
          process.pwrite(fd, new byte[1], 0);
          seen.add(drain(group).size());
          seen.add(group.mark(FanotifyFile.FAN_MARK_FLUSH, 0, "/mnt"));
          process.pwrite(open("/mnt/b"), new byte[1], 0);
          seen.add(group.queuedNow());
        });
    assertThat(seen).containsExactly(-Errno.ENOENT, 0, 1L, 0, 1, 0, 0L);
    assertThat(fsnotify.unfreedMarksNow()).isZero();
    assertThat(sb.watchers(0).peek()).isZero();
  }

  // ---- order and place of the hooks

  /** The order of 7.2: permission hook, start of the write, modify event, end of the write. */
  @Test
  void permissionHook_runsBeforeFreezeProtection() {
    List<String> order = new ArrayList<>();
    when(protection.writeStarted(any()))
        .thenAnswer(
            call -> {
              order.add("hook asserts");
              return LockState.NOT_HELD;
            });
    run(() -> process.pwrite(open("/mnt/a"), new byte[1], 0));
    InOrder calls = inOrder(protection);
    calls.verify(protection).writeStarted(FreezeLevel.WRITE);
    calls.verify(protection).startWrite(FreezeLevel.WRITE);
    calls.verify(protection).endWrite(FreezeLevel.WRITE);
    assertThat(order).containsExactly("hook asserts");
  }

  /** {@code lockdep_assert_once(file_write_not_started(file))}: only a known hold is a mistake. */
  @ParameterizedTest
  @EnumSource(LockState.class)
  void permissionHook_insideFreezeProtection_isReportedUnlessUnknown(LockState state) {
    when(protection.writeStarted(FreezeLevel.WRITE)).thenReturn(state);
    run(() -> process.pwrite(open("/mnt/a"), new byte[1], 0));
    if (state == LockState.HELD) {
      assertThat(machine.reports())
          .singleElement()
          .satisfies(
              report -> {
                assertThat(report.kind()).isEqualTo(ReportKind.LOCKDEP);
                assertThat(report.title())
                    .isEqualTo(
                        "WARNING: at fsnotify_file_area_perm: file_write_not_started(file) is"
                            + " false");
                assertThat(report.text()).contains("/mnt/a", "inside freeze protection");
              });
    } else {
      assertThat(machine.reports()).extracting(Report::title).isEmpty();
    }
  }

  /** The second assertion of the proposal of 2022: unknown raises no false alarm. */
  @ParameterizedTest
  @EnumSource(LockState.class)
  void preModify_outsideTheWriteSection_isReportedUnlessUnknown(LockState inside) {
    group("g", FanotifyFile.FAN_CLASS_PRE_CONTENT, "/mnt/b", EventMask.PRE_MODIFY);
    run(() -> seen.add(fsnotify.preModify(a, inside, 0, 1)));
    assertThat(seen).containsExactly(0);
    assertThat(machine.reports())
        .extracting(Report::title)
        .isEqualTo(
            inside == LockState.NOT_HELD
                ? List.of("WARNING: at fsnotify_pre_modify: sb_write_srcu_started(sb) is false")
                : List.of());
  }

  /** The proposal of 2022: whoever watches a directory is asked before its names change. */
  @Test
  void preModify_asksBeforeNamesAttributesAndSizesChange() {
    List<String> asked = new ArrayList<>();
    ModifyEvents events = mock();
    when(events.preModify(any(), any(), anyLong(), anyLong()))
        .thenAnswer(
            call -> {
              Inode inode = call.getArgument(0);
              asked.add(inode.name() + (call.<Long>getArgument(2) < 0 ? "" : " range"));
              return -Errno.EBUSY;
            });
    sb.notifyBy(events);
    run(
        () -> {
          seen.add(process.mkdir("/mnt/dir"));
          seen.add(process.open("/mnt/new", OpenFlags.O_RDWR | OpenFlags.O_CREAT));
          seen.add(process.link("/mnt/a", "/mnt/c"));
          seen.add(process.rename("/mnt/a", "/mnt/c"));
          seen.add(process.unlink("/mnt/a"));
          seen.add(process.chmod("/mnt/a", 0));
          seen.add(process.truncate("/mnt/a", 0));
          seen.add(process.open("/mnt/a", OpenFlags.O_RDWR | OpenFlags.O_TRUNC));
        });
    assertThat(seen).hasSize(8).containsOnly((long) -Errno.EBUSY);
    assertThat(asked)
        .containsExactly(
            "/mnt", "/mnt", "/mnt", "/mnt", "/mnt", "/mnt/a", "/mnt/a range", "/mnt/a range");
    verify(protection, never()).startWrite(any());
    assertThat(process.lookUp("/mnt/a")).isSameAs(a);
  }

  @Test
  void names_areTheKernels() {
    assertThat(EventMask.name(EventMask.ACCESS)).isEqualTo("FS_ACCESS");
    assertThat(EventMask.name(EventMask.MODIFY | EventMask.ISDIR)).isEqualTo("FS_MODIFY|FS_ISDIR");
    assertThat(EventMask.name(EventMask.PRE_ACCESS)).isEqualTo("FS_PRE_ACCESS");
    assertThat(EventMask.name(0x1000000)).isEqualTo("0x1000000");
  }
}
