package org.vfslab.report;

import java.util.Arrays;

/** Shares the width of a page among columns. */
final class ColumnWidths {

  private ColumnWidths() {}

  /**
   * The widths of columns that want {@code wanted} and have {@code room} together: each gets what
   * it wants, or the largest share that can be given to all who want more.
   */
  static int[] share(int[] wanted, int room) {
    int[] widths = wanted.clone();
    int[] sorted = wanted.clone();
    Arrays.sort(sorted);
    int left = room;
    for (int i = 0; i < sorted.length; i++) {
      int columns = sorted.length - i;
      int fair = Math.max(1, left / columns);
      if (sorted[i] > fair) {
        for (int k = 0; k < widths.length; k++) {
          widths[k] = Math.min(widths[k], fair);
        }
        break;
      }
      left -= sorted[i];
    }
    return widths;
  }
}
