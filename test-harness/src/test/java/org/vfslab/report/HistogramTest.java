package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class HistogramTest {

  @Test
  void counts_areAligned() {
    assertThat(Histogram.lines(new TreeMap<>(Map.of("x=1; y=0", 7L, "x=0; y=0", 12_345L))))
        .containsExactly("States 2", "12345  *> x=0; y=0", "    7  *> x=1; y=0");
  }

  @Test
  void oddState_staysOnItsLine() {
    assertThat(Histogram.lines(Map.of("a\nb\u001b", 1L))).containsExactly("States 1", "1  *> a b?");
  }

  @Test
  void nothingObserved_isNoState() {
    assertThat(Histogram.lines(Map.of())).containsExactly("States 0");
  }
}
