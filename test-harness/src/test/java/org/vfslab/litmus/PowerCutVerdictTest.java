package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Verdict;
import org.vfslab.litmus.syntax.LitmusSyntaxException;

/** What properties are told of the disk that a power cut leaves. */
final class PowerCutVerdictTest {

  @Test
  void fsync_survivesAPowerCut_inEverySchedule_andLossBeforeItIsSeen() {
    Exploration exploration = Litmus.dpor(Litmus.compile(Litmus.bundled("fsync-then-power-cut")));
    assertThat(exploration.verdict()).isEqualTo(Verdict.HOLDS_COMPLETE);
    assertThat(exploration.sometimes().getFirst()).isPositive();
  }

  @Test
  void withoutFlushes_fsyncPromisesTooMuch() {
    assertThat(
            Litmus.findings(
                Litmus.dpor(Litmus.compile(Litmus.bundled("fsync-then-power-cut"), "nobarrier"))))
        .singleElement()
        .asString()
        .contains("after_power_cut");
  }

  /** Each line is what a disk with this cache leaves of a direct write that has ended. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cache none | O_DIRECT | == 9",
        "cache volatile | O_DIRECT | == -1",
        "cache fua | O_DIRECT | == -1",
        "cache volatile | O_DIRECT \\| O_DSYNC | == 9",
        "cache fua | O_DIRECT \\| O_DSYNC | == 9",
      })
  void write_survives(String line) {
    String[] parts = line.split(" \\| ", -1);
    String flags = parts[1].replace("\\|", "|");
    assertThat(
            Litmus.findings(
                Litmus.dpor(
                    Litmus.test(
                        """
                        disk d { latency 10us  %s }
                        fs "/mnt" on d { journal on }
                        file "/mnt/a" size 4k
                        task t {
                          fd = open("/mnt/a", O_RDWR | %s)
                          pwrite(fd, 0, 512, fill 9) == 512
                          mark("done")
                        }
                        finally at("done", after_power_cut("/mnt/a", 0, 512)) %s
                        """
                            .formatted(parts[0], flags, parts[2])))))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "disk d\nfs \"/mnt\" on d",
        "disk d\ndisk e { table \"0 20000 linear d 0\" }\nfs \"/mnt\" on e { journal on }"
      })
  void filesystem_thatCannotBeMountedElsewhere_isAMistake(String declarations) {
    assertThatThrownBy(
            () ->
                Litmus.test(
                    declarations
                        + "\n"
                        + "file \"/mnt/a\" size 4k\n"
                        + "task t { exit_to_user }\n"
                        + "never after_power_cut(\"/mnt/a\", 0, 512) == 1"))
        .isInstanceOf(LitmusSyntaxException.class)
        .hasMessageContaining("needs 'journal on', and a disk without a table");
  }
}
