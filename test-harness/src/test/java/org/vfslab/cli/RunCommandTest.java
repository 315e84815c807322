package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfslab.cli.Vfslab.Outcome;

final class RunCommandTest {

  private static final String SELF_DEADLOCK =
      """
      test "a lock taken twice"
      rwsem s
      task a { down_write(s)  down_write(s) }
      """;

  private static final String WHO_IS_LAST =
      """
      test "who is last"
      atomic x = 0
      task one { xchg(x, 1) }
      task two { xchg(x, 2) }
      observe x
      """;

  @TempDir private Path folder;

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("test.litmus"), text).toString();
  }

  @Test
  void live_countsOutcomes_andSaysThatPropertiesAreSampled() {
    Outcome outcome = Vfslab.run("run", "freeze-waits-for-aio", "--times", "5");

    assertThat(outcome.status()).as(outcome.out()).isZero();
    assertThat(outcome.out())
        .contains("5 runs on real threads ('never' and 'always' sampled")
        .contains("  5  nothing found");
  }

  @Test
  void live_hang_endsTheRuns() throws IOException {
    Outcome outcome =
        Vfslab.run("run", file(SELF_DEADLOCK), "--times", "100", "--hang-after", "100ms");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("1 run on real threads")
        .contains("ended by a hang")
        .contains("1  deadlock: deadlock of a")
        .contains("1  splat: WARNING: possible recursive locking detected")
        .contains("First found, in run 1\nsplat: WARNING: possible recursive locking detected");
  }

  @Test
  void deterministic_sameSeed_countsTheSame() throws IOException {
    String[] args = {
      "run",
      file(WHO_IS_LAST),
      "-e",
      "deterministic",
      "--times",
      "100",
      "--seed",
      "3",
      "--json",
      "-"
    };
    JsonNode states = new JsonMapper().readTree(Vfslab.run(args).out()).path("observations");

    assertThat(states.path("x=1").asInt()).isPositive();
    assertThat(states.path("x=2").asInt()).isPositive();
    assertThat(new JsonMapper().readTree(Vfslab.run(args).out()).path("observations"))
        .isEqualTo(states);
  }

  @Test
  void expectedFinding_isNoFailure() {
    Outcome outcome = Vfslab.run("run", "rwsem-return-to-user", "--times", "3");

    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("3  splat: WARNING").contains("As expected: ");
  }

  @Test
  void interrupt_endsBeforeTheNextRun() {
    Interruption interruption = new Interruption();
    interruption.request();
    Outcome outcome = Vfslab.run(interruption, "run", "rwsem-released-by-irq");

    assertThat(outcome.status()).isEqualTo(130);
    assertThat(outcome.out()).contains("0 runs on real threads").contains("ended by an interrupt");
  }
}
