package org.vfslab.lockdep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** The files of {@code kernel/locking/lockdep_proc.c}, 7.2, as text. */
public final class LockdepProc {
  private static final int RULE = 40 + 1 + 12 * (14 + 1);
  private static final String[] CONTEXTS = {"0", "softirq", "hardirq", "hardirq|softirq"};

  private final Reporter reporter;
  private final Graph graph;

  LockdepProc(Reporter reporter, Graph graph) {
    this.reporter = reporter;
    this.graph = graph;
  }

  /** {@code /proc/lockdep}: each class and what was acquired with it held. */
  public String lockdep() {
    StringBuilder text = new StringBuilder("all lock classes:\n");
    synchronized (graph) {
      for (LockClass each : graph.classes.all()) {
        text.append(
            String.format(
                Locale.ROOT,
                "%s OPS:%8d FD:%5d BD:%5d %s: %s\n",
                each.keyAddress(),
                each.operations,
                graph.search.count(each, true),
                graph.search.count(each, false),
                Usage.characters(each.usage),
                each.fullName()));
        for (LockEdge edge = each.first(true); edge != null; edge = edge.next(true)) {
          if (edge.distance() == 1) {
            text.append(
                String.format(
                    Locale.ROOT, " -> [%s] %s\n", edge.to.keyAddress(), edge.to.fullName()));
          }
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  /** {@code /proc/lockdep_chains}: each sequence of holds that was validated. */
  public String chains() {
    StringBuilder text = new StringBuilder("all lock chains:\n");
    synchronized (graph) {
      for (ChainCache.Chain chain : graph.chains.chains()) {
        text.append("irq_context: ").append(CONTEXTS[chain.irqContext()]).append('\n');
        for (LockClass each : chain.classes()) {
          text.append(String.format(Locale.ROOT, "[%s] %s\n", each.keyAddress(), each.fullName()));
        }
        text.append('\n');
      }
    }
    return text.toString();
  }

  /** {@code /proc/lockdep_stats}. */
  public String stats() {
    StringBuilder text = new StringBuilder();
    synchronized (graph) {
      List<LockClass> all = graph.classes.all();
      Statistics counted = graph.statistics;
      int in = Usage.IN_ALL;
      int on = Usage.ENABLED_ALL;
      int hard = 0b1111;
      int soft = hard << Usage.SOFTIRQ;
      int write = Usage.EXCLUSIVE;
      int read = write << Usage.READ;
      long indirect = 0;
      for (LockClass each : all) {
        indirect += graph.search.count(each, true);
      }
      long listEntries = 2L * counted.edges;
      long hardirqSafe = used(in & hard & write);
      long hardirqUnsafe = used(on & hard & write);
      long irqSafe = used(in & write);
      long irqUnsafe = used(on & write);
      most(text, "lock-classes", all.size(), ClassTable.CLASSES_MAX);
      line(text, "dynamic-keys", 0);
      most(text, "direct dependencies", listEntries, 2L * Graph.EDGES_MAX);
      line(text, "indirect dependencies", indirect);
      line(
          text,
          "all direct dependencies",
          irqUnsafe * irqSafe + hardirqUnsafe * hardirqSafe + listEntries);
      most(text, "dependency chains", graph.chains.chains().size(), ChainCache.CHAINS_MAX);
      most(
          text,
          "dependency chain hlocks used",
          counted.chainEntries,
          (long) ChainCache.CHAINS_MAX * 5);
      line(text, "dependency chain hlocks lost", 0);
      line(text, "in-hardirq chains", counted.hardirqChains);
      line(text, "in-softirq chains", counted.softirqChains);
      line(text, "in-process chains", counted.processChains);
      most(text, "stack-trace entries", 3L * counted.traces, 1 << 19);
      line(text, "number of stack traces", counted.traces);
      line(text, "number of stack hash chains", counted.traces);
      line(
          text,
          "combined max dependencies",
          (counted.hardirqChains + 1L) * (counted.softirqChains + 1) * (counted.processChains + 1));
      line(text, "hardirq-safe locks", hardirqSafe);
      line(text, "hardirq-unsafe locks", hardirqUnsafe);
      line(text, "softirq-safe locks", used(in & soft & write));
      line(text, "softirq-unsafe locks", used(on & soft & write));
      line(text, "irq-safe locks", irqSafe);
      line(text, "irq-unsafe locks", irqUnsafe);
      line(text, "hardirq-read-safe locks", used(in & hard & read));
      line(text, "hardirq-read-unsafe locks", used(on & hard & read));
      line(text, "softirq-read-safe locks", used(in & soft & read));
      line(text, "softirq-read-unsafe locks", used(on & soft & read));
      line(text, "irq-read-safe locks", used(in & read));
      line(text, "irq-read-unsafe locks", used(on & read));
      line(
          text,
          "uncategorized locks",
          all.stream().filter(c -> c.usage == 1 << Usage.USED).count());
      line(text, "unused locks", all.stream().filter(c -> c.usage == 0).count());
      line(text, "max locking depth", counted.depthMax);
      line(text, "max bfs queue depth", graph.search.queueDepthMax());
      line(text, "max lock class index", Math.max(0, all.size() - 1));
      line(text, "chain lookup misses", counted.chainMisses);
      line(text, "chain lookup hits", counted.chainHits);
      line(text, "cyclic checks", counted.cyclicChecks);
      line(text, "redundant checks", 0);
      line(text, "redundant links", 0);
      line(text, "find-mask forwards checks", counted.forwardChecks);
      line(text, "find-mask backwards checks", counted.backwardChecks);
      line(text, "hardirq on events", counted.hardirqsOn);
      line(text, "hardirq off events", counted.hardirqsOn);
      line(text, "redundant hardirq ons", 0);
      line(text, "redundant hardirq offs", 0);
      line(text, "softirq on events", counted.softirqsOn);
      line(text, "softirq off events", counted.softirqsOn);
      line(text, "redundant softirq ons", 0);
      line(text, "redundant softirq offs", 0);
      line(text, "debug_locks", reporter.on() ? 1 : 0);
      text.append('\n');
      line(text, "zapped classes", 0);
      line(text, "zapped lock chains", 0);
      line(text, "large chain blocks", 0);
    }
    return text.toString();
  }

  private long used(int bits) {
    return graph.classes.all().stream().filter(each -> (each.usage & bits) != 0).count();
  }

  private static void line(StringBuilder text, String label, long value) {
    text.append(String.format(Locale.ROOT, " %-30s %11d\n", label + ":", value));
  }

  private static void most(StringBuilder text, String label, long value, long max) {
    text.append(String.format(Locale.ROOT, " %-30s %11d [max: %d]\n", label + ":", value, max));
  }

  // ---- lock_stat

  /** {@code /proc/lock_stat}: waits and holds by class, the most contended first. */
  public String lockStat() {
    StringBuilder text = new StringBuilder("lock_stat version 0.4\n");
    if (!reporter.on()) {
      text.append("*WARNING* lock debugging disabled!! - possibly due to a lockdep warning\n");
    }
    rule(text, '-', 0, RULE);
    text.append(String.format(Locale.ROOT, "%40s", "class name"));
    for (String column :
        List.of(
            "con-bounces",
            "contentions",
            "waittime-min",
            "waittime-max",
            "waittime-total",
            "waittime-avg",
            "acq-bounces",
            "acquisitions",
            "holdtime-min",
            "holdtime-max",
            "holdtime-total",
            "holdtime-avg")) {
      text.append(String.format(Locale.ROOT, " %14s", column));
    }
    text.append('\n');
    rule(text, '-', 0, RULE);
    text.append('\n');
    synchronized (graph) {
      List<LockClass> known = new ArrayList<>(graph.classes.all());
      known.removeIf(each -> each.statistics == null);
      known.sort(
          Comparator.comparingLong(
              (LockClass each) -> each.statistics == null ? 0 : -each.statistics.contentions()));
      for (LockClass each : known) {
        ClassStatistics statistics = each.statistics;
        if (statistics != null) {
          of(text, each, statistics);
        }
      }
    }
    return text.toString();
  }

  private static void of(StringBuilder text, LockClass of, ClassStatistics statistics) {
    String suffix = of.fullName().substring(of.name.length());
    String name = of.name.substring(0, Math.min(of.name.length(), 37 - suffix.length())) + suffix;
    boolean reads = statistics.read.holds.count() > 0;
    if (statistics.write.holds.count() > 0) {
      side(
          text,
          reads
              ? String.format(Locale.ROOT, "%38s-W:", name)
              : String.format(Locale.ROOT, "%40s:", name),
          statistics.write);
    }
    if (reads) {
      side(text, String.format(Locale.ROOT, "%38s-R:", name), statistics.read);
    }
    if (statistics.contentions() == 0) {
      return;
    }
    int width = name.length() + (reads ? 2 : 0);
    points(text, name, width, statistics.contention);
    points(text, name, width, statistics.contending);
    if (!statistics.contending.isEmpty()) {
      text.append('\n');
      rule(text, '.', 0, RULE);
      text.append('\n');
    }
  }

  private static void side(StringBuilder text, String label, ClassStatistics.Side side) {
    text.append(label).append(String.format(Locale.ROOT, "%14d ", side.contendedBounces));
    times(text, side.waits);
    text.append(String.format(Locale.ROOT, " %14d ", side.acquiredBounces));
    times(text, side.holds);
    text.append('\n');
  }

  private static void times(StringBuilder text, ClassStatistics.Times times) {
    text.append(String.format(Locale.ROOT, "%14d", times.count()));
    for (long ns : new long[] {times.minNs(), times.maxNs(), times.totalNs(), times.averageNs()}) {
      text.append(String.format(Locale.ROOT, " %14s", micros(ns)));
    }
  }

  /** Nanoseconds as microseconds with two decimals, rounded as the kernel does it. */
  private static String micros(long ns) {
    long rounded = ns + 5;
    return rounded / 1000 + String.format(Locale.ROOT, ".%02d", rounded % 1000 / 10);
  }

  private static void points(
      StringBuilder text, String name, int width, List<ClassStatistics.Point> points) {
    if (!points.isEmpty()) {
      rule(text, '-', 40 - width, width);
    }
    for (ClassStatistics.Point point : points) {
      String ip = Splat.ip(point.site());
      int space = ip.indexOf(' ');
      text.append(
          String.format(
              Locale.ROOT,
              "%40s %14d %29s %s\n",
              name,
              point.count(),
              ip.substring(0, space),
              point.site()));
    }
  }

  private static void rule(StringBuilder text, char of, int indent, int width) {
    text.append(" ".repeat(indent)).append(String.valueOf(of).repeat(width)).append('\n');
  }
}
