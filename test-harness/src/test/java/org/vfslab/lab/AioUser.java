package org.vfslab.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vfslab.aio.IoEvent;
import org.vfslab.aio.Iocb;
import org.vfslab.aio.KioContext;
import org.vfslab.vfs.File;
import org.vfslab.vfs.OpenFlags;

/** Threads of the process that use one aio context and the file /mnt/a. */
final class AioUser {
  static final int DIRECT = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;

  final Lab lab;
  final KioContext context;
  private final int slots;
  private final List<File> files = new ArrayList<>();

  AioUser(Lab lab, int slots) {
    this.lab = lab;
    this.slots = slots;
    this.context = lab.aio().context("w", slots);
  }

  void thread(String name, Runnable body) {
    lab.process().threadAdded();
    lab.machine()
        .task(
            name,
            () -> {
              body.run();
              lab.process().threadExits();
            });
  }

  private long syscall(String name, java.util.function.LongSupplier call) {
    return lab.machine().currentTask().syscall(name, call);
  }

  long open(int flags) {
    long fd = syscall("open", () -> lab.process().open("/mnt/a", flags));
    File file = lab.process().fget(fd);
    if (file != null) {
      files.add(file);
      file.put();
    }
    return fd;
  }

  long close(long fd) {
    return syscall("close", () -> lab.process().close(fd));
  }

  Iocb write(long fd, long offset, int length) {
    byte[] data = new byte[length];
    Arrays.fill(data, (byte) (1 + offset / 512));
    return new Iocb(offset, Iocb.Opcode.PWRITE, fd, data, offset);
  }

  long submit(Iocb... iocbs) {
    return syscall("io_submit", () -> lab.aio().ioSubmit(context, List.of(iocbs)));
  }

  /** Waits for so many events; returns their data in order, or the errno. */
  String reap(int min) {
    List<IoEvent> into = new ArrayList<>();
    long count = syscall("io_getevents", () -> lab.aio().ioGetevents(context, min, slots, into));
    return count < 0
        ? String.valueOf(count)
        : String.join(" ", into.stream().map(event -> event.data() + ":" + event.res()).toList());
  }

  long destroy() {
    return syscall("io_destroy", () -> lab.aio().ioDestroy(context));
  }

  /** Nothing is left: no request, no file, and no slot but those of events that nobody read. */
  Watch nothingLeft(Watch watch, int unread) {
    return watch
        .last("no request is left", () -> context.requestsNow() == 0)
        .last("slots are free", () -> context.slotsNow() == slots - unread)
        .last("files are freed", () -> files.stream().allMatch(File::isFreed))
        .last("files have no references", () -> files.stream().allMatch(f -> f.refsNow() == 0));
  }
}
