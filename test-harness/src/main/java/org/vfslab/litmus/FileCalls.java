package org.vfslab.litmus;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.Stat;

/** System calls on files, names and mounts beyond those of {@link SystemCalls}. */
final class FileCalls {

  static final List<Function> ALL =
      List.of(
          new Function(
              "write",
              List.of("fd", "address", "bytes"),
              1,
              List.of("fill"),
              "writes at the place of the open file, or adds to an eventfd; the bytes written",
              FileCalls::write),
          Function.of(
              "read",
              List.of("fd", "bytes"),
              "reads at the place of the open file, or takes an eventfd's counter; the bytes read",
              FileCalls::read),
          new Function(
              "pwritev2",
              List.of("fd", "offset", "bytes", "flags"),
              0,
              List.of("fill"),
              "writes; the bytes written",
              FileCalls::pwritev2),
          onDescriptor(
              "preadv2",
              List.of("offset", "bytes", "flags"),
              "reads; the bytes read",
              (lab, fd, a) -> {
                byte[] data = buffer(a[1]);
                return data == null
                    ? -Errno.EINVAL
                    : lab.process().preadv2(fd, List.of(data), a[0], (int) a[2]);
              }),
          onDescriptor(
              "lseek",
              List.of("offset", "whence"),
              "moves the place of the open file; the new place",
              (lab, fd, a) -> lab.process().lseek(fd, a[0], (int) a[1])),
          onDescriptor(
              "ftruncate",
              List.of("size"),
              "gives the file another size; 0",
              (lab, fd, a) -> lab.process().ftruncate(fd, a[0])),
          onDescriptor(
              "fallocate",
              List.of("mode", "offset", "bytes"),
              "changes the blocks of a range; 0",
              (lab, fd, a) -> lab.process().fallocate(fd, (int) a[0], a[1], a[2])),
          onDescriptor(
              "fdatasync",
              List.of(),
              "writes the file's pages back; 0",
              (lab, fd, a) -> lab.process().fdatasync(fd)),
          onDescriptor(
              "sync_file_range",
              List.of("offset", "bytes", "flags"),
              "starts write-back, or waits for it; 0",
              (lab, fd, a) -> lab.process().syncFileRange(fd, a[0], a[1], (int) a[2])),
          onDescriptor(
              "fstat",
              List.of(),
              "the size of the file",
              (lab, fd, a) -> sizeIn(told -> lab.process().fstat(fd, told))),
          Function.of(
              "sync",
              List.of(),
              "writes all filesystems back; 0",
              arguments -> SystemCalls.call(arguments, (lab, f) -> lab.process().sync())),
          onPath(
              "truncate",
              List.of("size"),
              "gives a file another size; 0",
              (lab, path, a) -> lab.process().truncate(path, a[0])),
          onPath(
              "unlink",
              List.of(),
              "takes a name away; 0",
              (lab, path, a) -> lab.process().unlink(path)),
          onPath(
              "mkdir",
              List.of(),
              "makes a directory; 0",
              (lab, path, a) -> lab.process().mkdir(path)),
          onPath(
              "rmdir",
              List.of(),
              "takes an empty directory away; 0",
              (lab, path, a) -> lab.process().rmdir(path)),
          onPath(
              "chmod",
              List.of("mode"),
              "changes the permission bits; 0",
              (lab, path, a) -> lab.process().chmod(path, (int) a[0])),
          onPath(
              "utimes",
              List.of("time"),
              "changes the time of the last change; 0",
              (lab, path, a) -> lab.process().utimes(path, a[0])),
          onPath(
              "stat",
              List.of(),
              "the size of the file",
              (lab, path, a) -> sizeIn(told -> lab.process().stat(path, told))),
          onPath(
              "statfs",
              List.of(),
              "how many blocks are free",
              (lab, path, a) -> lab.process().statfs(path)),
          onPath("umount", List.of(), "unmounts; 0", (lab, path, a) -> lab.process().umount(path)),
          onPath(
              "remount",
              List.of("flags"),
              "makes a mounted filesystem read-only or writable; 0",
              (lab, path, a) -> lab.process().remount(path, a[0] != 0)),
          Function.of(
              "rename",
              List.of("old path", "new path"),
              "moves a name; 0",
              arguments -> {
                String from = arguments.string(0, "a path");
                String to = arguments.string(1, "a path");
                return SystemCalls.call(arguments, (lab, f) -> lab.process().rename(from, to));
              }),
          Function.of(
              "link",
              List.of("old path", "new path"),
              "gives a file another name; 0",
              arguments -> {
                String from = arguments.string(0, "a path");
                String to = arguments.string(1, "a path");
                return SystemCalls.call(arguments, (lab, f) -> lab.process().link(from, to));
              }),
          Function.of(
              "mount",
              List.of("disk", "mount point", "flags"),
              "mounts the filesystem of a disk; 0",
              arguments -> {
                Slot<BlockDevice> disk = arguments.symbol(0, Symbol.Disk.class, "a disk").slot();
                String path = arguments.string(1, "a mount point");
                Code flags = arguments.code(2);
                return SystemCalls.call(
                    arguments,
                    (lab, f) -> lab.process().mount(f.world().get(disk), path, flags.run(f) != 0));
              }));

  private FileCalls() {}

  /** A call on a descriptor with numbers behind it. */
  private interface OnDescriptor {
    long call(Lab lab, long fd, long[] numbers);
  }

  /** A call on a path with numbers behind it. */
  private interface OnPath {
    long call(Lab lab, String path, long[] numbers);
  }

  private static Function onDescriptor(
      String name, List<String> parameters, String meaning, OnDescriptor call) {
    return Function.of(
        name,
        with("fd", parameters),
        meaning,
        arguments -> {
          Code fd = arguments.code(0);
          Code[] numbers = numbers(arguments);
          return SystemCalls.call(
              arguments, (lab, f) -> call.call(lab, fd.run(f), values(numbers, f)));
        });
  }

  private static Function onPath(
      String name, List<String> parameters, String meaning, OnPath call) {
    return Function.of(
        name,
        with("path", parameters),
        meaning,
        arguments -> {
          String path = arguments.string(0, "a path");
          Code[] numbers = numbers(arguments);
          return SystemCalls.call(arguments, (lab, f) -> call.call(lab, path, values(numbers, f)));
        });
  }

  private static List<String> with(String first, List<String> parameters) {
    String[] all = new String[parameters.size() + 1];
    all[0] = first;
    for (int i = 0; i < parameters.size(); i++) {
      all[i + 1] = parameters.get(i);
    }
    return List.of(all);
  }

  private static Code[] numbers(Arguments arguments) {
    Code[] codes = new Code[arguments.size() - 1];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = arguments.code(i + 1);
    }
    return codes;
  }

  private static long[] values(Code[] codes, Frame frame) {
    return Arrays.stream(codes).mapToLong(code -> code.run(frame)).toArray();
  }

  private static Code read(Arguments arguments) {
    Code fd = arguments.code(0);
    Code bytes = arguments.code(1);
    if (arguments.eventCounterOrNull(0) != null) {
      return SystemCalls.call(
          arguments,
          (lab, f) ->
              bytes.run(f) < Long.BYTES
                  ? -Errno.EINVAL
                  : lab.process().eventFdRead(fd.run(f), new long[1]));
    }
    return SystemCalls.call(
        arguments,
        (lab, f) -> {
          byte[] data = buffer(bytes.run(f));
          return data == null ? -Errno.EINVAL : lab.process().read(fd.run(f), data);
        });
  }

  private static Code write(Arguments arguments) {
    Code fd = arguments.code(0);
    if (arguments.size() == 2 && arguments.eventCounterOrNull(0) != null) {
      Code value = arguments.code(1);
      return SystemCalls.call(
          arguments, (lab, f) -> lab.process().eventFdWrite(fd.run(f), value.run(f)));
    }
    if (arguments.size() == 3) {
      Code address = arguments.code(1);
      Code bytes = arguments.code(2);
      return SystemCalls.call(
          arguments,
          (lab, f) -> lab.process().write(fd.run(f), address.run(f), (int) bytes.run(f)));
    }
    Code bytes = arguments.code(1);
    Code fill = arguments.named("fill");
    return SystemCalls.call(
        arguments,
        (lab, f) -> {
          byte[] data = SystemCalls.filled(bytes.run(f), fill, f);
          return data == null ? -Errno.EINVAL : lab.process().write(fd.run(f), data);
        });
  }

  private static Code pwritev2(Arguments arguments) {
    Code fd = arguments.code(0);
    Code offset = arguments.code(1);
    Code bytes = arguments.code(2);
    Code flags = arguments.code(3);
    Code fill = arguments.named("fill");
    return SystemCalls.call(
        arguments,
        (lab, f) -> {
          byte[] data = SystemCalls.filled(bytes.run(f), fill, f);
          return data == null
              ? -Errno.EINVAL
              : lab.process().pwritev2(fd.run(f), List.of(data), offset.run(f), (int) flags.run(f));
        });
  }

  private static byte @Nullable [] buffer(long bytes) {
    return bytes < 0 || bytes > SystemCalls.TRANSFER_BYTES_MAX ? null : new byte[(int) bytes];
  }

  /** A {@code stat} call. */
  private interface StatCall {
    long call(Consumer<Stat> told);
  }

  private static long sizeIn(StatCall call) {
    long[] size = new long[1];
    long error = call.call(stat -> size[0] = stat.sizeBytes());
    return error < 0 ? error : size[0];
  }
}
