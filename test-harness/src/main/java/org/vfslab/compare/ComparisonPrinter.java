package org.vfslab.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.vfslab.report.ModelVersion;

/** A comparison as text, Markdown and JSON. */
public final class ComparisonPrinter {

  private static final String LEGEND = "* not every schedule was tried";

  private ComparisonPrinter() {}

  /** A table that has the questions as lines and the barriers as columns, for terminals. */
  public static List<String> text(Comparison comparison) {
    List<List<String>> rows = turned(comparison);
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (int r = 0; r < rows.size(); r++) {
      lines.add(aligned(rows.get(r), widths));
      if (r == 0) {
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
          rule.add("-".repeat(width));
        }
        lines.add(aligned(rule, widths));
      }
    }
    if (!isComplete(comparison)) {
      lines.add("");
      lines.add(LEGEND);
    }
    return lines;
  }

  private static String aligned(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(i == 0 ? "" : "  ").append(row.get(i));
      line.append(" ".repeat(widths[i] - row.get(i).length()));
    }
    return line.toString().stripTrailing();
  }

  /** The questions as rows, the barriers as columns. */
  private static List<List<String>> turned(Comparison comparison) {
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of(""));
    comparison.barriers().forEach(barrier -> header.add(barrier.name()));
    rows.add(header);
    List<String> titles = comparison.titles();
    for (int column = 1; column < titles.size(); column++) {
      List<String> row = new ArrayList<>(List.of(titles.get(column)));
      for (List<Cell> cells : comparison.cells()) {
        row.add(cells.get(column - 1).shown());
      }
      rows.add(row);
    }
    return rows;
  }

  /** A table with a row for each barrier. */
  public static List<String> markdown(Comparison comparison) {
    List<String> lines = new ArrayList<>();
    List<String> titles = comparison.titles();
    lines.add("| " + String.join(" | ", titles) + " |");
    lines.add("|" + " --- |".repeat(titles.size()));
    for (int row = 0; row < comparison.barriers().size(); row++) {
      StringBuilder line = new StringBuilder("| " + comparison.barriers().get(row).name() + " |");
      for (Cell cell : comparison.cells().get(row)) {
        line.append(' ').append(cell.shown().replace("*", "\\*")).append(" |");
      }
      lines.add(line.toString());
    }
    if (!isComplete(comparison)) {
      lines.add("");
      lines.add("\\" + LEGEND);
    }
    return lines;
  }

  /** All that is known of each cell. */
  public static ObjectNode json(Comparison comparison) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("model", ModelVersion.CURRENT);
    ArrayNode rows = tree.putArray("barriers");
    List<String> titles = comparison.titles();
    for (int row = 0; row < comparison.barriers().size(); row++) {
      Barrier barrier = comparison.barriers().get(row);
      ObjectNode node = rows.addObject();
      node.put("name", barrier.name());
      ArrayNode patches = node.putArray("patches");
      barrier.patches().forEach(patch -> patches.add(patch.name()));
      node.put("call", barrier.call());
      node.put("release", barrier.release());
      ArrayNode answers = node.putArray("answers");
      for (int column = 0; column < comparison.cells().get(row).size(); column++) {
        Cell cell = comparison.cells().get(row).get(column);
        ObjectNode answer = answers.addObject();
        answer.put("question", titles.get(column + 1));
        if (column < comparison.questions().size()) {
          answer.put("asks", comparison.questions().get(column).words());
        }
        answer.put("answer", cell.answer());
        answer.put("complete", cell.complete());
        answer.put("executions", cell.executions());
        cell.findings().forEach(answer.putArray("findings")::add);
      }
    }
    return tree;
  }

  private static boolean isComplete(Comparison comparison) {
    return comparison.cells().stream().flatMap(List::stream).allMatch(Cell::complete);
  }
}
