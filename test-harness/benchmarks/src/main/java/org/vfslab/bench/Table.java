package org.vfslab.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns of text; what looks like a number stands at the right. */
final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... header) {
    rows.add(List.of(header));
  }

  void row(String... cells) {
    rows.add(List.of(cells));
  }

  void print(PrintStream out) {
    int[] widths = new int[rows.getFirst().size()];
    boolean[] numbers = new boolean[widths.length];
    Arrays.fill(numbers, true);
    for (int r = 0; r < rows.size(); r++) {
      for (int c = 0; c < widths.length; c++) {
        String cell = rows.get(r).get(c);
        widths[c] = Math.max(widths[c], cell.length());
        numbers[c] &= r == 0 || cell.isEmpty() || looksLikeNumber(cell);
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String cell = rows.get(r).get(c);
        String space = " ".repeat(widths[c] - cell.length());
        line.append(numbers[c] ? space + cell : cell + space).append("  ");
      }
      out.println(line.toString().stripTrailing());
      if (r == 0) {
        out.println("-".repeat(Arrays.stream(widths).sum() + 2 * (widths.length - 1)));
      }
    }
  }

  private static boolean looksLikeNumber(String cell) {
    char first = cell.charAt(0);
    return first == '-' || Character.isDigit(first);
  }
}
