package org.vfslab.fsnotify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.InOrder;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Report;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.vfs.Barriers;
import org.vfslab.vfs.File;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.LabFs;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.UserProcess;
import org.vfslab.vfs.WriteProtection;

/** The hooks: what is told to whom, in which order, and outside of what. */
final class FsnotifyTest {

  private final Machine machine =
      Machine.deterministic(
          MachineConfig.DEFAULT,
          new Chance() {
            @Override
            public int schedule(Enabled enabled) {
              return Math.max(0, enabled.runningAt());
            }

            @Override
            public int choose(int count, String question) {
              return 0;
            }
          });
  private final Lockdep lockdep = Lockdep.on(machine);
  private final WriteProtection protection = mock();
  private final SuperBlock sb =
      new SuperBlock(
          lockdep,
          "/mnt",
          new BlockDevice(machine, "d", DeviceConfig.DEFAULT),
          LabFs.TYPE,
          4096,
          false);
  private final Fsnotify fsnotify = new Fsnotify(machine);
  private final UserProcess process = new UserProcess(machine, mock(Barriers.class));
  private final Inode a = sb.addFile("/mnt/a", 8192);
  private final Inode b = sb.addFile("/mnt/b", 8192);
  private final List<Object> seen = new ArrayList<>();

  FsnotifyTest() {
    sb.protectWritesBy(protection);
    sb.notifyBy(fsnotify);
    process.mount(sb);
  }

  private Group group(String name) {
    Group group = new Group(lockdep, name);
    fsnotify.add(group);
    return group;
  }

  private void run(Runnable body) {
    machine.task("t", body);
    assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
  }

  private long open(String path) {
    return process.open(path, OpenFlags.O_RDWR);
  }

  private static List<String> drain(Group group) {
    List<String> events = new ArrayList<>();
    for (@Nullable Event event = group.poll(); event != null; event = group.poll()) {
      events.add(EventMask.name(event.mask()) + " " + event.path());
    }
    return events;
  }

  @Test
  void readsAndWrites_areToldInTheirOrder() {
    Group group = group("g");
    int all = EventMask.ACCESS | EventMask.MODIFY | EventMask.PRE_ACCESS;
    group.mark(a, all);
    group.mark(b, EventMask.MODIFY);
    run(
        () -> {
          process.pwrite(open("/mnt/a"), new byte[10], 0);
          process.pwrite(open("/mnt/b"), new byte[10], 0);
          process.pread(open("/mnt/a"), new byte[10], 0);
          seen.addAll(drain(group));
        });
    assertThat(seen)
        .containsExactly(
            "FS_PRE_ACCESS /mnt/a",
            "FS_MODIFY /mnt/a",
            "FS_MODIFY /mnt/b",
            "FS_PRE_ACCESS /mnt/a",
            "FS_ACCESS /mnt/a");
    assertThat(machine.reports()).isEmpty();
    assertThat(group.queued()).isZero();
  }

  @Test
  void events_goToTheGroupsThatWantThem_once() {
    Group modify = group("modify");
    Group access = group("access");
    Group nothing = group("nothing");
    modify.mark(a, EventMask.MODIFY);
    modify.mark(a, EventMask.MODIFY);
    access.mark(a, EventMask.ACCESS);
    run(
        () -> {
          process.pwrite(open("/mnt/a"), new byte[10], 0);
          seen.add(modify.queued() + " " + access.queued() + " " + nothing.queued());
        });
    assertThat(seen).containsExactly("1 0 0");
  }

  @Test
  void marksOfOneInode_addUp() {
    Group group = group("g");
    group.mark(a, EventMask.MODIFY);
    group.mark(a, EventMask.ACCESS);
    run(
        () -> {
          process.pwrite(open("/mnt/a"), new byte[1], 0);
          process.pread(open("/mnt/a"), new byte[1], 0);
          seen.addAll(drain(group));
        });
    assertThat(seen).containsExactly("FS_MODIFY /mnt/a", "FS_ACCESS /mnt/a");
  }

  @Test
  void failedWritesAndEmptyOnes_areNotTold() {
    Group group = group("g");
    group.mark(a, EventMask.MODIFY | EventMask.ACCESS);
    run(
        () -> {
          process.pwrite(open("/mnt/a"), new byte[0], 0);
          process.pwrite(open("/mnt/a"), new byte[1], -1);
          process.pwrite(process.open("/mnt/a", OpenFlags.O_RDONLY), new byte[1], 0);
          process.pread(open("/mnt/a"), new byte[1], 8192);
          process.fsync(open("/mnt/a"));
        });
    assertThat(group.queued()).isZero();
  }

  /** The order of 7.2: permission hook, start of the write, modify event, end of the write. */
  @Test
  void permissionHook_runsBeforeFreezeProtection_andModifyInside() {
    List<String> order = new ArrayList<>();
    when(protection.writeStarted(any()))
        .thenAnswer(
            call -> {
              order.add("hook asserts");
              return LockState.NOT_HELD;
            });
    Group group = group("g");
    group.mark(a, EventMask.PRE_ACCESS | EventMask.MODIFY);
    run(() -> process.pwrite(open("/mnt/a"), new byte[1], 0));
    InOrder calls = inOrder(protection);
    calls.verify(protection).writeStarted(FreezeLevel.WRITE);
    calls.verify(protection).startWrite(FreezeLevel.WRITE);
    calls.verify(protection).endWrite(FreezeLevel.WRITE);
    assertThat(order).containsExactly("hook asserts");
    assertThat(group)
        .hasToString("g: [Event[mask=1048576, path=/mnt/a], Event[mask=2, path=/mnt/a]]");
  }

  /** {@code lockdep_assert_once(file_write_not_started(file))}: only a known hold is a mistake. */
  @ParameterizedTest
  @EnumSource(LockState.class)
  void permissionHook_insideFreezeProtection_isReportedUnlessUnknown(LockState state) {
    when(protection.writeStarted(FreezeLevel.WRITE)).thenReturn(state);
    run(
        () -> {
          File file = process.fget(open("/mnt/a"));
          seen.add(file == null ? "no file" : fsnotify.areaPermission(file, true, 0, 1));
        });
    assertThat(seen).containsExactly(0);
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

  @Test
  void poll_ofAnEmptyQueue_isNull() {
    Group group = group("g");
    run(() -> seen.add(group.poll() == null));
    assertThat(seen).containsExactly(true);
  }

  @Test
  void names_areTheKernels() {
    assertThat(EventMask.name(EventMask.ACCESS)).isEqualTo("FS_ACCESS");
    assertThat(EventMask.name(EventMask.MODIFY)).isEqualTo("FS_MODIFY");
    assertThat(EventMask.name(EventMask.PRE_ACCESS)).isEqualTo("FS_PRE_ACCESS");
    assertThat(EventMask.name(0x8000)).isEqualTo("0x8000");
  }
}
