package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.when;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Which freeze levels each call takes, in which order, and what is asked or locked before: the
 * table "who takes which level" row by row.
 */
final class FreezeLevelsOfCallsTest {

  private static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

  /** Calls on /mnt/a (one page and its block), /mnt/b (two) and /mnt/d/c, and what they take. */
  static Stream<Arguments> calls() {
    Map<String, Map.Entry<String, Consumer<Bench>>> rows = new LinkedHashMap<>();
    row(rows, "write, overwriting", "hook W ) w", b -> b.process.pwrite(b.fd, new byte[1], 0));
    row(
        rows,
        "write, extending",
        "hook W F f F f w",
        b -> b.process.pwrite(b.fd, new byte[1], 9000));
    row(rows, "write, O_APPEND", "hook W F f F f w", b -> b.process.pwritev2(b.fd, one(), 0, 0x10));
    row(rows, "read", "hook", b -> b.process.pread(b.fd, new byte[1], 0));
    row(rows, "direct overwrite", "hook W w", b -> b.process.pwrite(b.direct, new byte[512], 0));
    row(
        rows,
        "direct write, extending: blocks, then size",
        "hook W F f F f w",
        b -> b.process.pwrite(b.direct, new byte[4096], 8192));
    row(rows, "fallocate", "hook W F f w", b -> b.process.fallocate(b.fd, 0, 0, 4096));
    row(rows, "punch hole", "hook W F f w", b -> b.process.fallocate(b.fd, 3, 0, 4096));
    row(rows, "truncate", "thook W F f w", b -> b.process.truncate("/mnt/a", 0));
    row(rows, "ftruncate", "thook W F f w", b -> b.process.ftruncate(b.fd, 0));
    row(rows, "open to write", "", b -> b.open("/mnt/a", OpenFlags.O_RDWR));
    row(rows, "open O_TRUNC", "W F f w", b -> b.open("/mnt/a", OpenFlags.O_TRUNC));
    row(rows, "open O_CREAT, new", "W F f w", b -> b.open("/mnt/n", OpenFlags.O_CREAT));
    row(rows, "open O_CREAT, there", "", b -> b.open("/mnt/a", OpenFlags.O_CREAT));
    row(rows, "open O_CREAT|O_EXCL, there", "W w", b -> b.open("/mnt/a", 0xc0));
    row(rows, "mkdir", "W F f w", b -> b.process.mkdir("/mnt/n"));
    row(rows, "mkdir, EEXIST", "W w", b -> b.process.mkdir("/mnt/a"));
    row(rows, "rmdir", "W F f F f w", b -> b.process.rmdir("/mnt/empty"));
    row(rows, "unlink of a name", "W F f w", b -> b.process.unlink("/mnt/b2"));
    row(rows, "unlink of the last name", "W F f F f w", b -> b.process.unlink("/mnt/d/c"));
    row(rows, "rename", "W F f w", b -> b.process.rename("/mnt/a", "/mnt/n"));
    row(rows, "link", "W F f w", b -> b.process.link("/mnt/a", "/mnt/n"));
    row(rows, "chmod", "W F f w", b -> b.process.chmod("/mnt/a", 0600));
    row(rows, "utimes", "W F f w", b -> b.process.utimes("/mnt/a", 5));
    row(rows, "stat", "", b -> b.process.stat("/mnt/a", stat -> {}));
    row(rows, "statfs", "", b -> b.process.statfs("/mnt"));
    row(rows, "fsync", "", b -> b.process.fsync(b.fd));
    row(rows, "sync_file_range", "", b -> b.process.syncFileRange(b.fd, 0, 0, 7));
    row(rows, "sync", "", b -> b.process.sync());
    row(rows, "remount", "", b -> b.process.remount("/mnt", false));
    row(rows, "load through a mapping", "", b -> b.process.load(b.memory));
    row(rows, "first store through a mapping", "P F f p", b -> b.process.store(b.memory, (byte) 1));
    row(
        rows,
        "second store through a mapping",
        "P F f p",
        b -> {
          b.process.store(b.memory, (byte) 1);
          b.process.store(b.memory + 1, (byte) 1);
        });
    return rows.entrySet().stream()
        .map(row -> Arguments.of(row.getKey(), row.getValue().getKey(), row.getValue().getValue()));
  }

  private static List<byte[]> one() {
    return List.of(new byte[1]);
  }

  private static void row(
      Map<String, Map.Entry<String, Consumer<Bench>>> rows,
      String name,
      String takes,
      Consumer<Bench> call) {
    rows.put(name, Map.entry(takes.replace(") ", ""), call));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("calls")
  void call_takesTheseLevels(String name, String takes, Consumer<Bench> call) {
    Bench bench = Bench.standard();
    bench.file("/mnt/a", 8192);
    bench.file("/mnt/b", 8192);
    bench.file("/mnt/d/c", 4096);
    List<String> seen = new ArrayList<>();
    bench
        .task(
            "t",
            b -> {
              b.process.mkdir("/mnt/empty");
              b.process.link("/mnt/b", "/mnt/b2");
              b.fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.direct = b.open("/mnt/a", DIRECT);
              b.memory = b.process.mmap(b.fd, 0, 8192, 3, 1);
              record(b, seen);
              call.accept(b);
            })
        .run();
    assertThat(String.join(" ", seen)).isEqualTo(takes);
  }

  /** Upper case where a level is taken, lower case where it is given back. */
  private static void record(Bench bench, List<String> seen) {
    doAnswer(
            call -> {
              FreezeLevel level = call.getArgument(0);
              checkNothingInside(bench, level);
              return seen.add(level.name().substring(0, 1));
            })
        .when(bench.protection)
        .startWrite(any());
    doAnswer(
            call ->
                seen.add(
                    call.<FreezeLevel>getArgument(0)
                        .name()
                        .substring(0, 1)
                        .toLowerCase(java.util.Locale.ROOT)))
        .when(bench.protection)
        .endWrite(any());
    when(bench.events.areaPermission(any(), anyBoolean(), anyLong(), anyLong()))
        .thenAnswer(
            call -> {
              assertThat(held(bench)).isEmpty();
              seen.add("hook");
              return 0;
            });
    when(bench.events.truncatePermission(any(), anyLong()))
        .thenAnswer(
            call -> {
              assertThat(held(bench)).isEmpty();
              seen.add("thook");
              return 0;
            });
  }

  private static List<String> held(Bench bench) {
    return bench.lockdep.heldBy(bench.machine.current());
  }

  /**
   * The order of locks: WRITE outside of all, PAGEFAULT inside mmap_lock only, FS inside of all.
   */
  private static void checkNothingInside(Bench bench, FreezeLevel level) {
    switch (level) {
      case WRITE -> assertThat(held(bench)).allMatch(lock -> lock.startsWith("f_pos_lock"));
      case PAGEFAULT -> assertThat(held(bench)).allMatch(lock -> lock.startsWith("mmap_lock"));
      case FS -> assertThat(held(bench)).noneMatch(lock -> lock.startsWith("i_data_sem"));
    }
  }
}
