package org.vfslab.litmus;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Errno;

/** System calls as litmus files make them. Each enters and leaves the kernel. */
final class SystemCalls {

  /** No transfer of a test is larger. */
  static final int TRANSFER_BYTES_MAX = 1 << 24;

  /** What a write puts into the file when the test does not say. */
  private static final byte FILL = 0x5a;

  static final List<Function> ALL =
      List.of(
          Function.of(
              "open",
              List.of("path", "flags"),
              "a descriptor",
              arguments -> {
                String path = arguments.string(0, "a path");
                Code flags = arguments.code(1);
                return call(arguments, (lab, f) -> lab.process().open(path, (int) flags.run(f)));
              }),
          Function.of(
              "close",
              List.of("fd"),
              "0",
              arguments -> {
                Code fd = arguments.code(0);
                return call(arguments, (lab, f) -> lab.process().close(fd.run(f)));
              }),
          new Function(
              "pwrite",
              List.of("fd", "offset", "bytes"),
              0,
              List.of("fill"),
              "writes; the bytes written",
              arguments -> {
                Transfer transfer = new Transfer(arguments);
                return call(
                    arguments,
                    (lab, f) -> {
                      byte[] data = transfer.data(f);
                      return data == null
                          ? -Errno.EINVAL
                          : lab.process().pwrite(transfer.fd.run(f), data, transfer.offset.run(f));
                    });
              }),
          Function.of(
              "pread",
              List.of("fd", "offset", "bytes"),
              "reads; the bytes read",
              arguments -> {
                Transfer transfer = new Transfer(arguments);
                return call(
                    arguments,
                    (lab, f) -> {
                      byte[] data = transfer.buffer(f);
                      return data == null
                          ? -Errno.EINVAL
                          : lab.process().pread(transfer.fd.run(f), data, transfer.offset.run(f));
                    });
              }),
          Function.of(
              "fsync",
              List.of("fd"),
              "writes a file's pages back; 0",
              arguments -> {
                Code fd = arguments.code(0);
                return call(arguments, (lab, f) -> lab.process().fsync(fd.run(f)));
              }),
          Function.of(
              "syncfs",
              List.of("mount point or fd"),
              "writes a filesystem's pages back; 0",
              arguments -> {
                if (!arguments.isString(0)) {
                  Code fd = arguments.code(0);
                  return call(arguments, (lab, f) -> lab.process().syncfs(fd.run(f)));
                }
                String path = mountPoint(arguments);
                return call(arguments, (lab, f) -> lab.process().syncfs(path));
              }),
          Function.of(
              "ioctl",
              List.of("mount point or fd", "FIFREEZE, FITHAW or FIWRITEBARRIER"),
              "freezes or thaws; 0",
              arguments -> {
                Code command = arguments.code(1);
                if (!arguments.isString(0)) {
                  Code fd = arguments.code(0);
                  return call(
                      arguments, (lab, f) -> lab.process().ioctl(fd.run(f), command.run(f)));
                }
                String path = mountPoint(arguments);
                return call(arguments, (lab, f) -> lab.process().ioctl(path, command.run(f)));
              }));

  private SystemCalls() {}

  /** The kernel's side of a call. */
  @FunctionalInterface
  interface Kernel {
    long call(Lab lab, Frame frame);
  }

  static Code call(Arguments arguments, Kernel kernel) {
    String text = arguments.text();
    return frame -> {
      Lab lab = frame.world().lab();
      return lab.machine().currentTask().syscall(text, () -> kernel.call(lab, frame));
    };
  }

  private static String mountPoint(Arguments arguments) {
    arguments.mount(0);
    return arguments.string(0, "a mount point");
  }

  /** The arguments {@code (fd, offset, bytes, fill value)}. */
  static final class Transfer {
    final Code fd;
    final Code offset;
    private final Code bytes;
    private final @Nullable Code fill;

    /** What was written last: nobody changes it, so that it serves all executions. */
    private volatile byte @Nullable [] last;

    Transfer(Arguments arguments) {
      fd = arguments.code(0);
      offset = arguments.code(1);
      bytes = arguments.code(2);
      fill = arguments.named("fill");
    }

    /** A buffer to read into, or null when no process has such a large one. */
    byte @Nullable [] buffer(Frame frame) {
      long length = bytes.run(frame);
      return length < 0 || length > TRANSFER_BYTES_MAX ? null : new byte[(int) length];
    }

    /** What is written, or null when no process has such a large buffer. */
    byte @Nullable [] data(Frame frame) {
      long length = bytes.run(frame);
      byte value = fill == null ? FILL : (byte) fill.run(frame);
      byte[] data = last;
      if (data == null || data.length != length || (length > 0 && data[0] != value)) {
        if (length < 0 || length > TRANSFER_BYTES_MAX) {
          return null;
        }
        data = new byte[(int) length];
        Arrays.fill(data, value);
        last = data;
      }
      return data;
    }
  }

  /** A buffer of equal bytes, or null when no process has such a large one. */
  static byte @Nullable [] filled(long length, @Nullable Code fill, Frame frame) {
    if (length < 0 || length > TRANSFER_BYTES_MAX) {
      return null;
    }
    byte[] data = new byte[(int) length];
    Arrays.fill(data, fill == null ? FILL : (byte) fill.run(frame));
    return data;
  }
}
