package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Schedules;

/** Writing dirty pages back while others write back, read and write. */
final class WritebackTest {

  /** The second fsync finds no dirty page, but one that is still on its way. */
  @Test
  void fsync_waitsForThePagesThatSomebodyElseWritesBack() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    bench
        .task(
            "one",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.process.pwrite(fd, Bench.bytes(4096, 3), 0);
              b.process.fsync(fd);
            })
        .task(
            "two",
            b -> {
              b.sleepUntil(500); // the write takes from 0 to 1000
              b.seen.add("dirty " + inode.pages().dirtyNow());
              b.process.fsync(b.open("/mnt/a", OpenFlags.O_RDWR));
              b.seen.add("at " + b.machine.nowNs());
              b.seen.add(b.disk.onMedium(inode.sectorOf(0), 1)[0]);
            })
        .run();
    assertThat(bench.seen).containsExactly("dirty 0", "at 1000", (byte) 3);
  }

  /** The same in many schedules: who came after the write sees it on the medium. */
  @Test
  void fsync_afterAWriteOfAnother_meansThatItIsOnTheMedium() {
    for (long seed = 0; seed < 300; seed++) {
      Bench bench = Bench.of(Schedules.seeded(seed), 512);
      Inode inode = bench.file("/mnt/a", 1024);
      Completion written = new Completion(bench.machine, "written");
      bench
          .task(
              "one",
              b -> {
                long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
                b.process.pwrite(fd, Bench.bytes(1024, 3), 0);
                written.complete();
                b.process.fsync(fd);
              })
          .task(
              "two",
              b -> {
                long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
                written.waitForCompletion();
                b.seen.add(b.process.fsync(fd));
                b.seen.add(b.disk.onMedium(inode.sectorOf(0), 1)[0]);
                b.seen.add(b.disk.onMedium(inode.sectorOf(512), 1)[0]);
              })
          .run();
      assertThat(bench.seen).as("seed %s", seed).containsExactly(0L, (byte) 3, (byte) 3);
      assertThat(inode.pages().dirtyNow()).isZero();
    }
  }

  /** A page that is written again while it is on its way is dirty again, and not lost. */
  @Test
  void write_duringWriteback_isNotLost() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    bench
        .task(
            "one",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.process.pwrite(fd, Bench.bytes(4096, 3), 0);
              b.process.fsync(fd);
            })
        .task(
            "two",
            b -> {
              b.sleepUntil(500);
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.process.pwrite(fd, Bench.bytes(4096, 4), 0);
              b.seen.add("dirty " + inode.pages().dirtyNow());
              b.process.fsync(fd);
            })
        .run();
    assertThat(bench.seen).containsExactly("dirty 1");
    assertThat(inode.pages().dirtyNow()).isZero();
    assertThat(bench.disk.onMedium(inode.sectorOf(0), 8)).containsOnly(4);
  }

  @Test
  void directRead_afterABufferedWrite_seesTheDataAndLeavesNothingDirty() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    byte[] read = new byte[512];
    bench
        .task(
            "t",
            b -> {
              b.process.pwrite(b.open("/mnt/a", OpenFlags.O_RDWR), Bench.bytes(100, 3), 4096);
              b.process.pread(b.open("/mnt/a", OpenFlags.O_DIRECT), read, 4096);
              b.seen.add(inode.pages().dirtyNow());
            })
        .run();
    assertThat(bench.seen).containsExactly(0L);
    assertThat(read[99]).isEqualTo((byte) 3);
    assertThat(read[100]).isZero();
  }

  @Test
  void bufferedRead_afterADirectWrite_doesNotSeeTheOldPage() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 8192);
    byte[] read = new byte[8192];
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.process.pread(fd, read, 0);
              b.process.pwrite(
                  b.open("/mnt/a", OpenFlags.O_RDWR | OpenFlags.O_DIRECT),
                  Bench.bytes(1024, 7),
                  3584);
              b.seen.add(b.process.pread(fd, read, 0));
            })
        .run();
    assertThat(bench.seen).containsExactly(8192L);
    assertThat(new byte[] {read[3583], read[3584], read[4607], read[4608]})
        .containsExactly(0, 7, 7, 0);
  }

  @Test
  void syncFilesystem_returnsTheFirstError_andWritesNothingOnAReadOnlyOne() {
    Bench failing = Bench.standard();
    when(failing.operations.syncFs(failing.sb, false)).thenReturn(-Errno.EIO);
    Bench readOnly = Bench.readOnly();
    for (Bench bench : new Bench[] {failing, readOnly}) {
      bench
          .task(
              "t",
              b -> {
                b.sb.sUmount().downWrite();
                b.seen.add(Sync.syncFilesystem(b.sb));
                b.sb.sUmount().upWrite();
              })
          .run();
    }
    assertThat(failing.seen).containsExactly(-Errno.EIO);
    assertThat(readOnly.seen).containsExactly(0);
    verifyNoInteractions(readOnly.operations);
  }

  @Test
  void syncFilesystem_returnsTheErrorOfTheSecondHalfToo() {
    Bench bench = Bench.standard();
    when(bench.operations.syncFs(any(), anyBoolean()))
        .thenAnswer(call -> call.<Boolean>getArgument(1) ? -Errno.ENOSPC : 0);
    bench
        .task(
            "t",
            b -> {
              b.sb.sUmount().downRead();
              b.seen.add(Sync.syncFilesystem(b.sb));
              b.sb.sUmount().upRead();
            })
        .run();
    assertThat(bench.seen).containsExactly(-Errno.ENOSPC);
    verify(bench.operations).syncFs(bench.sb, true);
  }

  @Test
  void syncFilesystem_asksTheFilesystemWithDataOnItsWay_andWhenItHasArrived() {
    List<String> asked = new ArrayList<>();
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    when(bench.operations.syncFs(any(), anyBoolean()))
        .thenAnswer(
            call -> {
              byte first = bench.disk.onMedium(inode.sectorOf(0), 1)[0];
              asked.add(call.getArgument(1) + ", on the medium " + first);
              return 0;
            });
    bench
        .task(
            "t",
            b -> {
              b.process.pwrite(b.open("/mnt/a", OpenFlags.O_RDWR), Bench.bytes(1, 1), 0);
              b.sb.sUmount().downRead();
              b.seen.add(Sync.syncFilesystem(b.sb));
              b.sb.sUmount().upRead();
            })
        .run();
    assertThat(asked).containsExactly("false, on the medium 0", "true, on the medium 1");
    assertThat(bench.seen).containsExactly(0);
  }
}
