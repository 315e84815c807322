package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ColumnWidthsTest {

  @Test
  void enoughRoom_eachGetsWhatItWants() {
    assertThat(ColumnWidths.share(new int[] {5, 30, 10}, 45)).containsExactly(5, 30, 10);
  }

  @Test
  void tooLittleRoom_theLargeShareWhatTheSmallLeave() {
    assertThat(ColumnWidths.share(new int[] {5, 30, 50}, 45)).containsExactly(5, 20, 20);
    assertThat(ColumnWidths.share(new int[] {30, 5, 18}, 45)).containsExactly(22, 5, 18);
  }

  @Test
  void noRoom_eachGetsOne() {
    assertThat(ColumnWidths.share(new int[] {5, 30}, -7)).containsExactly(1, 1);
  }
}
