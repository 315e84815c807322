package org.vfslab.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vfslab.machine.ScheduleTimeout;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.Pipe;
import org.vfslab.vfs.RwFlags;

/** What the aio tests of the Linux Test Project assert; each is named after the one it follows. */
final class LtpAioTest {
  private final Bench bench = new Bench();

  private void note(long result) {
    bench.seen.add(Bench.text(result));
  }

  private void getevents(
      @Nullable KioContext context, long min, long max, long timeoutNs, Aio.Sigmask mask) {
    note(bench.aio.ioPgetevents(context, min, max, null, timeoutNs, mask));
  }

  @Test
  void ioSetup01() {
    @Nullable KioContext[] ctxp = new @Nullable KioContext[1];
    bench
        .task(
            "t",
            () -> {
              note(bench.aio.ioSetup(1, ctxp));
              note(bench.aio.ioSetup(1, ctxp));
              note(bench.aio.ioSetup(-1, new @Nullable KioContext[1]));
              note(bench.aio.ioSetup(1, null));
              note(bench.aio.ioSetup(Aio.AIO_MAX_NR + 1, new @Nullable KioContext[1]));
              note(bench.aio.ioDestroy(ctxp[0]));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("0", "EINVAL", "EINVAL", "EFAULT", "EAGAIN", "0");
  }

  @Test
  void ioDestroy01_02() {
    bench.task("t", () -> note(bench.aio.ioDestroy(null))).runAndReap();
    assertThat(bench.seen).containsExactly("EINVAL");
  }

  @Test
  void ioSubmit01_03() {
    bench
        .task(
            "t",
            () -> {
              long readOnly = bench.open(OpenFlags.O_RDONLY);
              long writeOnly = bench.open(OpenFlags.O_WRONLY);
              Iocb write = Bench.write(1, readOnly, 1, 0);
              note(bench.aio.ioSubmit(null, 1, List.of(write)));
              note(bench.aio.ioSubmit(bench.context, -1, List.of(write)));
              note(bench.aio.ioSubmit(bench.context, 1, null));
              note(bench.aio.ioSubmit(bench.context, 1, Arrays.asList((Iocb) null)));
              bench.submit(Bench.write(1, -1, 1, 0));
              bench.submit(write);
              bench.submit(Bench.read(1, writeOnly, new byte[1], 0));
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly("EINVAL", "EINVAL", "EFAULT", "EFAULT", "EBADF", "EBADF", "EBADF");
  }

  @Test
  void ioSubmit02() {
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(OpenFlags.O_RDWR);
              bench.submit(Bench.write(1, fd, 1, 0));
              bench.submit(Bench.write(2, fd, 1, 0), Bench.write(3, fd, 1, 1));
              note(bench.aio.ioSubmit(bench.context, 0, null));
              bench.reap(3, 3);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "2", "0", "3 1:1 2:1 3:1");
  }

  /** RWF_NOWAIT on an empty pipe. */
  @Test
  void ioSubmit04() {
    Pipe pipe = new Pipe(bench.lockdep, "p");
    long readEnd = bench.process.bornWith(pipe.readEnd());
    long writeEnd = bench.process.bornWith(pipe.writeEnd());
    bench
        .task(
            "t",
            () -> {
              byte[] byteRead = new byte[1];
              bench.submit(Bench.read(1, readEnd, byteRead, 0).rwFlags(RwFlags.RWF_NOWAIT));
              bench.reap(1, 1);
              bench.submit(Bench.write(7, writeEnd, 1, 0), Bench.read(2, readEnd, byteRead, 0));
              bench.reap(2, 2);
              note(byteRead[0]);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "1 1:EAGAIN", "2", "2 7:1 2:1", "7");
  }

  @Test
  void ioCancel01_02() {
    bench
        .task(
            "t",
            () -> {
              note(bench.aio.ioCancel(bench.context, null));
              note(bench.aio.ioCancel(null, Iocb.poll(1, 0, 0)));
              note(bench.aio.ioCancel(bench.context, Iocb.poll(1, 0, 0).key(1)));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("EFAULT", "EINVAL", "EINVAL");
  }

  @Test
  void ioGetevents01_02() {
    bench.task("t", () -> note(bench.aio.ioGetevents(null, 0, 0, List.of()))).runAndReap();
    assertThat(bench.seen).containsExactly("EINVAL");
  }

  @Test
  void ioPgetevents02() {
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(1, bench.open(OpenFlags.O_RDWR), 1, 0));
              getevents(null, 1, 1, ScheduleTimeout.FOREVER, Aio.Sigmask.NONE);
              getevents(bench.context, -1, 1, ScheduleTimeout.FOREVER, Aio.Sigmask.NONE);
              getevents(bench.context, 1, -1, ScheduleTimeout.FOREVER, Aio.Sigmask.NONE);
              getevents(bench.context, 1, 1, ScheduleTimeout.FOREVER, Aio.Sigmask.NONE);
              getevents(bench.context, 1, 1, Aio.BAD_TIMEOUT, Aio.Sigmask.NONE);
              getevents(bench.context, 1, 1, ScheduleTimeout.FOREVER, Aio.Sigmask.BAD_ADDRESS);
              getevents(bench.context, 1, 1, ScheduleTimeout.FOREVER, Aio.Sigmask.BAD_SIZE);
              bench.reap(1, 1); // which none of them has taken
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly(
            "1", "EINVAL", "EINVAL", "EINVAL", "EFAULT", "EFAULT", "EFAULT", "EINVAL", "1 1:1");
  }
}
