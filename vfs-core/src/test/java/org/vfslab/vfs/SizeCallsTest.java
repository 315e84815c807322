package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.machine.Errno;

/** truncate, ftruncate and fallocate: errno, bytes, and blocks that really go and come. */
final class SizeCallsTest {

  private static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

  @ParameterizedTest
  @CsvSource({
    "truncate /mnt/a -1, EINVAL",
    "truncate /mnt/n -1, EINVAL",
    "truncate /mnt/n 0, ENOENT",
    "truncate /mnt 0, EISDIR",
    "truncate /mnt/a/ 0, ENOTDIR",
    "truncate /mnt/a 1073741824, 0",
    "truncate /mnt/a 1073741825, EFBIG",
    "ftruncate 3 -1, EINVAL",
    "ftruncate 9 -1, EINVAL",
    "ftruncate 9 0, EBADF",
    "ftruncate 4 0, EINVAL",
    "ftruncate 3 7, 0",
    "fallocate 9 0 -1 1, EBADF",
    "fallocate 3 0 -1 1, EINVAL",
    "fallocate 3 0 0 0, EINVAL",
    "fallocate 4 99 0 0, EINVAL",
    "fallocate 4 99 0 1, EOPNOTSUPP",
    "fallocate 3 2 0 1, EOPNOTSUPP",
    "fallocate 4 0 0 1, EBADF",
    "fallocate 5 0 0 1, EBADF",
    "fallocate 3 0 0 1073741825, EFBIG",
    "fallocate 3 0 0 9223372036854775807, EFBIG",
    "fallocate 3 0 0 16777216, ENOSPC",
    "fallocate 3 1 0 8192, 0",
  })
  void call_isTheKernelsErrno(String call, String errno) {
    String[] words = call.split(" ", -1);
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              b.open("/mnt/a", OpenFlags.O_RDWR); // 3
              b.open("/mnt/a", OpenFlags.O_RDONLY); // 4
              b.open("/mnt", OpenFlags.O_RDONLY); // 5
              b.seen.add(
                  switch (words[0]) {
                    case "truncate" -> b.process.truncate(words[1], Long.parseLong(words[2]));
                    case "ftruncate" ->
                        b.process.ftruncate(Long.parseLong(words[1]), Long.parseLong(words[2]));
                    default ->
                        b.process.fallocate(
                            Long.parseLong(words[1]),
                            Integer.parseInt(words[2]),
                            Long.parseLong(words[3]),
                            Long.parseLong(words[4]));
                  });
            })
        .run();
    long seen = (long) bench.seen.getFirst();
    assertThat(seen < 0 ? Errno.name(seen) : "" + seen).isEqualTo(errno);
  }

  /** A freed block is the next file's, and what the first file had on it is nobody's to read. */
  @Test
  void truncate_freesBlocks_andTheNextFileReadsZeroesFromThem() {
    Bench bench = Bench.standard();
    Inode a = bench.file("/mnt/a", 8192);
    Inode n = bench.file("/mnt/n", 0);
    byte[] direct = Bench.bytes(4096, 9);
    byte[] buffered = Bench.bytes(4096, 9);
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", DIRECT);
              b.process.pwrite(fd, Bench.bytes(8192, 7), 0);
              long sector = a.sectorOf(4096);
              b.seen.add(b.process.truncate("/mnt/a", 4096));
              b.seen.add(a.isMapped(4096));
              b.seen.add(b.sb.bitmap().isFreeNow(sector / 8));
              b.process.pwrite(b.open("/mnt/n", DIRECT), Bench.bytes(512, 5), 512);
              b.seen.add(n.sectorOf(0) == sector);
              b.process.pread(b.open("/mnt/n", DIRECT), direct, 0);
              b.process.pread(b.open("/mnt/n", OpenFlags.O_RDONLY), buffered, 0);
              b.seen.add(b.disk.onMedium(sector + 7, 1)[511]);
            })
        .run();
    assertThat(bench.seen).containsExactly(0L, false, true, true, (byte) 0);
    byte[] expected = new byte[4096];
    Arrays.fill(expected, 512, 1024, (byte) 5);
    assertThat(Arrays.copyOf(direct, 1024)).isEqualTo(Arrays.copyOf(expected, 1024));
    assertThat(Arrays.copyOf(buffered, 1024)).isEqualTo(Arrays.copyOf(expected, 1024));
  }

  @Test
  void truncate_waitsForDirectIoInFlight() {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 4096);
    bench
        .task(
            "t",
            b -> {
              Kiocb iocb = new Kiocb(new File(inode, DIRECT), 0, (kiocb, result) -> {});
              b.seen.add(ReadWrite.writeIter(iocb, Bench.bytes(4096, 7)));
              b.process.truncate("/mnt/a", 0);
              b.seen.add(b.machine.nowNs());
            })
        .run();
    assertThat(bench.seen).containsExactly((long) -Errno.EIOCBQUEUED, 1000L);
  }

  /** Any mixture of sizes, holes and data, beside an array that has the truth. */
  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void anyMixture_readsWhatIsThere_andNoBlockIsLost(int blockBytes) {
    for (long seed = 0; seed < 12; seed++) {
      mixture(blockBytes, seed);
    }
  }

  private static void mixture(int blockBytes, long seed) {
    SplittableRandom dice = new SplittableRandom(seed);
    Bench bench = Bench.of(Bench.DISK, blockBytes);
    Inode inode = bench.file("/mnt/a", 0);
    byte[] truth = new byte[40 * 512];
    int[] size = {0};
    bench
        .task(
            "t",
            b -> {
              long all = b.process.statfs("/mnt");
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              long direct = b.open("/mnt/a", DIRECT);
              for (int i = 0; i < 40; i++) {
                int pos = dice.nextInt(32 * 512);
                int length = 1 + dice.nextInt(8 * 512);
                switch (dice.nextInt(6)) {
                  case 0 -> {
                    b.process.ftruncate(fd, pos);
                    Arrays.fill(truth, Math.min(pos, size[0]), truth.length, (byte) 0);
                    size[0] = pos;
                  }
                  case 1 -> {
                    b.process.fallocate(fd, 3, pos, length);
                    zero(truth, pos, Math.min(size[0], pos + length));
                  }
                  case 2 -> {
                    b.process.fallocate(fd, 0x11, pos, length);
                    zero(truth, pos, Math.min(size[0], pos + length));
                  }
                  case 3 -> {
                    b.process.pwrite(fd, Bench.bytes(length, i), pos);
                    Arrays.fill(truth, pos, pos + length, (byte) i);
                    size[0] = Math.max(size[0], pos + length);
                  }
                  case 4 -> {
                    int at = pos / 512 * 512;
                    int bytes = (length + 511) / 512 * 512;
                    b.process.pwrite(direct, Bench.bytes(bytes, i), at);
                    Arrays.fill(truth, at, at + bytes, (byte) i);
                    size[0] = Math.max(size[0], at + bytes);
                  }
                  default -> b.process.fsync(fd);
                }
                byte[] read = new byte[truth.length];
                long way = dice.nextBoolean() ? fd : direct;
                long got = b.process.pread(way, read, 0);
                if (got != size[0] || !Arrays.equals(read, 0, size[0], truth, 0, size[0])) {
                  b.seen.add("seed " + seed + " step " + i + " size " + size[0] + " got " + got);
                  return;
                }
              }
              b.process.ftruncate(fd, 0);
              b.seen.add(b.process.statfs("/mnt") - all);
            })
        .run();
    assertThat(bench.seen).as("block %s", blockBytes).containsExactly(0L);
    assertThat(inode.pages().dirtyNow()).isZero();
  }

  private static void zero(byte[] bytes, int from, int to) {
    if (from < to) {
      Arrays.fill(bytes, from, to, (byte) 0);
    }
  }
}
