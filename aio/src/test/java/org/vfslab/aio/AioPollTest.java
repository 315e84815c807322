package org.vfslab.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitQueue;
import org.vfslab.vfs.OpenFile;
import org.vfslab.vfs.PollEvents;
import org.vfslab.vfs.RwFlags;

/** A poll request: who completes it, with what, and that this happens once. */
final class AioPollTest {
  private final Bench bench = new Bench();
  private final long eventFd = bench.process.eventFd("e", 0);

  private Iocb poll(long data, int events) {
    return Iocb.poll(data, eventFd, events);
  }

  /** Cancels and notes the result. */
  private void cancel(Iocb iocb) {
    note(bench.aio.ioCancel(bench.context, iocb));
  }

  private void note(long result) {
    bench.seen.add(Bench.text(result));
  }

  @Test
  void wakeUp_completesInline() {
    bench
        .task(
            "t",
            () -> {
              bench.submit(poll(7, PollEvents.IN));
              assertThat(bench.context.completedNow()).isZero();
              note(bench.process.eventFdWrite(eventFd, 1));
              assertThat(bench.context.completedNow()).isEqualTo(1);
              note(bench.process.eventFdWrite(eventFd, 1));
              bench.reap(1, 2);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "8", "8", "1 7:1");
  }

  @Test
  void fileThatIsReady_completesInTheSubmission() {
    bench
        .task(
            "t",
            () -> {
              note(bench.process.eventFdWrite(eventFd, 1));
              Iocb iocb = poll(7, PollEvents.IN | PollEvents.OUT);
              bench.submit(iocb);
              assertThat(bench.context.completedNow()).isEqualTo(1);
              cancel(iocb);
              note(bench.process.eventFdRead(eventFd, new long[1]));
              bench.reap(1, 2);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("8", "1", "EINVAL", "8", "1 7:5");
  }

  @Test
  void wakeUpForOtherEvents_leavesItWaiting() {
    bench
        .task(
            "t",
            () -> {
              Iocb iocb = poll(7, 0);
              bench.submit(iocb);
              note(bench.process.eventFdWrite(eventFd, 1));
              assertThat(bench.context.completedNow()).isZero();
              cancel(iocb);
              bench.reap(1, 2);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("1", "8", "EINPROGRESS", "1 7:0");
  }

  @Test
  void cancel_isInProgressOnce_andTheEventComesWithNothing() {
    bench
        .task(
            "t",
            () -> {
              Iocb iocb = poll(7, PollEvents.IN);
              bench.submit(iocb);
              cancel(poll(7, PollEvents.IN)); // another one with the same data
              cancel(iocb);
              cancel(iocb);
              note(bench.process.eventFdWrite(eventFd, 1)); // the work has to complete it
              bench.reap(1, 2);
              note(bench.aio.ioDestroy(bench.context));
              cancel(iocb);
            })
        .runAndReap();
    assertThat(bench.seen)
        .containsExactly("1", "EINVAL", "EINPROGRESS", "EINVAL", "8", "1 7:0", "0", "EINVAL");
  }

  @Test
  void destroy_cancelsWhatWaits() {
    bench
        .task(
            "t",
            () -> {
              bench.submit(poll(1, PollEvents.IN), poll(2, PollEvents.IN));
              note(bench.aio.ioDestroy(bench.context));
              assertThat(bench.context.completedNow()).isEqualTo(2);
            })
        .run();
    assertThat(bench.seen).containsExactly("2", "0");
  }

  @Test
  void arguments_areCheckedAfterTheDescriptor() {
    byte[] none = {};
    bench
        .task(
            "t",
            () -> {
              bench.submit(Iocb.poll(1, 99, 0x10000));
              bench.submit(poll(1, 0x10000));
              bench.submit(new Iocb(1, Iocb.Opcode.POLL, eventFd, none, 1));
              bench.submit(new Iocb(1, Iocb.Opcode.POLL, eventFd, new byte[1], 0));
              bench.submit(poll(1, PollEvents.IN).rwFlags(RwFlags.RWF_NOWAIT));
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("EBADF", "EINVAL", "EINVAL", "EINVAL", "EINVAL");
    assertThat(bench.context.completedNow()).isZero();
  }

  // ---- files of other kinds

  /** A file whose readiness and queues a test sets. */
  private final class Fake implements OpenFile {
    private final List<WaitQueue> queues;
    private int ready;
    private int polls;
    private int refs = 1;

    Fake(WaitQueue... queues) {
      this.queues = List.of(queues);
    }

    @Override
    public void get() {
      refs++;
    }

    @Override
    public void put() {
      refs--;
    }

    @Override
    public int poll(Consumer<WaitQueue> told) {
      polls++;
      queues.forEach(told);
      return ready;
    }

    /** Submits a poll for IN as io_submit does. */
    void submit() {
      assertThat(bench.context.requestBegins()).isTrue();
      Iocb iocb = Iocb.poll(7, eventFd, PollEvents.IN);
      AioPoll request = new AioPoll(new Submission(bench.context, this, iocb, null), bench.rcu);
      int error = request.submit();
      note(error);
      if (error == 0) {
        request.put();
      } else {
        bench.context.requestGone();
        bench.context.slotUnused();
      }
    }
  }

  private WaitQueue queue() {
    return new WaitQueue(bench.machine, "q");
  }

  @Test
  void wakeUpsWhileTheWorkIsScheduled_makeItLookOnceMore() {
    WaitQueue queue = queue();
    Fake file = new Fake(queue);
    bench
        .task(
            "t",
            () -> {
              file.submit();
              queue.wakeUp();
              queue.wakeUp();
              queue.wakeUp();
              bench.sleepUntil(1000);
              assertThat(file.polls).isEqualTo(3); // the submission, the work, and once more
              assertThat(bench.context.completedNow()).isZero();
              file.ready = PollEvents.IN;
              queue.wakeUp();
              bench.reap(1, 2);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("0", "1 7:1");
    assertThat(file.polls).isEqualTo(4);
    assertThat(file.refs).isZero();
    assertThat(queue.isActive()).isFalse();
  }

  @Test
  void pollFree_takesItOffTheQueue_andTheWorkCompletes() {
    WaitQueue queue = queue();
    Fake file = new Fake(queue);
    bench
        .task(
            "t",
            () -> {
              file.submit();
              queue.wakeUp();
              queue.lock();
              queue.wakeUpLocked(TaskState.NORMAL, 0, PollEvents.HUP | PollEvents.FREE);
              queue.unlock();
              assertThat(queue.isActive()).isFalse();
              assertThat(bench.context.completedNow()).isZero();
              bench.reap(1, 2);
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("0", "1 7:0");
    assertThat(file.polls).as("the queue is not touched again").isEqualTo(1);
  }

  @Test
  void fileWithTwoQueues_orNone_isRefused() {
    WaitQueue first = queue();
    bench
        .task(
            "t",
            () -> {
              new Fake(first, queue()).submit();
              new Fake().submit();
            })
        .runAndReap();
    assertThat(bench.seen).containsExactly("EINVAL", "EINVAL");
    assertThat(first.isActive()).isFalse();
    assertThat(bench.context.completedNow()).isZero();
  }
}
