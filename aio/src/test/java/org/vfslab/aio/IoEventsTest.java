package org.vfslab.aio;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.OpenFlags;

/** io_getevents, io_destroy, and the end of the process: the ring and who waits for it. */
final class IoEventsTest {

  /** Three writes that end at 1000, 2000 and 3000 ns. */
  private static Bench threeWrites() {
    Bench bench = new Bench();
    return bench.task(
        "submitter",
        () -> {
          long fd = bench.open(Bench.DIRECT);
          for (int i = 1; i <= 3; i++) {
            bench.submit(Bench.write(i, fd, 512, 512L * i));
            bench.sleepUntil(1000L * i);
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "2, 1", "-2, -1", "0, -1"})
  void impossibleNumbers_areEinval(int min, int max) {
    Bench bench = new Bench();
    bench.task("t", () -> bench.reap(min, max)).runAndReap();
    assertThat(bench.seen).containsExactly("EINVAL");
  }

  @Test
  void noMinimum_takesWhatIsThereAndDoesNotSleep() {
    Bench bench = threeWrites();
    bench
        .task(
            "reaper",
            () -> {
              bench.reap(0, 8);
              bench.sleepUntil(2500);
              bench.reap(0, 8);
              bench.reap(0, 0);
              bench.seen.add("at " + bench.machine.nowNs());
              bench.reap(1, 1);
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly("1", "0", "1", "1", "2 1:512 2:512", "0", "at 2500", "1 3:512");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 8, '1 1:512', 1000",
    "2, 8, '2 1:512 2:512', 2000",
    "3, 3, '3 1:512 2:512 3:512', 3000"
  })
  void minimum_isWaitedFor(int min, int max, String events, long untilNs) {
    Bench bench = threeWrites();
    bench
        .task(
            "reaper",
            () -> {
              bench.reap(min, max);
              bench.seen.add("at " + bench.machine.nowNs());
            })
        .run();
    assertThat(bench.seen).containsSubsequence(events, "at " + untilNs);
  }

  @Test
  void ring_wrapsAround_andKeepsTheOrder() {
    Bench bench = new Bench(3);
    bench
        .task(
            "t",
            () -> {
              long fd = bench.open(OpenFlags.O_RDWR);
              for (int i = 0; i < 10; i += 2) {
                bench.submit(Bench.write(i, fd, 1, 0), Bench.write(i + 1, fd, 1, 0));
                bench.reap(2, 3);
              }
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly(
            "2",
            "2 0:1 1:1",
            "2",
            "2 2:1 3:1",
            "2",
            "2 4:1 5:1",
            "2",
            "2 6:1 7:1",
            "2",
            "2 8:1 9:1");
  }

  // ---- signals

  @Test
  void signal_withoutEvents_isEintr() {
    Bench bench = new Bench();
    bench
        .task("reaper", () -> bench.reap(1, 1))
        .task(
            "killer",
            () -> {
              bench.sleepUntil(10);
              bench.named("reaper").sendSignal(false);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("EINTR");
  }

  @Test
  void signal_afterSomeEvents_returnsThem() {
    Bench bench = threeWrites();
    bench
        .task("reaper", () -> bench.reap(3, 3))
        .task(
            "killer",
            () -> {
              bench.sleepUntil(2500);
              bench.named("reaper").sendSignal(false);
              bench.seen.add("signal");
            })
        .run();
    assertThat(bench.seen).containsExactly("1", "1", "1", "signal", "2 1:512 2:512");
  }

  @Test
  void signal_whenThereIsEnoughAlready_doesNotMatter() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(1, bench.open(OpenFlags.O_RDWR), 1, 0));
              bench.machine.currentTask().sendSignal(false);
              bench.reap(1, 1);
              bench.reap(1, 1);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "1 1:1", "EINTR");
  }

  // ---- io_destroy

  @Test
  void destroy_waitsForWhatIsInFlight_uninterruptibly() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(1, bench.open(Bench.DIRECT), 4096, 0));
              bench.machine.currentTask().sendSignal(true);
              bench.seen.add(bench.aio.ioDestroy(bench.context));
              bench.seen.add("at " + bench.machine.nowNs());
              bench.seen.add("requests " + bench.context.requestsNow());
            })
        .run();
    assertThat(bench.seen).containsExactly("1", 0L, "at 1000", "requests 0");
    assertThat(bench.disk.onMedium(bench.inode.sectorOf(0), 8)).containsOnly(1);
  }

  @Test
  void destroy_twice_isEinvalAtOnceForTheSecond() {
    Bench bench = new Bench();
    bench
        .task(
            "first",
            () -> {
              bench.submit(Bench.write(1, bench.open(Bench.DIRECT), 4096, 0));
              bench.seen.add("first " + bench.aio.ioDestroy(bench.context));
            })
        .task(
            "second",
            () -> {
              bench.sleepUntil(500);
              bench.seen.add("second " + bench.aio.ioDestroy(bench.context));
            })
        .run();
    assertThat(bench.seen).containsExactly("1", "second " + -Errno.EINVAL, "first 0");
  }

  @Test
  void destroy_wakesWhoWaitsForEvents_withEinval() {
    Bench bench = new Bench();
    bench
        .task("reaper", () -> bench.reap(1, 1))
        .task(
            "destroyer",
            () -> {
              bench.sleepUntil(10);
              bench.seen.add(bench.aio.ioDestroy(bench.context));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactlyInAnyOrder("EINVAL", 0L);
  }

  // ---- the end of the process

  @Test
  void exit_waitsForTheIo_andClosesTheFilesAfterwards() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              bench.submit(Bench.write(4, bench.open(Bench.DIRECT), 4096, 0));
              bench.process.atExit(() -> bench.seen.add("after aio, at " + bench.machine.nowNs()));
            })
        .run();
    assertThat(bench.seen).containsExactly("1", "after aio, at 1000");
    assertThat(bench.disk.onMedium(bench.inode.sectorOf(0), 8)).containsOnly(4);
    assertThat(bench.context.completedNow()).isEqualTo(1);
  }

  @Test
  void exit_ofOneOfTwoThreads_destroysNothing() {
    Bench bench = new Bench();
    bench
        .task("short", () -> bench.seen.add("short"))
        .task(
            "long",
            () -> {
              bench.sleepUntil(10);
              bench.submit(Bench.write(4, bench.open(Bench.DIRECT), 4096, 0));
              bench.reap(1, 1);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("short", "1", "1 4:4096");
  }
}
