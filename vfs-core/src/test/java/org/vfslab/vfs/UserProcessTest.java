package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoMoreInteractions;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.block.BlockDevice;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.machine.Errno;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;

/** System calls: descriptors, errno, and what the last thread gives back. */
final class UserProcessTest {

  private static final int O_CREAT = 0x40;
  private static final int O_TRUNC = 0x200;

  private static int negated(String errno) {
    for (int number = 1; number < 134; number++) {
      if (Errno.name(number).equals(errno)) {
        return -number;
      }
    }
    throw new IllegalArgumentException(errno);
  }

  @ParameterizedTest
  @CsvSource({
    "/mnt/a, 0, 3",
    "/mnt/a, 2, 3",
    "/mnt/a, 16386, 3",
    "/mnt/nothing, 0, ENOENT",
    "'', 0, ENOENT",
    "/mnt, 0, 3",
    "/mnt, 2, EISDIR",
    "/mnt/a, 3, EINVAL",
    "/mnt/a, " + O_CREAT + ", 3",
    "/mnt/a, " + (O_TRUNC | 1) + ", 3",
    "/mnt/nothing, " + O_CREAT + ", 3",
    "/mnt/a, 1073741824, EINVAL",
    "/mnt/a, -1, EINVAL"
  })
  void open_returnsADescriptorOrAnErrno(String path, int flags, String result) {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench.task("t", b -> b.seen.add(b.open(path, flags))).run();
    assertThat(bench.seen)
        .containsExactly(result.startsWith("E") ? negated(result) : Long.parseLong(result));
  }

  @Test
  void open_onAReadOnlyFilesystem_isErofsOnlyForWriting() {
    Bench bench = Bench.readOnly();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              b.seen.add(b.open("/mnt/a", OpenFlags.O_WRONLY));
              b.seen.add(b.open("/mnt/a", OpenFlags.O_RDWR));
              b.seen.add(b.open("/mnt/nothing", OpenFlags.O_RDWR));
              b.seen.add(b.open("/mnt/a", OpenFlags.O_RDONLY));
            })
        .run();
    assertThat(bench.seen)
        .containsExactly((long) -Errno.EROFS, (long) -Errno.EROFS, (long) -Errno.ENOENT, 3L);
  }

  @Test
  void open_takesTheLowestFreeDescriptor() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              for (int i = 0; i < 3; i++) {
                b.seen.add(b.open("/mnt/a", OpenFlags.O_RDONLY));
              }
              b.seen.add(b.process.close(4));
              b.seen.add(b.process.close(3));
              b.seen.add(b.open("/mnt/a", OpenFlags.O_RDONLY));
              b.seen.add(b.open("/mnt/a", OpenFlags.O_RDONLY));
              b.seen.add(b.open("/mnt/a", OpenFlags.O_RDONLY));
            })
        .run();
    assertThat(bench.seen).containsExactly(3L, 4L, 5L, 0L, 0L, 3L, 4L, 6L);
  }

  @Test
  void open_beyondTheLimit_isEmfileAndLeavesNothingBehind() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              long fd = 0;
              long last = 0;
              while (fd >= 0) {
                last = fd;
                fd = b.open("/mnt/a", OpenFlags.O_RDONLY);
              }
              b.seen.add(fd);
              b.seen.add(b.open("/mnt/a", OpenFlags.O_RDONLY));
              b.seen.add(b.process.close(7));
              b.seen.add(b.open("/mnt/a", OpenFlags.O_RDONLY));
              b.seen.add(b.process.close(last + 1));
            })
        .run();
    assertThat(bench.seen)
        .containsExactly((long) -Errno.EMFILE, (long) -Errno.EMFILE, 0L, 7L, (long) -Errno.EBADF);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 2, 4, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE})
  void everyCall_onADescriptorThatIsNotOpen_isEbadf(long fd) {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              b.open("/mnt/a", OpenFlags.O_RDWR);
              b.seen.add(b.process.pread(fd, new byte[1], 0));
              b.seen.add(b.process.pwrite(fd, new byte[1], 0));
              b.seen.add(b.process.fsync(fd));
              b.seen.add(b.process.close(fd));
            })
        .run();
    assertThat(bench.seen).hasSize(4).containsOnly((long) -Errno.EBADF);
  }

  @Test
  void close_twice_isEbadf() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.seen.add(b.process.close(fd));
              b.seen.add(b.process.close(fd));
            })
        .run();
    assertThat(bench.seen).containsExactly(0L, (long) -Errno.EBADF);
  }

  /** {@code ksys_pwrite64} looks at the offset before the descriptor. */
  @Test
  void preadAndPwrite_atANegativeOffset_areEinvalEvenOnABadDescriptor() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              for (long each : new long[] {fd, 99}) {
                b.seen.add(b.process.pread(each, new byte[1], -1));
                b.seen.add(b.process.pwrite(each, new byte[1], -1));
              }
            })
        .run();
    assertThat(bench.seen).hasSize(4).containsOnly((long) -Errno.EINVAL);
  }

  @Test
  void ioctl_passesFreezeAndThawOn_andRefusesTheRest() {
    Bench bench = Bench.standard();
    when(bench.barriers.freeze(bench.sb)).thenReturn(-Errno.EBUSY);
    when(bench.barriers.thaw(bench.sb)).thenReturn(-Errno.EINVAL);
    when(bench.barriers.syncfs(bench.sb)).thenReturn(-Errno.EIO);
    bench
        .task(
            "t",
            b -> {
              b.seen.add(b.process.ioctl("/mnt", UserProcess.FIFREEZE));
              b.seen.add(b.process.ioctl("/mnt", UserProcess.FITHAW));
              b.seen.add(b.process.syncfs("/mnt"));
              b.seen.add(b.process.ioctl("/mnt", 0x1234));
              b.seen.add(b.process.ioctl("/nowhere", UserProcess.FIFREEZE));
              b.seen.add(b.process.syncfs("/nowhere"));
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            (long) -Errno.EBUSY,
            (long) -Errno.EINVAL,
            (long) -Errno.EIO,
            (long) -Errno.ENOTTY,
            (long) -Errno.ENOENT,
            (long) -Errno.ENOENT);
    verify(bench.barriers).freeze(bench.sb);
    verify(bench.barriers).thaw(bench.sb);
    verify(bench.barriers).syncfs(bench.sb);
    verifyNoMoreInteractions(bench.barriers);
  }

  // ---- the end of a process

  @Test
  void threadExits_ofTheLastThread_runsTheActionsInOrderAndThenClosesTheFiles() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    List<File> files = new ArrayList<>();
    bench.process.atExit(() -> bench.seen.add("first, refs " + files.getFirst().refsNow()));
    bench.process.atExit(() -> bench.seen.add("second"));
    for (String name : List.of("one", "two")) {
      bench.process.threadAdded();
      bench.task(
          name,
          b -> {
            long fd = b.open("/mnt/a", OpenFlags.O_RDONLY);
            File file = Objects.requireNonNull(b.process.fget(fd));
            files.add(file);
            file.put();
            b.seen.add(name + " exits");
            b.process.threadExits();
          });
    }
    bench.run();
    assertThat(bench.seen).containsExactly("one exits", "two exits", "first, refs 1", "second");
    assertThat(files).hasSize(2).allMatch(File::isFreed);
  }

  @Test
  void fget_keepsAFileAfterItsClose() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDONLY);
              File file = Objects.requireNonNull(b.process.fget(fd));
              b.seen.add(file.refsNow());
              b.process.close(fd);
              b.seen.add(file.refsNow());
              b.seen.add(file.isFreed());
              file.put();
              b.seen.add(file.isFreed());
            })
        .run();
    assertThat(bench.seen).containsExactly(2L, 1L, false, true);
  }

  /** Every order of two threads that open and close: no descriptor is given out twice. */
  @Test
  void openAndClose_ofTwoThreads_neverShareADescriptor() {
    List<List<Long>> all = new ArrayList<>();
    for (Schedules.Ending ending :
        Schedules.every(
            MachineConfig.DEFAULT,
            machine -> {
              Lockdep lockdep = Lockdep.on(machine);
              BlockDevice disk = new BlockDevice(machine, "d", Bench.DISK);
              SuperBlock sb = new SuperBlock(lockdep, "/mnt", disk, LabFs.TYPE, 4096, false);
              sb.addFile("/mnt/a", 4096);
              UserProcess process = new UserProcess(machine, mock());
              process.mount(sb);
              List<Long> open = new ArrayList<>();
              all.add(open);
              machine.task(
                  "one",
                  () -> {
                    process.close(process.open("/mnt/a", OpenFlags.O_RDONLY));
                    open.add(process.open("/mnt/a", OpenFlags.O_RDONLY));
                  });
              machine.task("two", () -> open.add(process.open("/mnt/a", OpenFlags.O_RDONLY)));
            })) {
      assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
      assertThat(ending.complaints()).isEmpty();
    }
    assertThat(all).hasSizeGreaterThan(10).allMatch(open -> open.size() == 2);
    assertThat(all).allSatisfy(open -> assertThat(open).doesNotHaveDuplicates());
  }

  // ---- set-up mistakes

  @ParameterizedTest
  @ValueSource(ints = {0, 256, 1000, 8192, -4096})
  void superBlock_withAnImpossibleBlockSize_isRefused(int blockBytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bench.of(Bench.DISK, blockBytes))
        .withMessageContaining("a power of two from 512 to 4096 bytes, not " + blockBytes);
  }

  @Test
  void superBlock_withoutWriteProtection_saysWhatIsMissing() {
    Bench bench = Bench.standard();
    SuperBlock bare = new SuperBlock(bench.lockdep, "/bare", bench.disk, LabFs.TYPE, 4096, false);
    assertThatIllegalStateException()
        .isThrownBy(bare::writeProtection)
        .withMessage("/bare has no write protection: call protectWritesBy first");
  }

  @Test
  void addFile_largerThanTheDisk_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Bench.standard().file("/mnt/a", 4L << 20))
        .withMessage("/mnt/a of 4194304 bytes does not fit on d");
  }

  @Test
  void syncFilesystem_withoutSUmount_isReported() {
    Bench bench = Bench.standard();
    bench.task("t", b -> b.seen.add(Sync.syncFilesystem(b.sb)));
    assertThat(bench.machine.run().outcome()).isEqualTo(Outcome.DONE);
    assertThat(bench.machine.reports())
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.kind()).isEqualTo(ReportKind.BUG);
              assertThat(report.title()).isEqualTo("WARNING: sync_filesystem without s_umount");
            });
  }
}
