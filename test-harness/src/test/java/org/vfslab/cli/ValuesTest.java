package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ValuesTest {

  @Test
  void duration_hasAUnit() {
    assertThat(Values.duration("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(Values.duration("30s")).isEqualTo(Duration.ofSeconds(30));
    assertThat(Values.duration("5m")).isEqualTo(Duration.ofMinutes(5));
    assertThat(Values.duration("1h")).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void time_isShort() {
    assertThat(Values.time(12_345_678)).isEqualTo("12 ms");
    assertThat(Values.time(1_234_567_890)).isEqualTo("1.2 s");
    assertThat(Values.time(200_000_000_000L)).isEqualTo("3 min 20 s");
  }

  @Test
  void count_knowsSingularAndPlural() {
    assertThat(Values.count(1, "step", "steps")).isEqualTo("1 step");
    assertThat(Values.count(1_234, "step", "steps")).isEqualTo("1,234 steps");
  }
}
