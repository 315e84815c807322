package org.vfslab.vfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Schedules;

/** Directories, names and links: errno in the kernel's order, and what is there afterwards. */
final class NameCallsTest {

  /**
   * In /mnt: files a and b, a directory d with a file c and a directory e, and one that is empty.
   */
  private static Bench tree(Bench bench) {
    bench.file("/mnt/a", 4096);
    bench.file("/mnt/b", 4096);
    bench.file("/mnt/d/c", 4096);
    bench.file("/mnt/d/e/f", 0);
    return bench;
  }

  private static String result(Bench bench, ToLongFunction<Bench> call) {
    List<Long> results = new ArrayList<>();
    bench.task("t", b -> results.add(call.applyAsLong(b))).run();
    long result = results.getFirst();
    return result < 0 ? Errno.name(result) : "" + result;
  }

  @ParameterizedTest
  @CsvSource({
    "mkdir /mnt/n, 0",
    "mkdir /mnt/n/, 0",
    "mkdir /mnt/a, EEXIST",
    "mkdir /mnt/d, EEXIST",
    "mkdir /mnt, EEXIST",
    "mkdir /mnt/., EEXIST",
    "mkdir /mnt/n/n, ENOENT",
    "mkdir /mnt/a/n, ENOTDIR",
    "mkdir /elsewhere, ENOENT",
    "mkdir '', ENOENT",
    "rmdir /mnt/empty, 0",
    "rmdir /mnt/empty/, 0",
    "rmdir /mnt/d, ENOTEMPTY",
    "rmdir /mnt/a, ENOTDIR",
    "rmdir /mnt/n, ENOENT",
    "rmdir /mnt, EBUSY",
    "rmdir /mnt/d/., EINVAL",
    "rmdir /mnt/d/e/.., ENOTEMPTY",
    "unlink /mnt/a, 0",
    "unlink /mnt/a/, ENOTDIR",
    "unlink /mnt/d, EISDIR",
    "unlink /mnt, EISDIR",
    "unlink /mnt/n, ENOENT",
    "unlink /mnt/a/x, ENOTDIR",
    "unlink /mnt/d/e/../c, 0",
    "link /mnt/a /mnt/n, 0",
    "link /mnt/a /mnt/b, EEXIST",
    "link /mnt/d /mnt/n, EPERM",
    "link /mnt/n /mnt/m, ENOENT",
    "link /mnt/a /mnt/n/, ENOENT",
    "link /mnt/a /mnt/d/e/n, 0",
    "rename /mnt/a /mnt/n, 0",
    "rename /mnt/a /mnt/b, 0",
    "rename /mnt/a /mnt/a, 0",
    "rename /mnt/a /mnt/d, EISDIR",
    "rename /mnt/d /mnt/a, ENOTDIR",
    "rename /mnt/d /mnt/empty, 0",
    "rename /mnt/empty /mnt/d, ENOTEMPTY",
    "rename /mnt/d /mnt/d/e/x, EINVAL",
    "rename /mnt/d/e /mnt/d, ENOTEMPTY",
    "rename /mnt/d/e /mnt/x, 0",
    "rename /mnt/n /mnt/m, ENOENT",
    "rename /mnt /mnt/x, EBUSY",
    "rename /mnt/a/ /mnt/x, ENOTDIR",
  })
  void call_isTheKernelsErrno(String call, String errno) {
    String[] words = call.replace("''", "").split(" ", -1);
    Bench bench = tree(Bench.standard());
    assertThat(
            result(
                bench,
                b -> {
                  b.process.mkdir("/mnt/empty");
                  return switch (words[0]) {
                    case "mkdir" -> b.process.mkdir(words[1]);
                    case "rmdir" -> b.process.rmdir(words[1]);
                    case "unlink" -> b.process.unlink(words[1]);
                    case "link" -> b.process.link(words[1], words[2]);
                    default -> b.process.rename(words[1], words[2]);
                  };
                }))
        .isEqualTo(errno);
  }

  /** EROFS comes after what the look-up says of the path, and after EEXIST. */
  @ParameterizedTest
  @CsvSource({
    "mkdir /mnt/n, EROFS",
    "mkdir /mnt/a, EEXIST",
    "mkdir /mnt/a/n, ENOTDIR",
    "unlink /mnt/n, EROFS",
    "rmdir /mnt/a, EROFS",
    "link /mnt/a /mnt/b, EEXIST",
    "link /mnt/d /mnt/n, EROFS",
    "rename /mnt/n /mnt/m, EROFS",
    "open /mnt/a 64, 3",
    "open /mnt/n 64, EROFS",
    "open /mnt/a 192, EEXIST",
    "open /mnt/a 512, EROFS",
    "open /mnt/d 1, EISDIR",
    "chmod /mnt/a, EROFS",
    "truncate /mnt/a, EROFS",
    "truncate /mnt/d, EISDIR",
  })
  void call_onAReadOnlyFilesystem_isTheKernelsErrno(String call, String errno) {
    String[] words = call.split(" ", -1);
    assertThat(
            result(
                tree(Bench.readOnly()),
                b ->
                    switch (words[0]) {
                      case "mkdir" -> b.process.mkdir(words[1]);
                      case "rmdir" -> b.process.rmdir(words[1]);
                      case "unlink" -> b.process.unlink(words[1]);
                      case "link" -> b.process.link(words[1], words[2]);
                      case "rename" -> b.process.rename(words[1], words[2]);
                      case "open" -> b.open(words[1], Integer.parseInt(words[2]));
                      case "chmod" -> b.process.chmod(words[1], 0);
                      default -> b.process.truncate(words[1], 0);
                    }))
        .isEqualTo(errno);
  }

  @ParameterizedTest
  @CsvSource({
    "/mnt/d, 0, 3",
    "/mnt/d, 65536, 3",
    "/mnt/a, 65536, ENOTDIR",
    "/mnt/a/, 0, ENOTDIR",
    "/mnt/d/, 0, 3",
    "/mnt/d, 2, EISDIR",
    "/mnt/d, 512, EISDIR",
    "/mnt/d, 64, EISDIR",
    "/mnt/d, 16384, EINVAL",
    "/mnt/n/, 64, EISDIR",
    "/mnt/n, 65600, EINVAL",
    "/mnt/a, 192, EEXIST",
    "/mnt, 192, EEXIST",
    "/mnt/n, 192, 3",
    "/mnt/a/b, 64, ENOTDIR",
    "/mnt/n/b, 64, ENOENT",
    "/mnt/a, 2097152, 3",
    "/mnt/n, 2097216, ENOENT",
    "/mnt/a, 1052672, 3",
  })
  void open_isTheKernelsErrno(String path, int flags, String errno) {
    assertThat(result(tree(Bench.standard()), b -> b.open(path, flags))).isEqualTo(errno);
  }

  @Test
  void longNames_areEnametoolong() {
    assertThat(result(tree(Bench.standard()), b -> b.process.mkdir("/mnt/" + "x".repeat(256))))
        .isEqualTo("ENAMETOOLONG");
    assertThat(result(tree(Bench.standard()), b -> b.process.mkdir("/mnt/" + "x".repeat(255))))
        .isEqualTo("0");
    assertThat(result(tree(Bench.standard()), b -> b.process.mkdir("/mnt" + "/x".repeat(2046))))
        .isEqualTo("ENAMETOOLONG");
  }

  /** {@code O_PATH} names a file: everything but fstat and close is EBADF. */
  @Test
  void descriptorOfAName_isGoodForNothingElse() {
    Bench bench = tree(Bench.standard());
    bench
        .task(
            "t",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_PATH | OpenFlags.O_RDWR);
              b.seen.add(b.process.pread(fd, new byte[1], 0));
              b.seen.add(b.process.write(fd, new byte[1]));
              b.seen.add(b.process.fsync(fd));
              b.seen.add(b.process.syncfs(fd));
              b.seen.add(b.process.ioctl(fd, UserProcess.FIFREEZE));
              b.seen.add(b.process.fallocate(fd, 0, 0, 1));
              b.seen.add(b.process.mmap(fd, 0, 1, 1, 1));
            })
        .task(
            "u",
            b -> {
              long fd = b.open("/mnt/a", OpenFlags.O_PATH);
              b.process.fstat(fd, stat -> b.seen.add(stat.sizeBytes()));
              b.seen.add(b.process.close(fd));
            })
        .run();
    assertThat(bench.seen.subList(0, 7)).containsOnly((long) -Errno.EBADF);
    assertThat(bench.seen.subList(7, 9)).containsExactly(4096L, 0L);
  }

  @Test
  void links_areCounted_andADirectoryHasOneForEachChild() {
    Bench bench = tree(Bench.standard());
    bench
        .task(
            "t",
            b -> {
              links(b, "/mnt/a");
              b.process.link("/mnt/a", "/mnt/d/x");
              links(b, "/mnt/a");
              links(b, "/mnt/d");
              b.process.rename("/mnt/d/e", "/mnt/e");
              links(b, "/mnt/d");
              links(b, "/mnt");
              b.process.unlink("/mnt/a");
              links(b, "/mnt/d/x");
            })
        .run();
    assertThat(bench.seen).containsExactly(1L, 2L, 3L, 2L, 4L, 1L);
  }

  private static void links(Bench bench, String path) {
    bench.process.stat(path, stat -> bench.seen.add(stat.links()));
  }

  /** The blocks of a file without names go with its last descriptor or mapping, not before. */
  @Test
  void unlink_ofAnOpenFile_keepsItsBlocksUntilTheLastUser() {
    Bench bench = tree(Bench.standard());
    bench
        .task(
            "t",
            b -> {
              long before = b.process.statfs("/mnt");
              long fd = b.open("/mnt/a", OpenFlags.O_RDWR);
              b.process.pwrite(fd, Bench.bytes(1, 7), 0);
              long memory = b.process.mmap(fd, 0, 4096, 3, 1);
              b.seen.add(b.process.unlink("/mnt/a"));
              b.seen.add(b.open("/mnt/a", 0));
              b.seen.add(b.process.statfs("/mnt") - before);
              b.process.close(fd);
              b.seen.add(b.process.statfs("/mnt") - before);
              b.seen.add(b.process.load(memory));
              b.process.munmap(memory, 4096);
              b.seen.add(b.process.statfs("/mnt") - before);
            })
        .run();
    assertThat(bench.seen).containsExactly(0L, (long) -Errno.ENOENT, 0L, 0L, 7L, 1L);
    assertThat(bench.sb.inodes()).extracting(Inode::name).doesNotContain("/mnt/a");
  }

  @Test
  void rename_overAFile_freesItsBlocks() {
    Bench bench = tree(Bench.standard());
    bench
        .task(
            "t",
            b -> {
              long before = b.process.statfs("/mnt");
              b.process.rename("/mnt/a", "/mnt/b");
              b.seen.add(b.process.statfs("/mnt") - before);
              b.seen.add(b.open("/mnt/a", 0));
            })
        .run();
    assertThat(bench.seen).containsExactly(1L, (long) -Errno.ENOENT);
  }

  /** Two who make one name, in many schedules: one of them makes it, and nobody deadlocks. */
  @Test
  void openExclusiveAndMkdir_ofOneName_succeedOnce() {
    for (long seed = 0; seed < 150; seed++) {
      Bench bench = Bench.of(Schedules.seeded(seed), 4096);
      bench
          .task("one", b -> b.seen.add(b.open("/mnt/n", 0xc1)))
          .task("two", b -> b.seen.add(b.process.mkdir("/mnt/n")))
          .run();
      assertThat(bench.seen).as("seed %s", seed).hasSize(2).containsOnlyOnce((long) -Errno.EEXIST);
    }
  }

  /** Renames across directories in both directions, and one of a directory: no deadlock. */
  @Test
  void renames_inAllDirections_doNotDeadlock() {
    for (long seed = 0; seed < 100; seed++) {
      Bench bench = tree(Bench.of(Schedules.seeded(seed), 4096));
      bench
          .task("down", b -> b.seen.add(b.process.rename("/mnt/a", "/mnt/d/e/a")))
          .task("up", b -> b.seen.add(b.process.rename("/mnt/d/c", "/mnt/c")))
          .task("out", b -> b.seen.add(b.process.rename("/mnt/d/e", "/mnt/e")))
          .task("removes", b -> b.process.rmdir("/mnt/d"))
          .run();
      assertThat(bench.seen).as("seed %s", seed).hasSize(3).contains(0L);
    }
  }
}
