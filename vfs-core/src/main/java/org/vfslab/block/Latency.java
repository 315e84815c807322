package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.machine.Machine;

/**
 * How long a device takes for a request. What is drawn is asked of the machine's chance, so that a
 * recording replays it; times are whole nanoseconds.
 */
public sealed interface Latency {

  /** Any time: the completion may come at every moment after the submission, in any order. */
  record Any() implements Latency {}

  /** None at all: the request ends in the context that submits it ({@code null_blk irqmode=0}). */
  record None() implements Latency {}

  /** A latency in virtual time. */
  sealed interface Timed extends Latency {
    /** How long the next request takes, in nanoseconds. */
    long pickNs(Machine machine);
  }

  /** Always the same virtual time, in nanoseconds. */
  record Fixed(long ns) implements Timed {
    /** Checks the bounds. */
    public Fixed {
      if (ns < 0) {
        throw new IllegalArgumentException("a latency is not negative: " + ns + " ns");
      }
    }

    @Override
    public long pickNs(Machine machine) {
      return ns;
    }
  }

  /**
   * Between two virtual times in nanoseconds, both possible; chance picks one of {@link #STEPS}
   * values that are equally far apart.
   */
  record Uniform(long minNs, long maxNs) implements Timed {
    /** How many different latencies are possible. */
    public static final int STEPS = 16;

    /** Checks the bounds. */
    public Uniform {
      if (minNs < 0 || maxNs < minNs) {
        throw new IllegalArgumentException(
            "a uniform latency needs 0 <= min <= max, not " + minNs + " ns to " + maxNs + " ns");
      }
    }

    @Override
    public long pickNs(Machine machine) {
      int step = machine.choose(STEPS, "latency");
      return minNs + (maxNs - minNs) * step / (STEPS - 1);
    }
  }

  /** Exponentially distributed around a mean: chance picks one of {@link Quantiles#STEPS}. */
  record Exponential(long meanNs) implements Timed {
    /** Checks the bounds. */
    public Exponential {
      if (meanNs < 1) {
        throw new IllegalArgumentException("a mean latency is at least 1 ns, not " + meanNs);
      }
    }

    @Override
    public long pickNs(Machine machine) {
      return (long) (-StrictMath.log(1 - Quantiles.pick(machine)) * meanNs);
    }
  }

  /**
   * Log-normally distributed: the logarithm of latency over median is normal with a standard
   * deviation of {@code sigmaPercent} hundredths.
   */
  record LogNormal(long medianNs, int sigmaPercent) implements Timed {
    private static final double PERCENT = 100;

    /** Checks the bounds. */
    public LogNormal {
      if (medianNs < 1 || sigmaPercent < 0 || sigmaPercent > 1000) {
        throw new IllegalArgumentException(
            "a lognormal latency has a median of at least 1 ns and a sigma of 0 to 1000 percent,"
                + " not "
                + medianNs
                + " ns and "
                + sigmaPercent);
      }
    }

    @Override
    public long pickNs(Machine machine) {
      double z = Quantiles.normal(Quantiles.pick(machine));
      return (long) (medianNs * StrictMath.exp(z * sigmaPercent / PERCENT));
    }
  }

  /** One of these, each as likely as its weight says. */
  record Table(List<Row> rows) implements Timed {

    /** A latency and its weight. */
    public record Row(long ns, int weight) {}

    /** Checks the bounds. */
    public Table {
      rows = List.copyOf(rows);
      long sum = 0;
      for (Row row : rows) {
        if (row.ns() < 0 || row.weight() < 1) {
          throw new IllegalArgumentException(
              "a row of a latency table is a time that is not negative and a weight of at least 1");
        }
        sum += row.weight();
      }
      if (rows.isEmpty() || sum > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a latency table has at least one row, and weights of at most "
                + Integer.MAX_VALUE
                + " together");
      }
    }

    /**
     * A table from text: rows of nanoseconds and weight, such as {@code "10000 99, 5000000 1"};
     * rows are ended by a comma or the end of the line, and {@code #} begins a remark.
     */
    public static Table parse(String text) {
      List<Row> rows = new ArrayList<>();
      for (String line : text.split("[,\n]", -1)) {
        String row = line.replaceAll("#.*", "").strip();
        if (!row.isEmpty()) {
          String[] words = row.split("\\s+", -1);
          if (words.length != 2
              || !words[0].matches("\\d{1,18}")
              || !words[1].matches("\\d{1,9}")) {
            throw new IllegalArgumentException(
                "'" + row + "' is no row of a latency table; write nanoseconds and a weight");
          }
          rows.add(new Row(Long.parseLong(words[0]), Integer.parseInt(words[1])));
        }
      }
      return new Table(rows);
    }

    @Override
    public long pickNs(Machine machine) {
      int total = rows.stream().mapToInt(Row::weight).sum();
      int left = machine.choose(total, "latency");
      for (Row row : rows) {
        left -= row.weight();
        if (left < 0) {
          return row.ns();
        }
      }
      throw new IllegalStateException("chance answered beyond the table");
    }
  }
}
