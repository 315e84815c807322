package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.RandomWalk;
import org.vfslab.litmus.syntax.LitmusSyntaxException;

/** Disks with queues, caches, faults and tables, as litmus files write them. */
final class DiskSettingsTest {

  private static final String TASK = " task t { exit }";
  private static final int EXECUTIONS = 200;

  private static Exploration dice(LitmusScenario scenario) {
    return Litmus.explore(scenario, new RandomWalk(1, EXECUTIONS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "latency none",
        "latency exponential 50us",
        "latency lognormal 50us 80",
        "latency \"10000 99, 5000000 1\"",
        "queues 2 queue_depth 4 irq_cpu 1",
        "completion softirq",
        "cache none",
        "cache volatile",
        "cache fua",
        "atomic 4k",
        "max_request 128k",
        "timeout 1s on_timeout retry",
        "timeout any",
        "fault any",
        "fault \"hung 1,100,0,1; eio\"",
        "fault \"any hung late\"",
        "fail_make_request \"1,10,0,-1\"",
        "fail_io_timeout \"2,50,4096,3\""
      })
  void setting_isUnderstood(String setting) {
    assertThat(Litmus.test("disk d { " + setting + " }" + TASK)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "latency exponential 0us @ a mean latency is at least 1 ns, not 0",
        "queues 0 @ 'queues' is from 1 to 64, not 0",
        "completion later @ 'completion' is one of auto, hardirq, softirq, worker",
        "cache big @ a cache is 'none', 'volatile', or 'fua': volatile, and writes may pass it",
        "atomic 3k @ 'atomic' is a power of two such as 4k, not 3072",
        "timeout 0s @ a time-out is a time such as '30s', or 'any'",
        "on_timeout panic @ 'on_timeout' is one of fail, retry, reset_timer",
        "fault 5 @ a fault is 'any', or a string such as \"hung 1,100,0,1; eio 1,10,0,-1\"",
        "fault \"fire\" @ 'fire' is no fault; there are eio, medium, hung, late, lost_interrupt,"
            + " spurious_interrupt, duplicate_completion, torn_write, dropped_write,"
            + " corrupted_byte, requeue",
        "fault \"eio 1,2\" @ fault attributes are '<interval>,<probability>,<space>,<times>', not"
            + " '1,2'",
        "fault \"eio 1,1,1,1 x\" @ 'eio 1,1,1,1 x' is more than a fault and its attributes",
        "fail_make_request 5 @ 'fail_make_request' is a string"
            + " \"<interval>,<probability>,<space>,<times>\"",
        "table \"0 8 linear e 0\" @ line 1 of the table, '0 8 linear e 0', makes no linear target:"
            + " Device lookup failed",
        "table 5 @ a table is a string such as \"0 128 linear d 0\"",
        "table \"0 8 error\" size 4k @ a disk with a table has its other properties from those"
            + " below"
      })
  void mistake_getsASentence(String setting, String sentence) {
    assertThatThrownBy(() -> Litmus.test("disk d { " + setting + " }" + TASK))
        .isInstanceOf(LitmusSyntaxException.class)
        .hasMessageContaining(sentence);
  }

  private static String direct(String disks, String device, String body) {
    return """
    %s
    fs "/mnt" on %s { block 512 }
    file "/mnt/a" size 4k
    task t {
      fd = open("/mnt/a", O_RDWR | O_DIRECT)
      %s
    }
    """
        .formatted(disks, device, body);
  }

  @Test
  void faults_endInTheErrnoOfTheKernel() {
    Exploration seen =
        dice(
            Litmus.test(
                direct(
                    "disk d { latency 10us timeout 1s fault \"medium 1,100,0,1; hung 1,100,0,1\" }",
                    "d",
                    "pwrite(fd, 0, 512) == -ENODATA"
                        + " pwrite(fd, 0, 512) == -ETIMEDOUT"
                        + " pwrite(fd, 0, 512) == 512")));
    assertThat(seen.failures()).isEmpty();
    assertThat(seen.executions()).isEqualTo(EXECUTIONS);
  }

  @Test
  void flakeyDisk_dropsWrites() {
    Exploration seen =
        dice(
            Litmus.test(
                direct(
                        "disk d { latency 10us }"
                            + " disk f { table \"0 128 flakey d 0 0 1 1 drop_writes\" }",
                        "f",
                        "pwrite(fd, 0, 512, fill 7) == 512 pread(fd, 0, 512) == 512")
                    + "finally disk_bytes(\"/mnt/a\", 0, 512) == 0"));
    assertThat(seen.failures()).isEmpty();
    assertThat(seen.executions()).isEqualTo(EXECUTIONS);
  }

  /** The explorer decides which fault strikes; each I/O ends, and nothing is left. */
  @Test
  void anyFault_isChosenByTheExplorer() {
    Exploration seen =
        dice(
            Litmus.test(
                "machine { cpus 1 } int r = 9 "
                    + direct(
                        "disk d { latency 10us timeout 1s"
                            + " fault \"any eio hung lost_interrupt duplicate_completion\" }",
                        "d",
                        "x = pwrite(fd, 0, 512) r = x")
                    + "observe r"));
    assertThat(seen.failures()).isEmpty();
    assertThat(seen.observations().keySet()).containsExactlyInAnyOrder("r=512", "r=-5", "r=-110");
  }
}
