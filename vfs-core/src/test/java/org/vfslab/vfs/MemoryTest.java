package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Schedules;

/** Shared mappings: errno, who sees which bytes, and who may write when. */
final class MemoryTest {

  @ParameterizedTest
  @CsvSource({
    "3, 1, 4096, 3, 1, EINVAL",
    "9, 1, 4096, 3, 1, EINVAL",
    "9, 0, 0, 3, 1, EBADF",
    "3, 0, 0, 3, 1, EINVAL",
    "3, 0, 4096, 3, 3, EINVAL",
    "3, 0, 4096, 3, 0, EINVAL",
    "3, 0, 4096, 3, 2, EOPNOTSUPP",
    "3, 0, 1099511627776, 3, 1, ENOMEM",
    "4, 0, 4096, 3, 1, EACCES",
    "4, 0, 4096, 1, 1, ok",
    "5, 0, 4096, 1, 1, EACCES",
    "6, 0, 4096, 1, 1, ENODEV",
    "3, 0, 4096, 3, 1, ok",
  })
  void mmap_isTheKernelsErrno(
      long fd, long pos, long bytes, long protection, long flags, String result) {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 8192);
    bench
        .task(
            "t",
            b -> {
              b.open("/mnt/a", OpenFlags.O_RDWR); // 3
              b.open("/mnt/a", OpenFlags.O_RDONLY); // 4
              b.open("/mnt/a", OpenFlags.O_WRONLY); // 5
              b.open("/mnt", OpenFlags.O_RDONLY); // 6
              b.seen.add(b.process.mmap(fd, pos, bytes, protection, flags));
            })
        .run();
    long seen = (long) bench.seen.getFirst();
    assertThat(seen < 0 ? Errno.name(seen) : "ok").isEqualTo(result);
  }

  private static long map(Bench bench, int bytes) {
    return bench.process.mmap(bench.open("/mnt/a", OpenFlags.O_RDWR), 0, bytes, 3, 1);
  }

  @Test
  void mappingAndReadWrite_seeTheSameBytes_andMsyncWritesThem() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    byte[] read = new byte[1];
    bench
        .task(
            "t",
            b -> {
              long memory = map(b, 8192);
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.process.pwrite(fd, Bench.bytes(1, 5), 4100);
              b.seen.add(b.process.load(memory + 4100));
              b.seen.add(b.process.store(memory + 4101, (byte) 6));
              b.process.pread(fd, read, 4101);
              b.seen.add(read[0]);
              b.seen.add(inode.pages().dirtyNow());
              b.seen.add(b.process.msync(memory, 8192));
              b.seen.add(inode.pages().dirtyNow());
              b.seen.add(b.disk.onMedium(inode.sectorOf(4096), 1)[5]);
            })
        .run();
    assertThat(bench.seen).containsExactly(5L, 0L, (byte) 6, 1L, 0L, 0L, (byte) 6);
  }

  @Test
  void access_whereNothingIs_isEfault() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              long memory = map(b, 8192);
              b.seen.add(b.process.load(memory + 4096)); // behind the end: SIGBUS
              b.seen.add(b.process.store(memory + 4096, (byte) 1));
              b.seen.add(b.process.load(5)); // no mapping: SIGSEGV
              b.seen.add(b.process.munmap(memory, 4096)); // a part: not modelled
              b.seen.add(b.process.munmap(memory + 1, 4096));
              b.seen.add(b.process.msync(memory + 8192, 4096));
              b.seen.add(b.process.munmap(memory, 8192));
              b.seen.add(b.process.load(memory));
            })
        .run();
    long efault = -Errno.EFAULT;
    long einval = -Errno.EINVAL;
    assertThat(bench.seen)
        .containsExactly(efault, efault, efault, einval, einval, (long) -Errno.ENOMEM, 0L, efault);
  }

  @Test
  void store_afterTruncation_isEfault_andThePageIsGone() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    bench
        .task(
            "t",
            b -> {
              long memory = map(b, 8192);
              b.seen.add(b.process.store(memory + 4096, (byte) 1));
              b.seen.add(b.process.truncate("/mnt/a", 100));
              b.seen.add(b.process.store(memory + 4096, (byte) 1));
              b.seen.add(inode.pages().dirtyNow());
            })
        .run();
    assertThat(bench.seen).containsExactly(0L, 0L, (long) -Errno.EFAULT, 1L); // the tail, zeroed
  }

  /** After a write-back the first store faults again, so that a freeze can stop it. */
  @Test
  void store_afterWriteback_makesThePageDirtyAgain() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              long memory = map(b, 4096);
              for (int i = 0; i < 3; i++) {
                b.process.store(memory, (byte) i);
                b.seen.add(inode.pages().dirtyNow());
                b.process.msync(memory, 4096);
                b.seen.add(inode.pages().dirtyNow());
              }
            })
        .run();
    assertThat(bench.seen).containsExactly(1L, 0L, 1L, 0L, 1L, 0L);
  }

  /** No store is lost, whenever write-back comes: what is not dirty is on the medium. */
  @Test
  void store_duringWriteback_isNotLost() {
    for (long seed = 0; seed < 150; seed++) {
      Bench bench = Bench.of(Schedules.seeded(seed), 4096);
      Inode inode = bench.file("/mnt/a", 4096);
      bench
          .task(
              "storer",
              b -> {
                long memory = map(b, 4096);
                b.process.store(memory, (byte) 1);
                b.process.store(memory, (byte) 2);
              })
          .task("syncer", b -> b.process.fsync(b.open("/mnt/a", OpenFlags.O_RDWR)))
          .run();
      assertThat(inode.pages().dirtyNow() == 0 && bench.disk.onMedium(inode.sectorOf(0), 1)[0] != 2)
          .as("seed %s", seed)
          .isFalse();
    }
  }

  @Test
  void write_fromAMapping_copiesIt_andFaultsItIn() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 8192);
    Inode to = bench.file("/mnt/b", 8192);
    byte[] read = new byte[8192];
    bench
        .task(
            "t",
            b -> {
              long source = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.process.pwrite(source, Bench.bytes(8192, 7), 0);
              long memory = b.process.mmap(source, 0, 8192, 1, 1);
              long fd = b.open("/mnt/b", OpenFlags.O_RDWR);
              b.seen.add(b.process.write(fd, memory + 100, 5000));
              b.seen.add(b.process.write(fd, memory + 8000, 500)); // 192 of it are there
              b.seen.add(b.process.write(fd, 5, 500));
              b.process.pread(fd, read, 0);
              long direct = b.open("/mnt/b", OpenFlags.O_RDWR | OpenFlags.O_DIRECT);
              b.seen.add(b.process.pwrite(direct, memory, 4096, 4096));
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(5000L, (long) -Errno.EFAULT, (long) -Errno.EFAULT, 4096L);
    assertThat(read[4999]).isEqualTo((byte) 7);
    assertThat(read[5000]).isZero();
    assertThat(bench.disk.onMedium(to.sectorOf(4096), 1)).containsOnly(7);
  }
}
