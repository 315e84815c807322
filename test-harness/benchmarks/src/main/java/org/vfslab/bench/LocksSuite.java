package org.vfslab.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.vfslab.bench.jmh.JdkPairs;
import org.vfslab.bench.jmh.LiveThreads;
import org.vfslab.bench.jmh.Pairs;
import org.vfslab.bench.jmh.WriterAndReader;

/** What taking a lock costs on real threads, beside the JDK's. */
final class LocksSuite implements Suite {

  /** How many times as long as a pair of compareAndSet an uncontended pair of ours may take. */
  private static final double TARGET = 2;

  /**
   * One line of a table.
   *
   * @param nanos of one thread the fastest iteration, which other processes disturb least; of two
   *     the median, as in the fastest the other thread may have stood still
   * @param mean over all iterations
   * @param error half the confidence interval of the mean (99.9%)
   */
  private record Cost(String lock, String lockdep, double nanos, double mean, double error) {}

  @Override
  public String name() {
    return "locks";
  }

  @Override
  public String title() {
    return "lock and unlock on real threads (JMH), beside the JDK's";
  }

  @Override
  public void run(Session session) throws RunnerException {
    List<Cost> alone = measure(session, 1, JdkPairs.class.getName(), Pairs.class.getName());
    print(session, "Uncontended: one thread, ns for lock and unlock", "uncontended", alone);
    List<Cost> readers =
        measure(
            session, 2, JdkPairs.class.getName() + ".*Read$", Pairs.class.getName() + ".*Read$");
    print(session, "Two readers at once, ns for lock and unlock of each", "two readers", readers);
    List<Cost> both = measure(session, 0, WriterAndReader.class.getName());
    print(session, "One writer and one reader at once, ns for each", "writer and reader", both);
    session
        .out()
        .println(
            "\nTarget: uncontended, at most "
                + Figures.ratio(TARGET)
                + " of a pair of compareAndSet. Ratios are those of the best iterations, or of the"
                + " medians. Two threads on few, shared cores say more of the scheduler than of the"
                + " locks.");
  }

  private static List<Cost> measure(Session session, int threads, String... include)
      throws RunnerException {
    OptionsBuilder options = new OptionsBuilder();
    for (String pattern : include) {
      options.include(pattern);
    }
    options
        .forks(1)
        .warmupIterations(session.quick() ? 2 : 5)
        .measurementIterations(session.quick() ? 20 : 100)
        .warmupTime(TimeValue.milliseconds(session.quick() ? 300 : 1000))
        .measurementTime(TimeValue.milliseconds(session.quick() ? 20 : 50))
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT)
        .jvmArgsAppend(
            "-Djmh.executor=CUSTOM", "-Djmh.executor.class=" + LiveThreads.class.getName());
    if (threads > 0) {
      options.threads(threads);
    }
    List<Cost> costs = new ArrayList<>();
    for (RunResult run : new Runner(options.build()).run()) {
      String lockdep = run.getParams().getParam("lockdep");
      String validator = lockdep == null ? "" : lockdep;
      Map<String, Result<?>> parts = new TreeMap<>();
      if (threads == 0) {
        run.getSecondaryResults().forEach((label, result) -> parts.put(label, result));
      } else {
        parts.put(run.getPrimaryResult().getLabel(), run.getPrimaryResult());
      }
      parts.forEach(
          (label, result) ->
              costs.add(
                  new Cost(
                      label,
                      validator,
                      result.getStatistics().getPercentile(threads == 1 ? 0 : 50),
                      result.getScore(),
                      result.getScoreError())));
    }
    return costs;
  }

  private static void print(Session session, String heading, String group, List<Cost> costs) {
    session.heading(heading);
    double cas = of("casPair", costs);
    double read = of("reentrantRead", costs);
    double write = of("reentrantWrite", costs);
    Table table =
        new Table(
            "lock",
            "lockdep",
            group.equals("uncontended") ? "ns, best" : "ns, median",
            "mean",
            "+/-",
            "of a CAS pair",
            "of ReentrantReadWriteLock");
    for (Cost cost : costs) {
      double peer = cost.lock.contains("Writ") || cost.lock.equals("spinLock") ? write : read;
      if (cost.lock.endsWith("Writer")) {
        peer = of("reentrantWriter", costs);
      } else if (cost.lock.endsWith("Reader")) {
        peer = of("reentrantReader", costs);
      }
      table.row(
          cost.lock,
          cost.lockdep,
          Figures.nanos(cost.nanos),
          Figures.nanos(cost.mean),
          Double.isNaN(cost.error) ? "" : Figures.nanos(cost.error),
          Double.isNaN(cas) ? "" : Figures.ratio(cost.nanos / cas),
          Double.isNaN(peer) ? "" : Figures.ratio(cost.nanos / peer));
      session.figure(
          "group", group,
          "lock", cost.lock,
          "lockdep", cost.lockdep,
          "nanos", cost.nanos,
          "nanosMean", cost.mean,
          "error", Double.isNaN(cost.error) ? null : cost.error);
    }
    session.print(table);
  }

  private static double of(String lock, Collection<Cost> costs) {
    return costs.stream()
        .filter(cost -> cost.lock.equals(lock))
        .mapToDouble(Cost::nanos)
        .findFirst()
        .orElse(Double.NaN);
  }
}
