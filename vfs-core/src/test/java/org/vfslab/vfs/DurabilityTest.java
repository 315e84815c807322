package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.DiskImage;
import org.vfslab.block.Fault;
import org.vfslab.block.FaultAttr;
import org.vfslab.block.FaultPlan;
import org.vfslab.block.Latency;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;

/** Which calls flush the volatile cache of the device, and who hears of a flush that failed. */
final class DurabilityTest {

  private static final DeviceConfig CACHED =
      new DeviceConfig(4096, 64, new Latency.Fixed(1000)).withWriteCache(true, false);
  private static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

  /** A filesystem at /mnt with a file /mnt/a of 8 KiB, which counts its flushes. */
  private static final class Box {
    final Machine machine = Machine.deterministic(MachineConfig.DEFAULT, Schedules.first());
    final BlockDevice disk;
    final SuperBlock sb;
    final UserProcess process;
    final List<Object> seen = new ArrayList<>();
    int flushes;

    Box(DeviceConfig device, boolean journalled) {
      Lockdep lockdep = Lockdep.on(machine);
      disk = new BlockDevice(machine, "d", device);
      sb = new SuperBlock(lockdep, "/mnt", disk, LabFs.TYPE, 4096, false, journalled);
      sb.protectWritesBy(mock());
      sb.flushBy(
          new WriteCache() {
            @Override
            public int flush(BlockDevice on) {
              flushes++;
              return WriteCache.UPSTREAM.flush(on);
            }
          });
      sb.addFile("/mnt/a", 8192);
      if (journalled) {
        DiskFormat.format(sb);
      }
      process = new UserProcess(lockdep, mock());
      process.mount(sb);
    }

    Box run(Consumer<Box> body) {
      machine.task("t", () -> body.accept(this));
      assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
      assertThat(machine.reports()).isEmpty();
      return this;
    }

    /** What a power cut that takes all it can leaves at this offset of the file. */
    int survives(long pos) {
      Inode inode = sb.inodes().getFirst();
      DiskImage left = disk.remains().image((unit, versions) -> 0);
      return left.read(inode.sectorOf(pos), 1).uniformValue();
    }

    long open(int flags) {
      return process.open("/mnt/a", flags);
    }
  }

  private static FaultPlan failing() {
    return FaultPlan.NONE.and(Fault.EIO, FaultAttr.percent(100));
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void fsync_makesDataDurable_withOneFlush(boolean journalled) {
    Box box =
        new Box(CACHED, journalled)
            .run(
                b -> {
                  long fd = b.open(OpenFlags.O_RDWR);
                  b.process.pwrite(fd, Bench.bytes(4096, 7), 0);
                  b.process.syncFileRange(fd, 0, 4096, 7);
                  b.seen.add(b.survives(0));
                  b.seen.add(b.process.fsync(fd));
                  b.seen.add(b.survives(0));
                });
    assertThat(box.seen).containsExactly(0, 0L, 7);
    assertThat(box.flushes).isOne();
  }

  /** The commit record of what the call has to commit flushes already. */
  @Test
  void fsync_thatCommits_needsNoFlushOfItsOwn_andFdatasyncLeavesTimes() {
    Box box =
        new Box(CACHED, true)
            .run(
                b -> {
                  long fd = b.open(OpenFlags.O_RDWR);
                  b.process.chmod("/mnt/a", 0600);
                  b.seen.add(b.process.fdatasync(fd));
                  b.seen.add(b.sb.requireJournal().changesNow());
                  b.seen.add(b.flushes);
                  b.seen.add(b.process.fsync(fd));
                  b.seen.add(b.sb.requireJournal().changesNow());
                  b.seen.add(b.flushes);
                });
    assertThat(box.seen).containsExactly(0L, 1L, 1, 0L, 0L, 1);
  }

  @Test
  void fsyncOfAnotherFile_doesNotCommitWhatThisOneDoesNotNeed() {
    Box box =
        new Box(CACHED, true)
            .run(
                b -> {
                  b.process.mkdir("/mnt/d");
                  b.seen.add(b.process.fsync(b.open(OpenFlags.O_RDWR)));
                  b.seen.add(b.sb.requireJournal().changesNow());
                });
    assertThat(box.seen).containsExactly(0L, 2L);
  }

  @ParameterizedTest
  @CsvSource({
    "false, 4096, 0, 1", // O_DSYNC without FUA: a flush
    "true, 4096, 0, 0", // with FUA: none
    "true, 1052672, 0, 1", // O_SYNC: the inode too
    "true, 4096, 8192, 0", // behind the end: the commit flushes
  })
  void dsyncWrite_isDurable(boolean fua, int flags, long pos, int flushes) {
    Box box =
        new Box(CACHED.withWriteCache(true, fua), true)
            .run(
                b -> {
                  long fd = b.open(DIRECT | flags);
                  b.seen.add(b.process.pwrite(fd, Bench.bytes(4096, 7), pos));
                  b.seen.add(b.survives(pos));
                });
    assertThat(box.seen).containsExactly(4096L, 7);
    assertThat(box.flushes).isEqualTo(flushes);
  }

  /** {@code IOMAP_F_DIRTY}: the block counts as written only with a transaction that is open. */
  @Test
  void dsyncOverwrite_ofABlockThatIsNotCommitted_commits() {
    Box box =
        new Box(CACHED.withWriteCache(true, true), true)
            .run(
                b -> {
                  b.process.fallocate(b.open(OpenFlags.O_RDWR), 0x10, 0, 4096); // unwritten
                  b.process.pwrite(b.open(DIRECT), Bench.bytes(4096, 6), 0);
                  b.seen.add(b.sb.requireJournal().changesNow());
                  b.process.pwrite(b.open(DIRECT | OpenFlags.O_DSYNC), Bench.bytes(512, 7), 0);
                  b.seen.add(b.sb.requireJournal().changesNow());
                });
    assertThat(box.seen).containsExactly(1L, 0L);
  }

  @Test
  void failedFlush_isToldToWhoAskedForIt() {
    Box box =
        new Box(CACHED.withFaults(failing()), false)
            .run(
                b -> {
                  long fd = b.open(OpenFlags.O_RDWR);
                  b.seen.add(b.process.fsync(fd));
                  b.seen.add(b.process.fdatasync(fd));
                  b.seen.add((long) LabFs.TYPE.syncFs(b.sb, true));
                });
    long eio = -Errno.EIO;
    assertThat(box.seen).containsExactly(eio, eio, eio);
  }

  /** {@code jbd2_journal_abort}, {@code errors=remount-ro}. */
  @Test
  void journalThatCannotBeWritten_isAborted_andNothingIsChangedAnyMore() {
    Box box =
        new Box(CACHED.withFaults(failing()), true)
            .run(
                b -> {
                  long fd = b.open(OpenFlags.O_RDWR);
                  b.process.chmod("/mnt/a", 0600);
                  b.seen.add(b.process.fsync(fd));
                  b.seen.add(b.process.pwrite(fd, Bench.bytes(512, 1), 0));
                  b.seen.add(b.process.ftruncate(fd, 0));
                  b.seen.add(b.process.fallocate(fd, 0, 0, 100_000));
                  b.seen.add(b.process.mkdir("/mnt/d"));
                  b.seen.add((long) LabFs.TYPE.freezeFs(b.sb));
                });
    long erofs = -Errno.EROFS;
    long eio = -Errno.EIO;
    assertThat(box.seen).containsExactly(eio, erofs, erofs, erofs, erofs, eio);
  }

  /** The flag {@code needs_recovery}: set while somebody may write. */
  @Test
  void superblock_saysWhetherTheJournalIsNeeded() {
    Box box =
        new Box(CACHED, true)
            .run(
                b -> {
                  b.seen.add(needsRecovery(b));
                  b.process.mkdir("/mnt/d");
                  LabFs.TYPE.freezeFs(b.sb);
                  b.seen.add(needsRecovery(b));
                  LabFs.TYPE.unfreezeFs(b.sb);
                  b.seen.add(needsRecovery(b));
                  b.seen.add(b.process.remount("/mnt", true));
                  b.seen.add(needsRecovery(b));
                  b.seen.add(b.process.remount("/mnt", false));
                  b.seen.add(needsRecovery(b));
                  b.seen.add(b.process.umount("/mnt"));
                  b.seen.add(needsRecovery(b));
                });
    assertThat(box.seen).containsExactly(true, false, true, 0L, false, 0L, true, 0L, false);
  }

  /** On what is left when all is lost that can be. */
  private static boolean needsRecovery(Box box) {
    return DiskFormat.needsRecovery(box.disk.remains().image((unit, versions) -> 0));
  }

  @Test
  void write_thatFindsSpaceForSome_isShort() {
    Box box =
        new Box(new DeviceConfig(32, 8, new Latency.Fixed(1000)), false) // four blocks
            .run(
                b -> {
                  long fd = b.open(OpenFlags.O_RDWR);
                  b.seen.add(b.process.pwrite(fd, Bench.bytes(20_000, 7), 100));
                  b.process.fstat(fd, stat -> b.seen.add(stat.sizeBytes()));
                  b.seen.add(b.process.pwrite(fd, Bench.bytes(10, 7), 16_384));
                });
    assertThat(box.seen).containsExactly(16_284L, 16_384L, (long) -Errno.ENOSPC);
  }
}
