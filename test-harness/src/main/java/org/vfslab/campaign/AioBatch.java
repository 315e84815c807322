package org.vfslab.campaign;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.vfslab.aio.IoEvent;
import org.vfslab.aio.Iocb;
import org.vfslab.aio.KioContext;
import org.vfslab.block.BlockDevice;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.patch.Seams;
import org.vfslab.vfs.OpenFlags;

/** Some hundred aio requests of two threads on one file, on a device with every fault. */
final class AioBatch implements Batch {

  private static final int THREADS = 2;
  private static final int WINDOW = 4;
  private static final int FILE_BYTES = 64 << 10;
  private static final int IO_BYTES = 512;

  private final int iocbs;
  private final BitSet completed = new BitSet();
  private @Nullable String wrong;
  private @Nullable BlockDevice device;

  AioBatch(int iocbs) {
    this.iocbs = iocbs;
  }

  @Override
  public void setUp(Machine machine, SplittableRandom dice, Counts counts) {
    Lab lab = new Lab(machine, Seams.UPSTREAM);
    BlockDevice disk = lab.disk("d", Machines.device(dice));
    device = disk;
    lab.file(lab.mount("/mnt", disk, IO_BYTES), "/mnt/a", FILE_BYTES);
    for (int i = 0; i < THREADS; i++) {
      int from = iocbs * i / THREADS;
      int to = iocbs * (i + 1) / THREADS;
      KioContext context = lab.aio().context("w" + i, WINDOW);
      SplittableRandom own = dice.split();
      machine.task("thread" + i, () -> thread(lab, context, from, to, own, counts));
    }
  }

  private void thread(
      Lab lab, KioContext context, int from, int to, SplittableRandom dice, Counts counts) {
    int flags = OpenFlags.O_RDWR | OpenFlags.O_DIRECT;
    long fd = syscall(lab, "open", () -> lab.process().open("/mnt/a", flags));
    int inFlight = 0;
    for (int number = from; number < to; number++) {
      Iocb.Opcode opcode = dice.nextBoolean() ? Iocb.Opcode.PWRITE : Iocb.Opcode.PREAD;
      int offset = dice.nextInt(FILE_BYTES / IO_BYTES) * IO_BYTES;
      Iocb iocb = new Iocb(number, opcode, fd, new byte[IO_BYTES], offset);
      long submitted = syscall(lab, "io_submit", () -> lab.aio().ioSubmit(context, List.of(iocb)));
      if (submitted != 1) {
        wrong("io_submit returned " + submitted);
        return;
      }
      inFlight++;
      if (inFlight == WINDOW) {
        inFlight -= reap(lab, context, 1, counts);
      }
    }
    while (inFlight > 0) {
      inFlight -= reap(lab, context, 1, counts);
    }
    syscall(lab, "io_destroy", () -> lab.aio().ioDestroy(context));
    syscall(lab, "close", () -> lab.process().close(fd));
  }

  private int reap(Lab lab, KioContext context, int min, Counts counts) {
    List<IoEvent> events = new ArrayList<>();
    syscall(lab, "io_getevents", () -> lab.aio().ioGetevents(context, min, WINDOW, events));
    for (IoEvent event : events) {
      int number = (int) event.data();
      if (completed.get(number)) {
        wrong("request " + number + " was completed twice");
      }
      completed.set(number);
      counts.iocbEnded();
      counts.ended(
          List.of(), event.res() == IO_BYTES ? "iocb OK" : "iocb " + Errno.name(event.res()));
      if (event.res() != IO_BYTES
          && event.res() != -Errno.EIO
          && event.res() != -Errno.ENODATA
          && event.res() != -Errno.ETIMEDOUT) {
        wrong("request " + number + " ended with " + event.res());
      }
    }
    return events.size();
  }

  private static long syscall(Lab lab, String name, java.util.function.LongSupplier call) {
    return lab.machine().currentTask().syscall(name, call);
  }

  private void wrong(String sentence) {
    if (wrong == null) {
      wrong = sentence;
    }
  }

  @Override
  public @Nullable String wrongAtEnd() {
    if (wrong != null) {
      return wrong;
    }
    if (completed.cardinality() != iocbs) {
      return completed.cardinality() + " requests were completed of " + iocbs;
    }
    return device == null ? null : device.reportLeak();
  }

  @Override
  public long staleAnswers() {
    return device == null ? 0 : device.staleAnswersNow();
  }
}
