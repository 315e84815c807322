package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vfslab.machine.Schedules;

/** What latencies are drawn. */
final class LatencyTest {

  private static List<Long> drawn(Latency.Timed latency, int count) {
    List<Long> values = new ArrayList<>();
    Disks.alone(
        Schedules.seeded(3),
        machine -> {
          for (int i = 0; i < count; i++) {
            values.add(latency.pickNs(machine));
          }
        });
    values.sort(null);
    return values;
  }

  private static double mean(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).average().orElseThrow();
  }

  @Test
  void exponential_hasItsMean_andHalfOfItBelowLn2() {
    List<Long> values = drawn(new Latency.Exponential(1_000_000), 20_000);
    assertThat(mean(values)).isCloseTo(1_000_000, within(20_000.0));
    assertThat((double) values.get(10_000)).isCloseTo(693_147, within(20_000.0));
  }

  @Test
  void lognormal_hasItsMedian_andItsSpread() {
    List<Long> values = drawn(new Latency.LogNormal(100_000, 50), 20_000);
    assertThat((double) values.get(10_000)).isCloseTo(100_000, within(2_000.0));
    // 84.13 % are below one standard deviation: 100 us * e^0.5.
    assertThat((double) values.get(16_826)).isCloseTo(164_872, within(4_000.0));
    assertThat((double) values.get(3_174)).isCloseTo(60_653, within(2_000.0));
    assertThat(drawn(new Latency.LogNormal(70, 0), 50)).containsOnly(70L);
  }

  @Test
  void table_givesEachRowItsShare() {
    Latency.Table table = Latency.Table.parse("10000 97, 50000 2 # rarely\n5000000 1");
    List<Long> values = drawn(table, 10_000);
    assertThat(values.stream().filter(ns -> ns == 10_000).count()).isBetween(9_600L, 9_800L);
    assertThat(values.stream().filter(ns -> ns == 5_000_000).count()).isBetween(60L, 140L);
    assertThat(values).containsOnly(10_000L, 50_000L, 5_000_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "10 0", "-1 5", "10 5 5", "a b", "# nothing"})
  void table_ofAnythingElse_isRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Latency.Table.parse(text))
        .withMessageContaining("latency table");
  }

  @Test
  void boundsAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Latency.Fixed(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Latency.Uniform(-1, 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Latency.Uniform(6, 5))
        .withMessage("a uniform latency needs 0 <= min <= max, not 6 ns to 5 ns");
    assertThatIllegalArgumentException().isThrownBy(() -> new Latency.Exponential(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Latency.LogNormal(1, -1));
  }
}
