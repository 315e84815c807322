package org.vfslab.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.Supplier;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.Scenario;
import org.vfslab.explore.Strategy;

/**
 * An exploration and its rate, for which a short one is made again and again.
 *
 * @param exploration the first one
 * @param executionsPerSecond over all of them
 * @param executionsPerCpuSecond the same by the CPU time of the exploring thread, of which other
 *     processes take nothing away
 * @param stepsPerSecond over all of them
 */
record Measured(
    Exploration exploration,
    double executionsPerSecond,
    double executionsPerCpuSecond,
    double stepsPerSecond) {

  static Measured explore(
      Scenario scenario, Supplier<Strategy> strategy, Limits limits, double seconds) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpuStart = threads.getCurrentThreadCpuTime();
    Explorer explorer = new Explorer(scenario, limits, Observer.NONE);
    Exploration first = explorer.explore(strategy.get());
    long executions = 0;
    long steps = 0;
    long nanos = 0;
    Exploration each = first;
    while (true) {
      executions += each.executions();
      steps += each.steps();
      nanos += each.nanos();
      if (nanos >= seconds * 1e9) {
        double cpu = threads.getCurrentThreadCpuTime() - cpuStart;
        return new Measured(
            first, executions * 1e9 / nanos, executions * 1e9 / cpu, steps * 1e9 / nanos);
      }
      each = explorer.explore(strategy.get());
    }
  }

  /** Whether nothing was left to explore. */
  boolean isAll() {
    return exploration.stoppedBy().isEmpty();
  }

  /** The length of an execution. */
  double stepsPerExecution() {
    return (double) exploration.steps() / Math.max(1, exploration.executions());
  }
}
