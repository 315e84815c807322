package org.vfslab.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.vfs.EventFd;
import org.vfslab.vfs.OpenFile;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.PollEvents;

/** The ring that user space can write, its slots, and what is told of them that are lost. */
final class AioRingTest {

  private static long buffered(Bench bench) {
    return bench.open(OpenFlags.O_RDWR);
  }

  private static void write(Bench bench, long fd, int data) {
    bench.submit(Bench.write(data, fd, 1, 0));
  }

  private static String reap(Bench bench, int max) {
    List<IoEvent> into = new ArrayList<>();
    int read = bench.context.ring().reap(max, into);
    return read + " " + into.stream().map(event -> String.valueOf(event.data())).toList();
  }

  @Test
  void userSpace_readsByItself_andTheSlotsComeBack() {
    Bench bench = new Bench(3);
    bench
        .task(
            "t",
            () -> {
              long fd = buffered(bench);
              for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 4; i++) {
                  write(bench, fd, 4 * round + i);
                }
                bench.seen.add(reap(bench, 2));
                bench.seen.add(reap(bench, 9));
              }
            })
        .runAndReap();
    assertThat(bench.seen.subList(0, 6))
        .containsExactly("1", "1", "1", "EAGAIN", "2 [0, 1]", "1 [2]");
    assertThat(bench.seen.subList(16, 18)).containsExactly("2 [8, 9]", "1 [10]");
  }

  /** The kernel takes the head modulo the size, and never writes outside of the ring. */
  @ParameterizedTest
  @ValueSource(ints = {4, 7, 1000, -1, Integer.MIN_VALUE})
  void corruptHead_isClamped(int head) {
    Bench bench = new Bench(3);
    bench
        .task(
            "t",
            () -> {
              long fd = buffered(bench);
              write(bench, fd, 1);
              bench.context.ring().scribbleHead(head);
              write(bench, fd, 2);
              List<IoEvent> into = new ArrayList<>();
              long read = bench.aio.ioGetevents(bench.context, 0, 100, into, 0);
              long clamped = Integer.toUnsignedLong(head) % 4;
              assertThat(read).isEqualTo(into.size()).isEqualTo((2 - clamped + 4) % 4);
              bench.context.ring().scribbleHead(0);
              bench.context.ring().scribbleTail(head);
              read = bench.aio.ioGetevents(bench.context, 0, 100, into, 0);
              assertThat(read).isBetween(0L, 3L);
            })
        .run();
  }

  @Test
  void destroyedRing_isNotMapped() {
    Bench bench = new Bench();
    bench
        .task(
            "t",
            () -> {
              bench.aio.ioDestroy(bench.context);
              bench.seen.add(reap(bench, 1));
            })
        .run();
    assertThat(bench.seen).containsExactly("-1 []");
  }

  // ---- slots in batches

  /** 16 slots, two CPUs: batches of two. A CPU that has taken one keeps its other slot. */
  @Test
  void slots_areTakenInBatches_whichOtherCpusDoNotSee() {
    Bench bench = new Bench(16);
    ReqsAvailable slots = new ReqsAvailable(bench.machine, "s", 16);
    bench
        .task("cpu0", () -> bench.seen.add(slots.get()))
        .task(
            "cpu1",
            () -> {
              int got = 0;
              while (slots.get()) {
                got++;
              }
              bench.seen.add(got);
              slots.put(4); // which are two batches: one stays here
            })
        .task(
            "cpu0 again",
            () -> {
              int got = 0;
              while (slots.get()) {
                got++;
              }
              bench.seen.add(got);
            })
        .run();
    assertThat(slots.batch()).isEqualTo(2);
    assertThat(bench.seen).containsExactly(true, 14, 3);
    assertThat(slots.now()).isEqualTo(2);
  }

  /** The last batch can be taken. */
  @Test
  void slots_areAllUsed() {
    Bench bench = new Bench(4);
    bench
        .task(
            "t",
            () -> {
              long fd = buffered(bench);
              for (int i = 0; i < 5; i++) {
                write(bench, fd, i);
              }
              bench.reap(4, 4);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "1", "1", "1", "EAGAIN", "4 0:1 1:1 2:1 3:1");
  }

  // ---- who is woken

  private static int sleeps(EventWakeups wakeups) {
    Bench bench = new Bench(16, wakeups);
    List<String> woken = new ArrayList<>();
    bench
        .task("one", () -> bench.reap(1, 1))
        .task("three", () -> bench.reap(3, 3))
        .task(
            "submitter",
            () -> {
              long fd = buffered(bench);
              Task three = bench.named("three");
              for (int i = 0; i < 4; i++) {
                bench.sleepUntil(100L * (i + 1));
                write(bench, fd, i);
                woken.add(three.state() == TaskState.RUNNING ? "woken" : "-");
              }
            })
        .runAndReap();
    return (int) woken.stream().filter("woken"::equals).count();
  }

  /** Of events that somebody else takes at once, who waits for three hears nothing. */
  @Test
  void waiterForThree_isWokenWhenThereAreThree() {
    assertThat(sleeps(EventWakeups.WHOM_IT_IS_ENOUGH_FOR)).isEqualTo(1);
    assertThat(sleeps(EventWakeups.EVERYBODY)).isEqualTo(4);
  }

  // ---- an event counter that is polled by a request which signals another one

  @Test
  void signalFromACallback_isSentByAWorker() {
    Bench bench = new Bench();
    long polled = bench.process.eventFd("polled", 0);
    long told = bench.process.eventFd("told", 0);
    long[] count = new long[1];
    bench
        .task(
            "t",
            () -> {
              bench.submit(Iocb.poll(1, polled, PollEvents.IN).resfd(told));
              bench.process.eventFdWrite(polled, 1);
              assertThat(bench.context.completedNow()).isZero(); // the worker has not run
              bench.reap(1, 1);
              bench.process.eventFdRead(told, count);
            })
        .runAndReap();
    assertThat(count[0]).isEqualTo(1);
  }

  // ---- what is told of leaks

  private static String leakAfter(Bench bench, Runnable body) {
    bench.machine.task("t", body);
    bench.machine.run();
    return String.valueOf(bench.aio.leakNow());
  }

  @Test
  void brokenSubmission_thatKeepsItsSlot_isFound() {
    Bench bench = new Bench();
    assertThat(
            leakAfter(
                bench,
                () -> {
                  bench.context.requestBegins();
                  bench.context.requestGone();
                }))
        .startsWith("1 of 16 request slots of aio context w are lost");
  }

  @Test
  void brokenSubmission_thatGivesItsSlotBackTwice_isFound() {
    Bench bench = new Bench();
    assertThat(
            leakAfter(
                bench,
                () -> {
                  bench.context.requestBegins();
                  bench.context.requestGone();
                  bench.context.slotUnused();
                  bench.context.slotUnused();
                }))
        .startsWith("1 request slot(s) more than the 16 of aio context w were given back");
  }

  @Test
  void brokenCompletion_thatPostsTwice_isFound() {
    Bench bench = new Bench();
    assertThat(
            leakAfter(
                bench,
                () -> {
                  bench.context.requestBegins();
                  bench.context.complete(IoEvent.ZERO, null);
                  bench.context.complete(IoEvent.ZERO, null);
                  bench.context.requestGone();
                }))
        .startsWith("1 request slot(s) more than");
  }

  @Test
  void brokenCompletion_thatNeverComes_isFound() {
    Bench bench = new Bench();
    assertThat(leakAfter(bench, () -> bench.context.requestBegins()))
        .isEqualTo("1 request(s) of aio context w are in flight, and nothing will end them");
  }

  @Test
  void brokenDestroy_thatForgetsToGiveItsUserBack_isFound() {
    Bench bench = new Bench();
    assertThat(
            leakAfter(
                bench,
                () -> {
                  bench.context.users().get();
                  bench.context.markDead();
                  bench.context.killed(null);
                }))
        .isEqualTo("aio context w was killed and never freed");
  }

  @Test
  void brokenUser_thatKeepsAFileOrACounter_isFound() {
    Bench bench = new Bench();
    bench.task(
        "t",
        () -> {
          long fd = bench.open(OpenFlags.O_RDWR);
          OpenFile kept = bench.process.fgetAny(fd);
          assertThat(kept).isNotNull();
        });
    bench.machine.run();
    assertThat(bench.process.leakNow())
        .isEqualTo("1 file(s) of /mnt were not given back when the process exited");

    Bench other = new Bench();
    long kept = other.process.eventFd("e", 0);
    other.task("t", () -> assertThat(other.process.fgetAny(kept)).isInstanceOf(EventFd.class));
    other.machine.run();
    assertThat(other.process.leakNow())
        .isEqualTo("eventfd e was not given back when the process exited");
  }
}
