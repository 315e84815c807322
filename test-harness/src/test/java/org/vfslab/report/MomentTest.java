package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MomentTest {

  @ParameterizedTest
  @CsvSource({
    "0,             0 ns",
    "999,           999 ns",
    "1000,          1 us",
    "1500,          1.5 us",
    "4000000,       4 ms",
    "999999999,     999.999999 ms",
    "2000000000,    2 s",
    "100000000000,  100 s",
  })
  void time_isInItsLargestUnit(long timeNs, String words) {
    assertThat(Moment.words(timeNs)).isEqualTo(words);
  }
}
