package org.vfslab.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.vfslab.machine.Errno;
import org.vfslab.machine.ScheduleTimeout;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.PollEvents;
import org.vfslab.vfs.RwFlags;

/**
 * What the harness of libaio 0.3.113 asserts; each test has the number of the case that it follows.
 */
final class LibaioHarnessTest {
  private final Bench bench = new Bench();

  private void note(long result) {
    bench.seen.add(Bench.text(result));
  }

  /** The pointer is read first. */
  @Test
  void case2_ioSetup() {
    bench
        .task(
            "t",
            () -> {
              note(bench.aio.ioSetup(-1, null));
              note(bench.aio.ioSetup(0, null));
              note(bench.aio.ioSetup(0, new @Nullable KioContext[1]));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("EFAULT", "EFAULT", "EINVAL");
  }

  @Test
  void case3_ioSubmit() {
    List<@Nullable Iocb> none = new ArrayList<>();
    none.add(null);
    bench
        .task(
            "t",
            () -> {
              note(bench.aio.ioSubmit(null, 1, none));
              note(bench.aio.ioSubmit(bench.context, 0, none));
              note(bench.aio.ioSubmit(bench.context, 1, none));
              note(bench.aio.ioSubmit(bench.context, -1, none));
              note(bench.aio.ioSubmit(null, -1, null));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("EINVAL", "0", "EFAULT", "EINVAL", "EINVAL");
  }

  @Test
  void case4_errorsOfReadsAndWrites() {
    bench
        .task(
            "t",
            () -> {
              long append = bench.open(OpenFlags.O_RDWR | OpenFlags.O_APPEND);
              bench.submit(Bench.write(1, append, 4, 0), Bench.write(2, append, 4, 0));
              bench.reap(2, 2);
              note(bench.inode.size());
              long fd = bench.open(OpenFlags.O_RDWR);
              bench.submit(Bench.read(3, fd, new byte[4], -1));
              bench.submit(Iocb.ofKernelMemory(4, Iocb.Opcode.PREAD, fd, 4, 0));
              bench.submit(Iocb.ofKernelMemory(5, Iocb.Opcode.PWRITE, fd, 4, 0));
              bench.submit(Bench.read(6, fd, new byte[4], 16392));
              bench.reap(1, 1);
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly("2", "2 1:4 2:4", "16392", "EINVAL", "EFAULT", "EFAULT", "1", "1 6:0");
  }

  @Test
  void case10_writeOfNothing() {
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(1, bench.open(OpenFlags.O_RDWR), 0, 0));
              bench.reap(1, 1);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "1 1:0");
  }

  @Test
  void case15_preadvAndPwritev() {
    byte[] first = new byte[256];
    byte[] second = new byte[768];
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              byte[] ones = new byte[512];
              Arrays.fill(ones, (byte) 1);
              bench.submit(
                  Iocb.vector(1, Iocb.Opcode.PWRITEV, fd, List.of(ones, new byte[512]), 1024));
              bench.reap(1, 1);
              bench.submit(Iocb.vector(2, Iocb.Opcode.PREADV, fd, List.of(first, second), 1024));
              bench.reap(1, 1);
              List<byte[]> tooMany = Collections.nCopies(1025, new byte[1]);
              bench.submit(Iocb.vector(3, Iocb.Opcode.PREADV, fd, tooMany, 0));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "1 1:1024", "1", "1 2:1024", "EINVAL");
    assertThat(first).containsOnly(1);
    assertThat(second[255]).isEqualTo((byte) 1);
    assertThat(second[256]).isZero();
  }

  @Test
  void case16_eventfdCountsCompletions() {
    long counter = bench.process.eventFd("e", 0);
    long[] count = new long[1];
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              bench.submit(
                  Bench.write(1, fd, 512, 0).resfd(counter),
                  Bench.write(2, fd, 512, 512).resfd(counter),
                  Bench.write(3, fd, 512, 1024));
              bench.sleepUntil(9000);
              note(bench.process.eventFdRead(counter, count));
              bench.submit(Bench.write(4, fd, 512, 0).resfd(99));
              bench.submit(Bench.write(4, fd, 512, 0).resfd(fd));
              bench.submit(Bench.write(4, fd, 512, -1).resfd(counter));
              bench.reap(3, 3);
            })
        .runAndReap();
    assertThat(count[0]).isEqualTo(2);
    assertThat(bench.seen)
        .containsExactly("3", "8", "EBADF", "EINVAL", "EINVAL", "3 1:512 2:512 3:512");
  }

  /** The counter is closed with the write in flight, and lives as long as that. */
  @Test
  void case16_eventfdThatIsClosedMeanwhile() {
    long counter = bench.process.eventFd("e", 0);
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(1, bench.open(Bench.DIRECT), 512, 0).resfd(counter));
              note(bench.process.close(counter));
              bench.reap(1, 1);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "0", "1 1:512");
  }

  @Test
  void case17_moreThanTheRingHolds() {
    Bench small = new Bench(3);
    small
        .task(
            "t",
            () -> {
              long fd = small.open(Bench.DIRECT);
              Iocb[] all = new Iocb[5];
              for (int i = 0; i < all.length; i++) {
                all[i] = Bench.write(i, fd, 512, 512L * i);
              }
              small.submit(all);
              small.submit(all[3]);
              small.reap(1, 1);
              small.submit(all[3]);
              small.reap(3, 3);
            })
        .runAndReap();
    assertThat(small.seen).containsExactly("3", "EAGAIN", "1 0:512", "1", "3 1:512 2:512 3:512");
  }

  @Test
  void case18_destroyReturnsWhenTheBufferIsRead() {
    byte[] buffer = new byte[512];
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              bench.submit(Bench.write(5, fd, 512, 0));
              bench.reap(1, 1);
              bench.submit(Bench.read(1, fd, buffer, 0));
              note(buffer[0]);
              note(bench.aio.ioDestroy(bench.context));
            })
        .run();
    assertThat(bench.seen).containsExactly("1", "1 5:512", "1", "0", "0");
    assertThat(buffer).containsOnly(5);
  }

  @Test
  void case20_contextsUpToTheLimit() {
    bench
        .task(
            "t",
            () -> {
              bench.aio.aioMaxNr(10);
              @Nullable KioContext[] last = new @Nullable KioContext[1];
              for (int i = 0; i < 10; i++) {
                last[0] = null;
                note(bench.aio.ioSetup(1, last));
              }
              note(bench.aio.ioSetup(1, new @Nullable KioContext[1]));
              note(bench.aio.ioDestroy(last[0]));
              note(bench.aio.ioSetup(1, new @Nullable KioContext[1]));
            })
        .runAndReap();
    assertThat(bench.seen.subList(0, 10)).containsOnly("0");
    assertThat(bench.seen.subList(10, 13)).containsExactly("EAGAIN", "0", "0");
    assertThat(bench.aio.aioNrNow()).isZero();
  }

  @Test
  void case21_nowaitOverCachedPages() {
    bench
        .task(
            "t",
            () -> {
              long direct = bench.open(Bench.DIRECT);
              bench.submit(Bench.write(1, direct, 4096, 0).rwFlags(RwFlags.RWF_NOWAIT));
              bench.reap(1, 1);
              bench.submit(Bench.write(2, bench.open(OpenFlags.O_RDWR), 4096, 0));
              bench.reap(1, 1);
              bench.submit(Bench.write(3, direct, 4096, 0).rwFlags(RwFlags.RWF_NOWAIT));
              bench.reap(1, 1);
              bench.submit(Bench.write(4, direct, 4096, 0).rwFlags(1 << 20));
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly("1", "1 1:4096", "1", "1 2:4096", "1", "1 3:EAGAIN", "EOPNOTSUPP");
  }

  /** A signal that was blocked gets through while io_pgetevents sleeps, and only then. */
  @Test
  void case22_signalMask() {
    long counter = bench.process.eventFd("e", 0);
    bench
        .task(
            "t",
            () -> {
              bench.machine.currentTask().signalsBlocked(true);
              bench.machine.currentTask().sendSignal(false);
              bench.submit(Iocb.poll(1, counter, PollEvents.IN));
              note(pgetevents(Aio.Sigmask.NONE));
              note(pgetevents(Aio.Sigmask.BLOCKS_NOTHING));
              note(pgetevents(Aio.Sigmask.BLOCKS_NOTHING)); // its handler has run
              bench.machine.currentTask().signalsBlocked(false);
              bench.machine.currentTask().sendSignal(false);
              note(pgetevents(Aio.Sigmask.BLOCKS_ALL));
              note(bench.machine.currentTask().signalPending() ? 1 : 0);
              note(bench.process.eventFdWrite(counter, 1));
              note(pgetevents(Aio.Sigmask.BLOCKS_NOTHING)); // events come before signals
            })
        .run();
    assertThat(bench.seen).containsExactly("1", "0", "EINTR", "0", "0", "1", "8", "1");
  }

  private long pgetevents(Aio.Sigmask mask) {
    return bench.aio.ioPgetevents(bench.context, 1, 1, new ArrayList<>(), 100, mask);
  }

  // ---- fsync, which the harness has no case for

  @Test
  void fsync_isDoneByAWorker_andHasNoArguments() {
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(OpenFlags.O_RDWR);
              bench.submit(Bench.write(1, fd, 4096, 0));
              bench.reap(1, 1);
              bench.submit(Iocb.sync(2, Iocb.Opcode.FSYNC, fd));
              note(bench.context.completedNow());
              bench.reap(1, 1);
              bench.submit(Iocb.sync(3, Iocb.Opcode.FDSYNC, fd));
              bench.reap(1, 1);
              bench.submit(Iocb.sync(4, Iocb.Opcode.FSYNC, fd).nbytes(1));
              bench.submit(Iocb.sync(4, Iocb.Opcode.FSYNC, fd).rwFlags(1));
              bench.submit(new Iocb(4, Iocb.Opcode.FDSYNC, fd, new byte[0], 0));
              bench.submit(Iocb.sync(4, Iocb.Opcode.NOOP, fd));
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly(
            "1",
            "1 1:4096",
            "1",
            "1",
            "1 2:0",
            "1",
            "1 3:0",
            "EINVAL",
            "EINVAL",
            "EINVAL",
            "EINVAL");
    assertThat(bench.disk.onMedium(bench.inode.sectorOf(0), 8)).containsOnly(1);
  }

  @Test
  void otherChecks_comeInTheKernelsOrder() {
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(OpenFlags.O_RDONLY);
              bench.submit(Bench.write(1, 99, 1, 0).reserved2(1)); // before the descriptor
              bench.submit(Bench.write(1, 99, 1, 0).nbytes(-1));
              bench.submit(Bench.write(1, fd, 1, 0).resfd(99).rwFlags(1 << 20)); // before flags
              bench.submit(Bench.write(1, fd, 1, 0).rwFlags(1 << 20)); // flags before the mode
              bench.submit(Bench.write(1, fd, 1, 0).reqprio(4 << 13).rwFlags(1 << 20));
              bench.submit(Bench.write(1, fd, 1, 0).reqprio(5)); // no class, but a level
              bench.submit(Bench.read(2, fd, new byte[1], 0).reqprio(2 << 13 | 7));
              bench.reap(1, 1);
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly(
            "EINVAL", "EINVAL", "EBADF", "EOPNOTSUPP", "EINVAL", "EINVAL", "1", "1 2:1");
  }

  // ---- time-outs

  @Test
  void timeout_isRelative_andReturnsWhatThereIs() {
    bench
        .task(
            "t",
            () -> {
              bench.sleepUntil(500);
              note(getevents(2, 700));
              note(bench.machine.nowNs());
              bench.submit(Bench.write(1, bench.open(Bench.DIRECT), 512, 0));
              note(getevents(2, 0));
              note(getevents(2, 5000));
              note(bench.machine.nowNs());
              note(getevents(1, -1));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("0", "1200", "1", "0", "1", "6200", "0");
  }

  @Test
  void timeoutOfOthers_isNotCutShortByEventsThatAreNotEnough() {
    bench
        .task(
            "t",
            () -> {
              long result = getevents(2, ScheduleTimeout.FOREVER);
              assertThat(result).isEqualTo(2);
              note(bench.machine.nowNs());
            })
        .task(
            "submitter",
            () -> {
              long fd = bench.open(Bench.DIRECT);
              bench.submit(Bench.write(1, fd, 512, 0));
              bench.sleepUntil(5000);
              bench.submit(Bench.write(2, fd, 512, 0));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "1", "6000");
  }

  private long getevents(int min, long timeoutNs) {
    return bench.aio.ioGetevents(bench.context, min, 8, new ArrayList<>(), timeoutNs);
  }

  @Test
  void badMemoryForEvents_leavesThemInTheRing() {
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(1, bench.open(OpenFlags.O_RDWR), 1, 0));
              assertThat(bench.aio.ioGetevents(bench.context, 1, 1, null)).isEqualTo(-Errno.EFAULT);
              bench.reap(1, 1);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "1 1:1");
  }
}
