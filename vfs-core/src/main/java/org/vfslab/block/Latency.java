package org.vfslab.block;

import org.vfslab.machine.Machine;

/** How long a device takes for a request. */
public sealed interface Latency {

  /** Any time: the completion may come at every moment after the submission, in any order. */
  record Any() implements Latency {}

  /** Always the same virtual time, in nanoseconds. */
  record Fixed(long ns) implements Latency {
    /** Checks the bounds. */
    public Fixed {
      if (ns < 0) {
        throw new IllegalArgumentException("a latency is not negative: " + ns + " ns");
      }
    }
  }

  /**
   * Between two virtual times in nanoseconds, both possible; chance picks one of {@link #STEPS}
   * values that are equally far apart.
   */
  record Uniform(long minNs, long maxNs) implements Latency {
    /** How many different latencies are possible. */
    public static final int STEPS = 16;

    /** Checks the bounds. */
    public Uniform {
      if (minNs < 0 || maxNs < minNs) {
        throw new IllegalArgumentException(
            "a uniform latency needs 0 <= min <= max, not " + minNs + " ns to " + maxNs + " ns");
      }
    }

    long pickNs(Machine machine) {
      int step = machine.choose(STEPS, "latency");
      return minNs + (maxNs - minNs) * step / (STEPS - 1);
    }
  }
}
