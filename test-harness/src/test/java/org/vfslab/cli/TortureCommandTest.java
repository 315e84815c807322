package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.vfslab.cli.Vfslab.Outcome;
import org.vfslab.torture.Tortures;

/** {@code torture}: the list, a run, and mistakes. */
final class TortureCommandTest {

  @Test
  void withoutALock_lists() {
    Outcome outcome = Vfslab.run("torture");
    assertThat(outcome.status()).isZero();
    assertThat(Tortures.listed())
        .allSatisfy(
            torture -> assertThat(outcome.out()).contains(torture.name() + ": " + torture.about()));
  }

  @Test
  void withALock_printsStatisticsAndAnEnd() {
    Outcome outcome = Vfslab.run("torture", "rwsem", "--seconds", "1", "--writers", "1");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .startsWith(
            "rwsem-torture:--- Start of test: nwriters_stress=1 nreaders_stress=2"
                + " stat_interval=60 seconds=1\nWrites:  Total: ")
        .contains("\nReads:  Total: ")
        .contains("rwsem-torture:--- End of test: SUCCESS: nwriters_stress=1");
  }

  @Test
  void json_saysTheSame() throws IOException {
    Outcome outcome = Vfslab.run("torture", "rwsem-nospin", "--seconds", "1", "--json", "-");
    JsonNode tree = new ObjectMapper().readTree(outcome.out());
    assertThat(tree.get("success").asBoolean()).isTrue();
    assertThat(tree.get("writes").get("total").asLong()).isPositive();
    assertThat(tree.get("reads").get("fail").asLong()).isZero();
    assertThat(tree.get("problems")).isEmpty();
  }

  @Test
  void help_namesTheLocks() {
    String help = Vfslab.run("torture", "--help").out().replaceAll("\\s+", " ");
    assertThat(help).contains(String.join(", ", Tortures.names()));
  }

  @Test
  void rcu_printsThePipe() {
    Outcome outcome = Vfslab.run("torture", "rcu", "--seconds", "1");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains("\nrcu-torture: rtc: 1 ver: ")
        .containsPattern("\nrcu-torture: Reader Pipe: ( \\d+){2}( 0){9}\n")
        .contains("\nrcu-torture: Free-Block Circulation: ");
  }

  @Test
  void unknownLock_isAMistake() {
    Outcome outcome = Vfslab.run("torture", "rwsen");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("there is no torture of 'rwsen'; did you mean 'rwsem'?");
  }

  @Test
  void numbersOutOfBounds_areMistakes() {
    assertThat(Vfslab.run("torture", "rwsem", "--seconds", "0").err()).contains("--seconds");
    assertThat(Vfslab.run("torture", "rwsem", "--writers", "257").err()).contains("--writers");
  }
}
