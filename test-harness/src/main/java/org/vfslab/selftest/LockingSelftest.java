package org.vfslab.selftest;

import java.io.PrintStream;
import java.util.List;
import org.vfslab.machine.Report;

/**
 * The locking API test-suite, after {@code lib/locking-selftest.c}: each cell runs on a machine of
 * its own, and is ok if lockdep said what it must, or nothing where it must say nothing.
 */
public final class LockingSelftest {
  private static final String RULE = "  " + "-".repeat(90);

  private final PrintStream out;
  private int total;
  private int failed;

  /** A test that prints to {@code out}. */
  public LockingSelftest(PrintStream out) {
    this.out = out;
  }

  /** Runs all cells; returns whether all are ok. */
  public boolean run() {
    out.println("------------------------");
    out.println("| Locking API testsuite:");
    out.println("-".repeat(92));
    List<String> kinds = LockKind.COLUMNS.stream().map(LockKind::column).toList();
    head(kinds);
    rows(Shapes.ofAllKinds(), kinds);
    out.println(RULE);
    rows(Shapes.ofReadersAndWriters(), kinds);
    out.println(RULE);
    rows(IrqShapes.all(), kinds);
    title("queued read lock tests");
    rows(IrqShapes.ofQueuedReaders(), List.of(""));
    title("wait context tests");
    List<String> inner = WaitShapes.INNER.stream().map(LockKind::column).toList();
    head(inner);
    rows(WaitShapes.all(), inner);
    title("nesting tests");
    rows(WaitShapes.ofNesting(), List.of(""));
    title("local_lock tests");
    rows(IrqShapes.ofLocalLocks(), List.of(""));
    rows(List.of(IrqShapes.hardUnsafeSoftSafe()), List.of(""));
    out.println("-".repeat(65));
    if (failed == 0) {
      out.printf("Good, all %3d testcases passed! |%n", total);
    } else {
      out.printf("BUG: %3d unexpected failures (out of %3d) |%n", failed, total);
    }
    out.println("-".repeat(65));
    out.flush();
    return failed == 0;
  }

  private void title(String words) {
    out.println(RULE);
    out.println("  | " + words + " |");
    out.println("  " + "-".repeat(words.length() + 4));
  }

  private void head(List<String> columns) {
    StringBuilder line = new StringBuilder(" ".repeat(37)).append('|');
    for (String column : columns) {
      line.append(String.format("%-6s|", String.format(" %-5s", column)));
    }
    out.println(line);
    out.println(RULE);
  }

  private void rows(List<Shape> rows, List<String> columns) {
    for (Shape row : rows) {
      StringBuilder line = new StringBuilder(String.format("%37s|", row.name() + ":"));
      for (String column : columns) {
        Shape.Cell cell = row.cells().get(column);
        line.append(cell == null ? "      |" : isOk(cell) ? "  ok  |" : "FAILED|");
      }
      out.println(line.toString().replaceAll("(      [|])+$", ""));
    }
  }

  private boolean isOk(Shape.Cell cell) {
    List<Report> reports = Bench.reports(cell.body());
    boolean ok =
        cell.says().isEmpty()
            ? reports.isEmpty()
            : !reports.isEmpty()
                && cell.says().stream().anyMatch(reports.getFirst().title()::contains);
    total++;
    failed += ok ? 0 : 1;
    return ok;
  }
}
