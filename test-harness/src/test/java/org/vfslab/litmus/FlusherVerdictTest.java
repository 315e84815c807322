package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Verdict;
import org.vfslab.litmus.syntax.LitmusSyntaxException;

/** Periodic write-back: when dirty data goes out although nobody asks for it. */
final class FlusherVerdictTest {

  /** With the kernel's intervals, data goes out when it is 30 s old, and not before. */
  @Test
  void dirtyData_isWrittenWhenItIsOldEnough() {
    Exploration exploration =
        Litmus.dpor(
            Litmus.test(
                """
                disk d { latency 10us }
                fs "/mnt" on d { dirty_writeback 5s }
                file "/mnt/a" size 8k
                completion at29s
                completion at36s
                timer t1 { complete(at29s) }
                timer t2 { complete(at36s) }
                task t {
                  fd = open("/mnt/a", O_RDWR)
                  mod_timer(t1, 29s)
                  mod_timer(t2, 36s)
                  pwrite(fd, 0, 4k, fill 7) == 4096
                  wait_for_completion(at29s)
                  mark("young")
                  wait_for_completion(at36s)
                }
                never   at("young", disk_bytes("/mnt/a", 0, 4k)) == 7
                finally disk_bytes("/mnt/a", 0, 4k) == 7
                finally dirty("/mnt/a") == 0
                """));
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  /** Without the setting nobody writes back who was not asked to. */
  @Test
  void withoutTheSetting_dataStaysDirty() {
    Exploration exploration =
        Litmus.dpor(
            Litmus.test(
                """
                disk d { latency 10us }
                fs "/mnt" on d
                file "/mnt/a" size 8k
                completion at99s
                timer t1 { complete(at99s) }
                task t {
                  fd = open("/mnt/a", O_RDWR)
                  mod_timer(t1, 99s)
                  pwrite(fd, 0, 4k, fill 7) == 4096
                  wait_for_completion(at99s)
                }
                finally dirty("/mnt/a") == 1
                """));
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
  }

  /** Flusher, freezer and a second write begin at the same moment: every order of them. */
  @Test
  void freeze_whileTheFlusherWrites_leavesNothingDirtyAndTheDeviceQuiet() {
    Exploration exploration =
        Litmus.dpor(
            Litmus.test(
                """
                disk d { latency 10us }
                fs "/mnt" on d { dirty_writeback 1s  dirty_expire 1s }
                file "/mnt/a" size 4k
                completion go
                timer t1 { complete_all(go) }
                task t {
                  fd = open("/mnt/a", O_RDWR)
                  pwrite(fd, 0, 4k, fill 7) == 4096
                  mod_timer(t1, 1s)
                  wait_for_completion(go)
                  pwrite(fd, 0, 4k, fill 8) == 4096
                }
                task freezer {
                  wait_for_completion(go)
                  ioctl("/mnt", FIFREEZE) == 0
                  mark("frozen")
                  ioctl("/mnt", FITHAW) == 0
                }
                never frozen("/mnt") && (dirty("/mnt/a") > 0 || in_flight(d, write) > 0)
                sometimes at("frozen", disk_bytes("/mnt/a", 0, 4k)) == 7
                sometimes freeze_state("/mnt") == 1 && in_flight(d, write) > 0
                finally disk_bytes("/mnt/a", 0, 4k) > 6
                """));
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(exploration.sometimes()).allMatch(times -> times > 0);
  }

  @Test
  void interval_thatIsNoTime_isAMistake() {
    assertThatThrownBy(() -> Litmus.test("disk d\nfs \"/mnt\" on d { dirty_writeback on }"))
        .isInstanceOf(LitmusSyntaxException.class)
        .hasMessageContaining("'dirty_writeback' is a time such as 5s");
  }
}
