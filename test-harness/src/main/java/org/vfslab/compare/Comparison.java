package org.vfslab.compare;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Limits;
import org.vfslab.explore.RandomWalk;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.machine.MachineConfig;
import org.vfslab.patch.Patch;

/**
 * The table: a row for each barrier, a column for each question.
 *
 * @param barriers the rows
 * @param questions the columns
 * @param cells the answers, a list for each row
 */
public record Comparison(List<Barrier> barriers, List<Question> questions, List<List<Cell>> cells) {

  /** The title of the last column, which is made of all explorations of a row. */
  public static final String LOCKDEP = "lockdep";

  /** Is told before each cell, and may end the comparison. */
  @FunctionalInterface
  public interface Watcher {
    /** Returns whether to go on. */
    boolean begins(Barrier barrier, Question question);
  }

  /**
   * Computes the table.
   *
   * @param limits of each exploration
   * @param watcher told of each cell; if it ends the comparison, rows that are not whole are left
   *     out
   */
  public static Comparison of(
      List<Barrier> barriers, List<Question> questions, Limits limits, Watcher watcher) {
    List<Barrier> rows = new ArrayList<>();
    List<List<Cell>> cells = new ArrayList<>();
    for (Barrier barrier : barriers) {
      List<Cell> row = new ArrayList<>();
      for (Question question : questions) {
        if (!watcher.begins(barrier, question)) {
          return new Comparison(rows, questions, cells);
        }
        row.add(answer(barrier, question, limits));
      }
      row.add(lockdep(row));
      rows.add(barrier);
      cells.add(row);
    }
    return new Comparison(rows, questions, cells);
  }

  /** The titles of the columns, the row's name first. */
  public List<String> titles() {
    List<String> titles = new ArrayList<>();
    titles.add("barrier");
    questions.forEach(question -> titles.add(question.title()));
    titles.add(LOCKDEP);
    return titles;
  }

  private static Cell answer(Barrier barrier, Question question, Limits limits) {
    return switch (question.reading()) {
      case HOLDS -> {
        LitmusScenario scenario = compile(barrier, question, MachineConfig.DEFAULT);
        Tried tried = Tried.of(scenario, limits);
        if (tried.found(Finding.Kind.VIOLATION)) {
          yield tried.cell("no");
        }
        if (tried.found(Finding.Kind.DEADLOCK)) {
          yield tried.cell("hangs");
        }
        yield tried.cell(tried.asked() ? "yes" : "never asked");
      }
      case LONGEST -> {
        Tried tried = Tried.of(compile(barrier, question, MachineConfig.DEFAULT), limits);
        if (tried.found(Finding.Kind.DEADLOCK)) {
          yield tried.cell("ever");
        }
        long longest = tried.longest();
        yield tried.cell(time(longest));
      }
      case EXTRA_STEPS -> {
        long own = steps(barrier.patches(), question, barrier);
        long upstream = barrier.patches().isEmpty() ? own : steps(List.of(), question, barrier);
        yield new Cell(
            own == upstream ? "" + own : upstream + " + " + (own - upstream), true, 2, List.of());
      }
    };
  }

  private static String time(long nanos) {
    if (nanos == 0) {
      return "no time";
    }
    long ms = Math.round(nanos / 1e6);
    return ms >= 1_000 ? Math.round(ms / 1e3) + " s" : ms + " ms";
  }

  private static LitmusScenario compile(Barrier barrier, Question question, MachineConfig machine) {
    return LitmusScenario.compile(question.about(barrier), barrier.patches(), machine);
  }

  /** One task alone has one schedule, whatever throws the dice. */
  private static long steps(List<Patch> patches, Question question, Barrier barrier) {
    RandomWalk walk = new RandomWalk(1, 1);
    walk.begin();
    return Execution.run(
            LitmusScenario.compile(
                question.about(barrier),
                patches,
                MachineConfig.DEFAULT.withGranularity(MachineConfig.Granularity.WORD)),
            walk)
        .result()
        .steps();
  }

  private static Cell lockdep(List<Cell> row) {
    List<String> splats =
        row.stream()
            .flatMap(cell -> cell.findings().stream())
            .filter(finding -> finding.startsWith(Finding.Kind.SPLAT.word()))
            .distinct()
            .toList();
    return new Cell(
        splats.isEmpty() ? "clean" : "splat",
        row.stream().allMatch(Cell::complete),
        row.stream().mapToLong(Cell::executions).sum(),
        splats);
  }
}
