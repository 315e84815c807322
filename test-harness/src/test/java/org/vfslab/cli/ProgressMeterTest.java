package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProgressMeterTest {

  private static final Duration TEN_S = Duration.ofSeconds(10);

  @Test
  void left_isAsMuchAgainForEachPartNotDone() {
    assertThat(ProgressMeter.left(0.25, TEN_S, null)).contains(Duration.ofSeconds(30));
    assertThat(ProgressMeter.left(1, TEN_S, null)).contains(Duration.ZERO);
  }

  @Test
  void left_ofUnknownWork_isUnknown() {
    assertThat(ProgressMeter.left(-1, TEN_S, null)).isEmpty();
  }

  @Test
  void left_isNeverMoreThanTheTimeLimitLeaves() {
    assertThat(ProgressMeter.left(0.25, TEN_S, Duration.ofSeconds(12)))
        .contains(Duration.ofSeconds(2));
    assertThat(ProgressMeter.left(-1, TEN_S, Duration.ofSeconds(12)))
        .contains(Duration.ofSeconds(2));
  }
}
