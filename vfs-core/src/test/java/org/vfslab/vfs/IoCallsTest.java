package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Schedules;

/** The place of an open file, appending, many buffers, and the flags of preadv2 and pwritev2. */
final class IoCallsTest {

  private static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

  @Test
  void readAndWrite_moveThePlace_andLseekSetsIt() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 10);
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.seen.add(b.process.write(fd, Bench.bytes(4, 7)));
              b.seen.add(b.process.read(fd, new byte[4]));
              b.seen.add(b.process.lseek(fd, 0, 1));
              b.seen.add(b.process.read(fd, new byte[4]));
              b.seen.add(b.process.lseek(fd, -3, 2));
              b.seen.add(b.process.read(fd, new byte[4]));
              b.seen.add(b.process.pread(fd, new byte[4], 0));
              b.seen.add(b.process.lseek(fd, 0, 1));
              b.seen.add(b.process.lseek(fd, -1, 0));
              b.seen.add(b.process.lseek(fd, 0, 9));
              b.seen.add(b.process.lseek(99, 0, 9));
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            4L,
            4L,
            8L,
            2L,
            7L,
            3L,
            4L,
            10L,
            (long) -Errno.EINVAL,
            (long) -Errno.EINVAL,
            (long) -Errno.EBADF);
  }

  /**
   * Two writes through one descriptor never lie over each other: that is what f_pos_lock is for.
   */
  @Test
  void write_ofTwoTasksThroughOneDescriptor_loseNothing() {
    for (long seed = 0; seed < 60; seed++) {
      Bench bench = Bench.of(Schedules.seeded(seed), 4096);
      Inode inode = bench.file("/mnt/a", 0);
      bench
          .task(
              "opener",
              b -> {
                b.fd = b.open("/mnt/a", OpenFlags.O_RDWR);
                for (String name : List.of("one", "two")) {
                  b.machine.task(name, () -> b.process.write(b.fd, Bench.bytes(100, 1)));
                }
              })
          .run();
      assertThat(inode.sizeNow()).as("seed %s", seed).isEqualTo(200);
    }
  }

  /** The place of an appending write is looked up under i_rwsem, wherever the caller points. */
  @Test
  void append_ofTwoDescriptors_losesNothing() {
    for (long seed = 0; seed < 60; seed++) {
      Bench bench = Bench.of(Schedules.seeded(seed), 4096);
      Inode inode = bench.file("/mnt/a", 0);
      for (String name : List.of("one", "two")) {
        bench.task(
            name,
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_WRONLY | OpenFlags.O_APPEND);
              b.process.pwrite(fd, Bench.bytes(100, 1), 0);
              b.process.write(fd, Bench.bytes(10, 1));
              b.seen.add(b.process.lseek(fd, 0, 1) == inode.sizeNow());
            });
      }
      bench.run();
      assertThat(inode.sizeNow()).as("seed %s", seed).isEqualTo(220);
      assertThat(bench.seen).as("the last one stands at the end").contains(true);
    }
  }

  @Test
  void vectors_areOneTransfer_andAShortReadFillsTheFirstBuffers() {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 0);
    byte[] first = new byte[3];
    byte[] second = Bench.bytes(3, 9);
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.seen.add(
                  b.process.pwritev2(fd, List.of(Bench.bytes(2, 1), Bench.bytes(2, 2)), 0, 0));
              b.seen.add(b.process.preadv2(fd, List.of(first, second), 0, 0));
              b.seen.add(b.process.preadv2(fd, List.of(), -1, 0));
              b.seen.add(b.process.preadv2(fd, List.of(), -2, 0));
              List<byte[]> many = Collections.nCopies(1025, new byte[0]);
              b.seen.add(b.process.preadv2(fd, many, 0, 0));
              b.seen.add(b.process.pwritev2(99, many, 0, 0));
            })
        .run();
    assertThat(bench.seen)
        .containsExactly(
            4L, 4L, 0L, (long) -Errno.EINVAL, (long) -Errno.EINVAL, (long) -Errno.EBADF);
    assertThat(first).containsExactly(1, 1, 2);
    assertThat(second).containsExactly(2, 9, 9);
  }

  /** What a call with RWF_NOWAIT says instead of sleeping. */
  @ParameterizedTest
  @CsvSource({
    "buffered write, EOPNOTSUPP",
    "buffered read of what is not cached, EAGAIN",
    "buffered read of what is cached, 512",
    "direct overwrite, 512",
    "direct overwrite with cached pages, EAGAIN",
    "direct overwrite with i_rwsem taken, EAGAIN",
    "direct read with i_rwsem taken, EAGAIN",
    "direct write that extends, EAGAIN",
    "direct read of dirty pages, EAGAIN",
    "direct read, 512",
    "an unknown flag, EOPNOTSUPP",
    "HIPRI, 512",
  })
  void nowait_neverSleeps(String what, String result) {
    Bench bench = Bench.standard();
    Inode inode = bench.file("/mnt/a", 8192);
    byte[] data = new byte[512];
    bench
        .task(
            "t",
            b -> {
              long buffered = b.open("/mnt/a", OpenFlags.O_RDWR);
              long direct = b.open("/mnt/a", DIRECT);
              int nowait = RwFlags.RWF_NOWAIT;
              if (what.contains("of what is cached") || what.contains("with cached pages")) {
                b.process.pread(buffered, data, 0);
              }
              if (what.contains("dirty pages")) {
                b.process.pwrite(buffered, data, 0);
              }
              boolean taken = what.contains("taken");
              if (taken) {
                inode.iRwsem().downWrite();
              }
              b.seen.add(
                  switch (what.substring(0, what.indexOf(' ') < 0 ? 5 : what.indexOf(' '))) {
                    case "buffered" ->
                        what.contains("write")
                            ? b.process.pwritev2(buffered, List.of(data), 0, nowait)
                            : b.process.preadv2(buffered, List.of(data), 0, nowait);
                    case "direct" ->
                        what.contains("write")
                            ? b.process.pwritev2(
                                direct, List.of(data), what.contains("ext") ? 8192 : 0, nowait)
                            : b.process.preadv2(direct, List.of(data), 0, nowait);
                    case "HIPRI" -> b.process.preadv2(direct, List.of(data), 0, RwFlags.RWF_HIPRI);
                    default -> b.process.preadv2(direct, List.of(data), 0, 0x100);
                  });
              if (taken) {
                inode.iRwsem().upWrite();
              }
            })
        .run();
    long seen = (long) bench.seen.getFirst();
    assertThat(seen < 0 ? Errno.name(seen) : "" + seen).isEqualTo(result);
  }

  /** iomap reads whole sectors and cuts the count at the size. */
  @ParameterizedTest
  @CsvSource({
    "1000, 0, 1024, 1000",
    "1000, 512, 4096, 488",
    "512, 0, 4096, 512",
    "5000, 4096, 512, 512"
  })
  void directRead_acrossTheEnd_isShort(int size, int pos, int bytes, int result) {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", size);
    byte[] data = Bench.bytes(bytes, 9);
    bench
        .task(
            "t",
            b -> {
              b.process.pwrite(b.open("/mnt/a", OpenFlags.O_RDWR), Bench.bytes(size, 3), 0);
              b.seen.add(b.process.pread(b.open("/mnt/a", OpenFlags.O_DIRECT), data, pos));
            })
        .run();
    assertThat(bench.seen).containsExactly((long) result);
    assertThat(data[result - 1]).isEqualTo((byte) 3);
  }
}
