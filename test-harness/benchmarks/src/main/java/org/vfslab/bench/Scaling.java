package org.vfslab.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;

/** How much faster several workers make a reduced exploration, and whether they show the same. */
final class Scaling {

  private static final List<Program> PROGRAMS =
      List.of(Programs.counter(2, 10), Programs.readers(17), Programs.rwsemSections(5));
  private static final List<Program> QUICK =
      List.of(Programs.counter(2, 9), Programs.readers(14), Programs.rwsemSections(4));

  private final OperatingSystemMXBean system =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** An exploration, with the CPU time that all threads took for it. */
  private record Run(Exploration exploration, double seconds, double cpuSeconds) {}

  void run(Session session) {
    Table table =
        new Table(
            "program", "workers", "executions", "blocked", "seconds", "faster", "cpu s", "load");
    for (Program program : session.quick() ? QUICK : PROGRAMS) {
      explore(program, 2);
      Run one = explore(program, 1);
      for (int workers : new int[] {1, 2}) {
        Run run = workers == 1 ? one : explore(program, workers);
        Exploration seen = run.exploration;
        if (seen.executions() != one.exploration.executions()) {
          throw new BenchException(
              program.name() + ": " + workers + " workers made " + seen.executions());
        }
        table.row(
            program.name(),
            Integer.toString(workers),
            Figures.count((double) seen.executions()),
            Figures.count((double) seen.cut()),
            Figures.seconds(run.seconds * 1e9),
            Figures.ratio(one.seconds / run.seconds),
            Figures.seconds(run.cpuSeconds * 1e9),
            Figures.ratio(system.getSystemLoadAverage()));
        session.figure(
            "program",
            program.name(),
            "workers",
            workers,
            "executions",
            seen.executions(),
            "sleepSetBlocked",
            seen.cut(),
            "nanos",
            (long) (run.seconds * 1e9),
            "cpuNanos",
            (long) (run.cpuSeconds * 1e9),
            "faster",
            one.seconds / run.seconds);
      }
    }
    session.heading("Several workers (target: 2 are 1.80 times as fast; says little under load)");
    session.print(table);
  }

  private Run explore(Program program, int workers) {
    long start = System.nanoTime();
    long cpuStart = system.getProcessCpuTime();
    Exploration exploration =
        new Explorer(program, Limits.EXHAUST, Observer.NONE).explore(new OptimalDpor(), workers);
    return new Run(
        exploration,
        (System.nanoTime() - start) / 1e9,
        (system.getProcessCpuTime() - cpuStart) / 1e9);
  }
}
