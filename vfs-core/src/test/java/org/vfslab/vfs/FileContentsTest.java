package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.machine.Errno;

/** What was written is what is read, whichever way it goes in and out. */
final class FileContentsTest {

  private static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

  /** A range is written over zeroes or past them, and all of the file is read back. */
  @ParameterizedTest
  @CsvSource({
    // size before, offset, bytes
    "16384, 0, 4096",
    "16384, 4096, 4096",
    "16384, 512, 512",
    "16384, 3584, 1024",
    "16384, 3584, 8704",
    "16384, 15872, 512",
    "16384, 15872, 1024",
    "16384, 16384, 512",
    "0, 0, 512",
    "0, 0, 12288",
    "0, 8192, 512",
    "512, 20480, 1024",
  })
  void write_isReadBack_fromBufferedAndDirect(int size, int pos, int length) {
    for (int blockBytes : new int[] {512, 1024, 4096}) {
      for (int writing : new int[] {OpenFlags.O_RDWR, DIRECT}) {
        for (int reading : new int[] {OpenFlags.O_RDWR, DIRECT}) {
          Bench bench = Bench.of(Bench.DISK, blockBytes);
          Inode inode = bench.file("/mnt/a", size);
          int end = Math.max(size, pos + length);
          byte[] expected = new byte[end];
          Arrays.fill(expected, pos, pos + length, (byte) 7);
          byte[] read = Bench.bytes(end, 9);
          bench
              .task(
                  "t",
                  b -> {
                    long w = b.open("/mnt/a", writing);
                    long r = b.open("/mnt/a", reading);
                    b.seen.add(b.process.pwrite(w, Bench.bytes(length, 7), pos));
                    b.seen.add(b.process.pread(r, read, 0));
                  })
              .run();
          assertThat(bench.seen)
              .as("block %s, written %x, read %x", blockBytes, writing, reading)
              .containsExactly((long) length, (long) end);
          assertThat(inode.sizeNow()).isEqualTo(end);
          assertThat(Arrays.equals(read, expected))
              .as("block %s, written %x, read %x", blockBytes, writing, reading)
              .isTrue();
        }
      }
    }
  }

  /** Many reads and writes of both ways in a row, beside an array that has the truth. */
  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 4096})
  void anyMixture_readsWhatWasWrittenLast(int blockBytes) {
    for (long seed = 0; seed < 30; seed++) {
      mixture(blockBytes, seed);
    }
  }

  private static void mixture(int blockBytes, long seed) {
    SplittableRandom dice = new SplittableRandom(seed);
    Bench bench = Bench.of(Bench.DISK, blockBytes);
    int[] size = {dice.nextInt(20) * 512};
    Inode inode = bench.file("/mnt/a", size[0]);
    byte[] truth = new byte[40 * 512];
    bench
        .task(
            "t",
            b -> {
              long buffered = b.open("/mnt/a", OpenFlags.O_RDWR);
              long direct = b.open("/mnt/a", DIRECT);
              for (int i = 0; i < 40; i++) {
                boolean isDirect = dice.nextBoolean();
                long fd = isDirect ? direct : buffered;
                int unit = isDirect ? 512 : 1;
                int pos = dice.nextInt(32 * 512 / unit) * unit;
                int length = (1 + dice.nextInt(8 * 512 / unit)) * unit;
                switch (dice.nextInt(5)) {
                  case 0, 1 -> {
                    byte[] data = new byte[length];
                    for (int k = 0; k < length; k++) {
                      data[k] = (byte) dice.nextInt();
                    }
                    System.arraycopy(data, 0, truth, pos, length);
                    size[0] = Math.max(size[0], pos + length);
                    check(b, seed, i, b.process.pwrite(fd, data, pos) == length);
                    Arrays.fill(data, (byte) 0x55); // the buffer is the caller's again
                  }
                  case 2, 3 -> {
                    int left = Math.max(0, size[0] - pos);
                    int wanted = isDirect ? Math.min(length, left / 512 * 512) : length;
                    int got = Math.min(wanted, left);
                    byte[] data = new byte[wanted];
                    long result = b.process.pread(fd, data, pos);
                    check(b, seed, i, result == got);
                    check(b, seed, i, Arrays.equals(data, 0, got, truth, pos, pos + got));
                  }
                  default -> check(b, seed, i, b.process.fsync(buffered) == 0);
                }
              }
              check(b, seed, -1, b.process.fsync(buffered) == 0);
            })
        .run();
    assertThat(bench.seen).as("block %s", blockBytes).isEmpty();
    assertThat(inode.sizeNow()).isEqualTo(size[0]);
    assertThat(inode.pages().dirtyNow()).isZero();
    for (int pos = 0; pos < size[0]; pos += 512) {
      if (inode.isMapped(pos)) {
        int length = Math.min(512, size[0] - pos);
        assertThat(
                Arrays.equals(
                    bench.disk.onMedium(inode.sectorOf(pos), 1),
                    0,
                    length,
                    truth,
                    pos,
                    pos + length))
            .as("seed %s, block %s, medium at %s", seed, blockBytes, pos)
            .isTrue();
      }
    }
  }

  private static void check(Bench bench, long seed, int step, boolean holds) {
    if (!holds) {
      bench.seen.add("seed " + seed + " step " + step);
    }
  }

  @Test
  void directRead_ofAHole_isZeroes() {
    Bench bench = Bench.of(Bench.DISK, 512);
    bench.file("/mnt/a", 0);
    byte[] read = Bench.bytes(1536, 9);
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", DIRECT);
              b.process.pwrite(fd, Bench.bytes(512, 7), 1024);
              b.seen.add(b.process.pread(fd, read, 0));
            })
        .run();
    assertThat(bench.seen).containsExactly(1536L);
    assertThat(Arrays.copyOf(read, 1024)).containsOnly(0);
    assertThat(Arrays.copyOfRange(read, 1024, 1536)).containsOnly(7);
  }

  @ParameterizedTest
  @CsvSource({"1, 512", "511, 512", "0, 1", "0, 513", "256, 256"})
  void directTransfer_thatIsMisaligned_isEinvalAndChangesNothing(int pos, int length) {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", DIRECT);
              b.seen.add(b.process.pwrite(fd, Bench.bytes(length, 7), pos));
              b.seen.add(b.process.pread(fd, new byte[length], pos));
            })
        .run();
    assertThat(bench.seen).containsExactly((long) -Errno.EINVAL, (long) -Errno.EINVAL);
    assertThat(bench.disk.onMedium(inode.sectorOf(0), 8)).containsOnly(0);
  }

  @Test
  void read_atAndPastTheEnd_isZero_andShortBeforeIt() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 1000);
    bench
        .task(
            "t",
            b -> {
              long buffered = b.open("/mnt/a", OpenFlags.O_RDONLY);
              long direct = b.open("/mnt/a", OpenFlags.O_DIRECT);
              for (long pos : new long[] {0, 999, 1000, 5000, 1L << 60}) {
                b.seen.add(b.process.pread(buffered, new byte[4096], pos));
              }
              for (long pos : new long[] {1024, 1L << 60}) {
                b.seen.add(b.process.pread(direct, new byte[512], pos));
              }
            })
        .run();
    assertThat(bench.seen).containsExactly(1000L, 1L, 0L, 0L, 0L, 0L, 0L);
  }

  @Test
  void write_toAFullDisk_isEnospcAndLeavesTheSize() {
    for (int flags : new int[] {OpenFlags.O_RDWR, DIRECT}) {
      Bench bench = Bench.of(new DeviceConfig(4, 4, new Latency.Any()), 512);
      Inode inode = bench.file("/mnt/a", 512);
      bench
          .task(
              "t",
              b -> {
                long fd = b.open("/mnt/a", flags);
                b.seen.add(b.process.pwrite(fd, Bench.bytes(2048, 1), 512));
                b.seen.add(inode.sizeNow());
                b.seen.add(b.process.pwrite(fd, Bench.bytes(512, 2), 0));
                b.seen.add(b.process.fsync(fd));
              })
          .run();
      assertThat(bench.seen).containsExactly((long) -Errno.ENOSPC, 512L, 512L, 0L);
      assertThat(bench.disk.onMedium(inode.sectorOf(0), 1)).containsOnly(2);
    }
  }

  /** {@code generic_write_checks}: nothing is written past {@code s_maxbytes}. */
  @ParameterizedTest
  @ValueSource(longs = {1L << 40, 1L << 60, Long.MAX_VALUE - 4095})
  void write_farBeyondWhatAFileCanHold_isEfbig(long pos) {
    long aligned = pos / 512 * 512;
    for (int flags : new int[] {OpenFlags.O_RDWR, DIRECT}) {
      Bench bench = Bench.standard();
      bench.file("/mnt/a", 4096);
      bench
          .task(
              "t",
              b -> {
                long fd = b.open("/mnt/a", flags);
                b.seen.add(b.process.pwrite(fd, Bench.bytes(512, 1), aligned));
              })
          .run();
      assertThat(bench.seen).containsExactly((long) -Errno.EFBIG);
    }
  }

  @Test
  void bufferedWrite_isDirtyInMemory_andOnTheMediumAfterFsync() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.process.pwrite(fd, Bench.bytes(6000, 3), 0);
              b.seen.add(inode.pages().dirtyNow());
              b.seen.add(b.disk.onMedium(inode.sectorOf(0), 1)[0]);
              b.seen.add(b.process.fsync(fd));
              b.seen.add(inode.pages().dirtyNow());
              b.seen.add(b.disk.onMedium(inode.sectorOf(0), 1)[0]);
            })
        .run();
    assertThat(bench.seen).containsExactly(2L, (byte) 0, 0L, 0L, (byte) 3);
    byte[] tail = bench.disk.onMedium(inode.sectorOf(5632), 1);
    assertThat(Arrays.copyOf(tail, 6000 - 5632)).containsOnly(3);
    assertThat(Arrays.copyOfRange(tail, 6000 - 5632, BlockDevice.SECTOR_BYTES)).containsOnly(0);
  }
}
