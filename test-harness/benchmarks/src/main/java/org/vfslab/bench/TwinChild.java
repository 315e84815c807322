package org.vfslab.bench;

import java.time.Duration;
import java.util.function.Supplier;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Limits;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Scenario;
import org.vfslab.explore.Strategy;

/**
 * Explores one of the {@link Twins} in a JVM of its own: its name, the strategy, whether the first
 * finding ends it, and for how many seconds. Prints lines {@code name=number}.
 */
final class TwinChild {

  private static final Duration WARM_UP = Duration.ofSeconds(3);

  private TwinChild() {}

  /** Explores. */
  public static void main(String[] args) {
    Scenario scenario = Twins.named(args[0]);
    Supplier<Strategy> strategy = args[1].equals("dfs") ? DepthFirst::new : OptimalDpor::new;
    boolean seeksBug = args[2].equals("bug");
    Duration time = Duration.ofSeconds(Long.parseLong(args[3]));
    Limits limits = new Limits(Long.MAX_VALUE, time, seeksBug ? 1 : Integer.MAX_VALUE);
    if (!seeksBug) {
      Measured.explore(
          scenario, strategy, new Limits(Long.MAX_VALUE, WARM_UP, Integer.MAX_VALUE), 2);
    }
    Measured measured = Measured.explore(scenario, strategy, limits, seeksBug ? 0 : 1);
    Exploration seen = measured.exploration();
    print("executions", seen.executions());
    print("nanos", seen.nanos());
    print("bug", seen.failures().size());
    print("complete", measured.isAll() ? 1 : 0);
    if (!seeksBug) {
      print("rate", Math.round(measured.executionsPerSecond()));
      print("steps", Math.round(measured.stepsPerSecond()));
    }
  }

  private static void print(String name, long number) {
    System.out.println(name + "=" + number);
  }
}
