package org.vfslab.campaign;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.UserProcess;

/** A task that writes through the page cache and through a mapping, and makes and removes names. */
final class OtherCalls {
  private static final int PAGE_BYTES = 4096;
  private static final long PROT_READ_WRITE = 3;
  private static final long MAP_SHARED = 1;

  private final Lab lab;
  private final UserProcess process;
  private final SplittableRandom dice;
  private final Progress progress;
  private final Consumer<String> wrong;

  /**
   * A task that goes on until it is the last that works.
   *
   * @param wrong told of what must not be, in a sentence
   */
  OtherCalls(Lab lab, SplittableRandom dice, Progress progress, Consumer<String> wrong) {
    this.lab = lab;
    this.process = lab.process();
    this.dice = dice;
    this.progress = progress;
    this.wrong = wrong;
  }

  /** Makes so many calls. */
  void run(int calls) {
    long fd = call("open", () -> process.open("/mnt/b", OpenFlags.O_RDWR));
    long map = call("mmap", () -> process.mmap(fd, 0, PAGE_BYTES, PROT_READ_WRITE, MAP_SHARED));
    for (int i = 0; i < calls; i++) {
      one(fd, map);
      progress.step();
    }
    call("munmap", () -> process.munmap(map, PAGE_BYTES));
    call("close", () -> process.close(fd));
    progress.workerEnds();
  }

  private void one(long fd, long map) {
    switch (dice.nextInt(8)) {
      case 0, 1, 2 -> {
        int pos = dice.nextInt(FilesystemBatch.FILE_BYTES);
        call("pwrite", () -> process.pwrite(fd, new byte[1 + pos % 3000], pos));
      }
      case 3, 4 -> process.store(map + dice.nextInt(PAGE_BYTES), (byte) 1);
      case 5 -> call("fsync", () -> process.fsync(fd));
      case 6 -> call("truncate", () -> process.truncate("/mnt/b", FilesystemBatch.FILE_BYTES));
      default -> {
        int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT;
        long made = call("open", () -> process.open("/mnt/c", flags));
        if (made >= 0) {
          call("unlink", () -> process.unlink("/mnt/c"));
          call("close", () -> process.close(made));
        }
      }
    }
  }

  private long call(String name, LongSupplier call) {
    long result = Call.of(lab, name, call);
    if (result < 0 && !AioThread.isExplained(result)) {
      wrong.accept(name + " returned " + Errno.name(result));
    }
    return result;
  }
}
