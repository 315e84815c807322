package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.RandomWalk;
import org.vfslab.explore.Verdict;

/** Polls by aio: submission, wake-up and cancel in whatever order. */
final class AioPollVerdictTest {

  @Test
  void wakeUpAgainstSubmission_completesOnceInEveryOrder() {
    holds(
        """
        machine { cpus 2 }
        eventfd e = 0
        task submitter {
          io_submit(p, poll(e, POLLIN)) == 1
          io_getevents(p) == POLLIN
        }
        task waker { write(e, 1) == 8 }
        finally completed(p) == 1
        """);
  }

  @Test
  void cancelOfWhatWaits_isInProgressAndGivesAnEmptyEvent() {
    holds(
        """
        machine { cpus 2 }
        eventfd e = 1
        task submitter {
          io_submit(p, poll(e, 0)) == 1
          mark("submitted")
          io_getevents(p) == 0
        }
        task canceller {
          await("submitted")
          io_cancel(p) == -EINPROGRESS
        }
        finally completed(p) == 1
        """);
  }

  /** All 5,362,138 orders of its conflicting steps hold; that is too long for a test. */
  @Test
  void cancelAgainstWakeUpAgainstSubmission_completesOnce() {
    Exploration exploration =
        Litmus.explore(Litmus.compile(Litmus.bundled("aio-poll-orders")), new RandomWalk(11, 3000));
    assertThat(Litmus.findings(exploration)).isEmpty();
    assertThat(exploration.executions()).isEqualTo(3000);
  }

  private static void holds(String text) {
    Exploration exploration = Litmus.dpor(Litmus.test(text));
    assertThat(Litmus.findings(exploration)).isEmpty();
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }
}
