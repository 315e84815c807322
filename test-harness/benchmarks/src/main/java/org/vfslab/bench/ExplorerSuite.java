package org.vfslab.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Limits;
import org.vfslab.explore.OptimalDpor;

/** How many executions the reduction needs for the programs of the literature, and how fast. */
final class ExplorerSuite implements Suite {

  private static final String POPL_2014 = "POPL 2014";
  private static final String COUNTED = "by counting";
  private static final String NOT_PUBLISHED = "not published";

  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final Duration LIMIT_QUICK = Duration.ofSeconds(20);

  private static final long QUICK_MAX = 10_000;

  /**
   * A program and how many executions an optimal reduction makes.
   *
   * @param program makes it
   * @param optimal the number, or -1 if it is not known
   * @param source where the number stands
   */
  private record Classic(Supplier<Program> program, long optimal, String source) {}

  // The numbers of POPL 2014 are those of its table of experiments (Abdulla, Aronis, Jonsson,
  // Sagonas: "Optimal dynamic partial order reduction", section 9), column of the optimal
  // algorithm. "By counting" are those for which the number of traces follows from the program.
  private static final List<Classic> CLASSICS =
      List.of(
          new Classic(() -> Programs.readers(2), 4, POPL_2014),
          new Classic(() -> Programs.readers(8), 256, POPL_2014),
          new Classic(() -> Programs.readers(13), 8_192, POPL_2014),
          new Classic(() -> Programs.lastzero(5), 64, POPL_2014),
          new Classic(() -> Programs.lastzero(10), 3_328, POPL_2014),
          new Classic(() -> Programs.lastzero(15), 147_456, POPL_2014),
          new Classic(() -> Programs.indexer(12), 8, POPL_2014),
          new Classic(() -> Programs.indexer(15), 4_096, POPL_2014),
          new Classic(() -> Programs.filesystem(14), 2, POPL_2014),
          new Classic(() -> Programs.filesystem(16), 8, POPL_2014),
          new Classic(() -> Programs.filesystem(18), 32, POPL_2014),
          new Classic(() -> Programs.filesystem(19), 64, POPL_2014),
          new Classic(() -> Programs.lastwrite(6), 720, COUNTED),
          new Classic(() -> Programs.lastwrite(8), 40_320, COUNTED),
          new Classic(() -> Programs.counter(2, 8), 12_870, COUNTED),
          new Classic(() -> Programs.counter(3, 4), 34_650, COUNTED),
          new Classic(Programs::storeBuffering, 3, COUNTED),
          new Classic(Programs::iriw, 15, COUNTED),
          new Classic(() -> Programs.sections(4), 24, COUNTED),
          new Classic(() -> Programs.pairs(1), -1, NOT_PUBLISHED),
          new Classic(() -> Programs.pairs(3), -1, NOT_PUBLISHED),
          new Classic(() -> Programs.rwsemSections(3), -1, NOT_PUBLISHED));

  @Override
  public String name() {
    return "explorer";
  }

  @Override
  public String title() {
    return "executions of optimal DPOR beside the published numbers, and their rate";
  }

  @Override
  public void run(Session session) {
    Measured.explore(Programs.readers(8), OptimalDpor::new, limits(LIMIT_QUICK), 2);
    Table table =
        new Table(
            "program",
            "granularity",
            "executions",
            "optimal",
            "equal",
            "source",
            "blocked",
            "steps/exec",
            "seconds",
            "exec/s",
            "exec/cpu-s",
            "steps/s");
    int different = 0;
    long blocked = 0;
    for (Classic classic : CLASSICS) {
      if (session.quick() && classic.optimal > QUICK_MAX) {
        continue;
      }
      Program program = classic.program.get();
      Limits limits = limits(session.quick() ? LIMIT_QUICK : LIMIT);
      Measured measured =
          Measured.explore(program, OptimalDpor::new, limits, session.quick() ? 0.1 : 1);
      Exploration seen = measured.exploration();
      boolean all = measured.isAll();
      boolean known = classic.optimal >= 0;
      boolean equal = all && seen.executions() == classic.optimal;
      different += known && !equal ? 1 : 0;
      blocked += seen.cut();
      table.row(
          program.name(),
          program.machine().granularity().name().toLowerCase(Locale.ROOT),
          Figures.count((double) seen.executions()) + (all ? "" : " (stopped)"),
          known ? Figures.count((double) classic.optimal) : "",
          known ? equal ? "yes" : "NO" : "",
          classic.source,
          Figures.count((double) seen.cut()),
          Figures.nanos(measured.stepsPerExecution()),
          Figures.seconds((double) seen.nanos()),
          Figures.count(measured.executionsPerSecond()),
          Figures.count(measured.executionsPerCpuSecond()),
          Figures.count(measured.stepsPerSecond()));
      session.figure(
          "program", program.name(),
          "executions", seen.executions(),
          "complete", all,
          "optimal", known ? classic.optimal : null,
          "source", classic.source,
          "sleepSetBlocked", seen.cut(),
          "steps", seen.steps(),
          "nanos", seen.nanos(),
          "executionsPerSecond", measured.executionsPerSecond(),
          "executionsPerCpuSecond", measured.executionsPerCpuSecond(),
          "stepsPerSecond", measured.stepsPerSecond());
    }
    session.print(table);
    session
        .out()
        .println(
            "\nNot equal: "
                + different
                + ". Sleep-set-blocked executions, together: "
                + blocked
                + " (target of both: 0).");
    new Scaling().run(session);
  }

  private static Limits limits(Duration time) {
    return new Limits(Long.MAX_VALUE, time, Integer.MAX_VALUE);
  }
}
