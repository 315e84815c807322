package org.vfslab.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A table of text: a header, rows of wrapped cells, and lines that go across.
 *
 * <p>The first columns are numbers, as wide as they need and aligned at the right; the others share
 * what is left of the page.
 */
final class TextTable {

  private static final String BAR = " | ";
  private static final String CROSSING = "-+-";

  private final List<String> header;
  private final int numberColumns;
  private final int[] wanted;
  private final List<Row> rows = new ArrayList<>();

  private sealed interface Row {
    record Cells(List<String> cells) implements Row {}

    record Across(String text) implements Row {}
  }

  TextTable(List<String> header, int numberColumns) {
    this.header = header;
    this.numberColumns = numberColumns;
    this.wanted = header.stream().mapToInt(Plain::width).toArray();
  }

  void row(List<String> cells) {
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = Math.max(wanted[i], Plain.width(cells.get(i)));
    }
    rows.add(new Row.Cells(cells));
  }

  void across(String text) {
    rows.add(new Row.Across(text));
  }

  /** The smallest width that a text column gets although it wants more; else a large number. */
  int narrowest(int width) {
    int[] widths = widths(width);
    int narrowest = Integer.MAX_VALUE;
    for (int i = numberColumns; i < widths.length; i++) {
      if (widths[i] < wanted[i]) {
        narrowest = Math.min(narrowest, widths[i]);
      }
    }
    return narrowest;
  }

  private int[] widths(int width) {
    int room = width - BAR.length() * (wanted.length - 1);
    for (int i = 0; i < numberColumns; i++) {
      room -= wanted[i];
    }
    int[] text = new int[wanted.length - numberColumns];
    System.arraycopy(wanted, numberColumns, text, 0, text.length);
    int[] widths = wanted.clone();
    System.arraycopy(ColumnWidths.share(text, room), 0, widths, numberColumns, text.length);
    return widths;
  }

  List<String> lines(int width) {
    int[] widths = widths(width);
    List<String> lines = new ArrayList<>();
    addCells(lines, header, widths);
    StringBuilder rule = new StringBuilder();
    for (int columnWidth : widths) {
      rule.append(rule.isEmpty() ? "" : CROSSING).append("-".repeat(columnWidth));
    }
    lines.add(rule.toString());
    for (Row row : rows) {
      switch (row) {
        case Row.Cells(List<String> cells) -> addCells(lines, cells, widths);
        case Row.Across(String text) -> lines.addAll(Plain.wrapped(text, width));
      }
    }
    return lines;
  }

  private void addCells(List<String> lines, List<String> cells, int[] widths) {
    List<List<String>> wrapped = new ArrayList<>(widths.length);
    int height = 1;
    for (int i = 0; i < widths.length; i++) {
      List<String> cell = Plain.wrapped(cells.get(i), widths[i]);
      wrapped.add(cell);
      height = Math.max(height, cell.size());
    }
    for (int k = 0; k < height; k++) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String part = k < wrapped.get(i).size() ? wrapped.get(i).get(k) : "";
        String blanks = " ".repeat(Math.max(0, widths[i] - Plain.width(part)));
        line.append(i == 0 ? "" : BAR).append(i < numberColumns ? blanks + part : part + blanks);
      }
      lines.add(line.toString().stripTrailing());
    }
  }
}
