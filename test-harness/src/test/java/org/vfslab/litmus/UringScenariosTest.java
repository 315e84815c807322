package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Verdict;

/** The scenarios of io_uring, against mainline and against the kernels before it. */
final class UringScenariosTest {

  private static Exploration explored(LitmusScenario scenario) {
    Exploration explored = Litmus.explore(scenario, new OptimalDpor());
    assertThat(scenario.missed(explored)).isEmpty();
    return explored;
  }

  @ParameterizedTest
  @CsvSource({
    "uring-freeze, upstream",
    "uring-nowait-start-write, upstream",
    "uring-nowait-start-write, io-uring-end-write-in-task-work",
    "uring-owner-freezes, upstream",
    "uring-nowait-punt, upstream",
    "uring-linked-fsync, upstream",
    "uring-iopoll, upstream"
  })
  void scenario_holdsInEverySchedule(String name, String patch) {
    String[] patches = patch.equals("upstream") ? new String[0] : new String[] {patch};
    Exploration explored = explored(Litmus.compile(Litmus.bundled(name), patches));
    assertThat(Litmus.findings(explored)).isEmpty();
    assertThat(explored.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  /** Who waits for whom as in the report of 2024: the submitter holds uring_lock. */
  @Test
  void nowaitStartWrite_beforeLinux612_deadlocks() {
    Exploration explored =
        Litmus.explore(
            Litmus.compile(
                Litmus.bundled("uring-nowait-start-write"), "io-uring-nowait-start-write"),
            new OptimalDpor());
    assertThat(Litmus.findings(explored)).contains("DEADLOCK deadlock of writer, freezer");
  }

  @ParameterizedTest
  @CsvSource({"io-uring-end-write-in-task-work", "io-uring-nowait-start-write"})
  void ownerThatFreezes_whoseWriteEndsInTaskWork_deadlocks(String patch) {
    Exploration explored =
        Litmus.explore(
            Litmus.compile(Litmus.bundled("uring-owner-freezes"), patch), new OptimalDpor());
    assertThat(Litmus.findings(explored)).containsExactly("DEADLOCK deadlock of owner");
  }

  /** A completion of a worker, the submitter's waiting and its exit, in every order. */
  @Test
  void workerAgainstWaitingAgainstExit_losesNoCompletion() {
    LitmusScenario scenario =
        Litmus.test(
            """
            machine { cpus 3 }
            disk d { latency any }
            fs "/mnt" on d
            file "/mnt/a" size 8k
            io_uring r
            task writer {
              fd = open("/mnt/a", O_RDWR | O_DIRECT)
              io_uring_setup(r, 2, 0) == 0
              io_uring_prep(r, pwrite(fd, 0, 4k), IOSQE_ASYNC) == 0
              io_uring_enter(r, 1, 0) == 1
            }
            finally cqes_posted(r) == 1 && locked_by_nobody("/mnt/a") && writes_inside("/mnt") == 0
            """);
    Exploration explored = explored(scenario);
    assertThat(Litmus.findings(explored)).isEmpty();
    assertThat(explored.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  @Test
  void ringThatWasNotSetUp_isEbadf_andOneThatIsFullIsBusy() {
    Exploration explored =
        explored(
            Litmus.test(
                """
                disk d
                fs "/mnt" on d
                io_uring r
                task t {
                  io_uring_enter(r, 1, 0) == -EBADF
                  io_uring_prep(r, nop()) == -EBADF
                  io_uring_peek_cqe(r) == -EAGAIN
                  io_uring_setup(r, 1, 0) == 0
                  io_uring_prep(r, nop()) == 0
                  io_uring_prep(r, nop()) == -EBUSY
                  io_uring_enter(r, 1, 1) == 1
                  io_uring_peek_cqe(r) == 0
                }
                """));
    assertThat(Litmus.findings(explored)).isEmpty();
  }
}
