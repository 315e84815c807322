package org.vfslab.campaign;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vfslab.aio.IoEvent;
import org.vfslab.aio.Iocb;
import org.vfslab.aio.KioContext;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.OpenFlags;

/** A thread with a context of its own that keeps a few direct aio requests in flight. */
final class AioThread {
  private static final int WINDOW = 4;
  private static final int IO_BYTES = 512;

  private final Lab lab;
  private final int requests;
  private final SplittableRandom dice;
  private final Counts counts;
  private final Progress progress;
  private final Consumer<String> wrong;
  private final BitSet completed = new BitSet();

  /**
   * A thread that will make so many requests.
   *
   * @param wrong told of what must not be, in a sentence
   */
  AioThread(
      Lab lab,
      int requests,
      SplittableRandom dice,
      Counts counts,
      Progress progress,
      Consumer<String> wrong) {
    this.lab = lab;
    this.requests = requests;
    this.dice = dice;
    this.counts = counts;
    this.progress = progress;
    this.wrong = wrong;
  }

  void run() {
    int flags = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;
    long fd = Call.of(lab, "open", () -> lab.process().open("/mnt/a", flags));
    @Nullable KioContext[] made = new KioContext[1];
    Call.of(lab, "io_setup", () -> lab.aio().ioSetup(WINDOW, made));
    KioContext context = Objects.requireNonNull(made[0]);
    long slots = context.slotsNow();
    int inFlight = 0;
    for (int number = 0; number < requests; number++) {
      submit(context, number, fd);
      inFlight++;
      if (inFlight == WINDOW) {
        inFlight -= reap(context);
      }
    }
    while (inFlight > 0) {
      inFlight -= reap(context);
    }
    if (context.slotsNow() != slots) {
      wrong.accept(slots - context.slotsNow() + " slots of a ring were not given back");
    }
    Call.of(lab, "io_destroy", () -> lab.aio().ioDestroy(context));
    Call.of(lab, "close", () -> lab.process().close(fd));
    if (context.requestsNow() != 0) {
      wrong.accept(context.requestsNow() + " requests of a context were not given back");
    }
    if (completed.cardinality() != requests) {
      wrong.accept(completed.cardinality() + " requests were completed of " + requests);
    }
    progress.workerEnds();
  }

  private void submit(KioContext context, int number, long fd) {
    Iocb.Opcode opcode = dice.nextBoolean() ? Iocb.Opcode.PWRITE : Iocb.Opcode.PREAD;
    int offset = dice.nextInt(FilesystemBatch.FILE_BYTES / IO_BYTES) * IO_BYTES;
    Iocb iocb = new Iocb(number, opcode, fd, new byte[IO_BYTES], offset);
    long submitted = Call.of(lab, "io_submit", () -> lab.aio().ioSubmit(context, List.of(iocb)));
    if (submitted != 1) {
      wrong.accept("io_submit returned " + submitted);
    }
  }

  private int reap(KioContext context) {
    List<IoEvent> events = new ArrayList<>();
    Call.of(lab, "io_getevents", () -> lab.aio().ioGetevents(context, 1, WINDOW, events));
    for (IoEvent event : events) {
      int number = (int) event.data();
      if (completed.get(number)) {
        wrong.accept("request " + number + " was completed twice");
      }
      completed.set(number);
      counts.iocbEnded(event.res() == IO_BYTES ? "OK" : Errno.name(event.res()));
      if (event.res() != IO_BYTES && !isExplained(event.res())) {
        wrong.accept("request " + number + " ended with " + event.res());
      }
      progress.step();
    }
    return events.size();
  }

  /**
   * What the faults of a device are called in a system call. EROFS is what a filesystem says to all
   * changes after a write of its journal has failed.
   */
  static boolean isExplained(long result) {
    return result == -Errno.EIO
        || result == -Errno.ENODATA
        || result == -Errno.ETIMEDOUT
        || result == -Errno.EROFS;
  }
}
