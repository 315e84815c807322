package org.vfslab.litmus;

import java.util.List;
import org.vfslab.lab.Lab;
import org.vfslab.vfs.OpenFlags;

/** Shared mappings of files, and what the processor does with them. */
final class MemoryCalls {
  private static final long PROT_WRITE = 2;

  static final List<Function> ALL =
      List.of(
          Function.of(
              "mmap",
              List.of("path or fd", "offset", "bytes", "protection", "flags"),
              "shows a file in memory; an address",
              MemoryCalls::mmap),
          Function.of(
              "munmap",
              List.of("address", "bytes"),
              "ends it; 0",
              arguments -> {
                Code address = arguments.code(0);
                Code bytes = arguments.code(1);
                return SystemCalls.call(
                    arguments, (lab, f) -> lab.process().munmap(address.run(f), bytes.run(f)));
              }),
          Function.of(
              "msync",
              List.of("address", "bytes"),
              "writes the file behind a mapping back; 0",
              arguments -> {
                Code address = arguments.code(0);
                Code bytes = arguments.code(1);
                return SystemCalls.call(
                    arguments, (lab, f) -> lab.process().msync(address.run(f), bytes.run(f)));
              }),
          Function.of(
              "store",
              List.of("address", "offset", "value"),
              "writes a byte of memory; 0",
              arguments -> {
                Code address = arguments.code(0);
                Code offset = arguments.code(1);
                Code value = arguments.code(2);
                return SystemCalls.call(
                    arguments,
                    (lab, f) ->
                        lab.process().store(address.run(f) + offset.run(f), (byte) value.run(f)));
              }),
          Function.of(
              "load",
              List.of("address", "offset"),
              "reads a byte of memory; the byte",
              arguments -> {
                Code address = arguments.code(0);
                Code offset = arguments.code(1);
                return SystemCalls.call(
                    arguments, (lab, f) -> lab.process().load(address.run(f) + offset.run(f)));
              }));

  private MemoryCalls() {}

  private static Code mmap(Arguments arguments) {
    Code offset = arguments.code(1);
    Code bytes = arguments.code(2);
    Code protection = arguments.code(3);
    Code flags = arguments.code(4);
    if (!arguments.isString(0)) {
      Code fd = arguments.code(0);
      return SystemCalls.call(
          arguments,
          (lab, f) ->
              lab.process()
                  .mmap(fd.run(f), offset.run(f), bytes.run(f), protection.run(f), flags.run(f)));
    }
    String path = arguments.string(0, "a path");
    return SystemCalls.call(
        arguments,
        (lab, f) -> mmap(lab, path, offset.run(f), bytes.run(f), protection.run(f), flags.run(f)));
  }

  /** Opens the file, maps it, and closes the descriptor: the mapping keeps the file. */
  private static long mmap(
      Lab lab, String path, long offset, long bytes, long protection, long flags) {
    long fd =
        lab.process()
            .open(path, (protection & PROT_WRITE) == 0 ? OpenFlags.O_RDONLY : OpenFlags.O_RDWR);
    if (fd < 0) {
      return fd;
    }
    long address = lab.process().mmap(fd, offset, bytes, protection, flags);
    lab.process().close(fd);
    return address;
  }
}
