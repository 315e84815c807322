package org.vfslab.explore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs a scenario again and again, as a {@link Strategy} has it, and collects what it shows. */
public final class Explorer {

  /** How many executions may be spent on making one failure shorter. */
  private static final long SHORTEN_EXECUTIONS_MAX = 200_000;

  private final Scenario scenario;
  private final Limits limits;
  private final Observer observer;

  /** An explorer of {@code scenario}. */
  public Explorer(Scenario scenario, Limits limits, Observer observer) {
    this.scenario = scenario;
    this.limits = limits;
    this.observer = observer;
  }

  /** An explorer that ends at the first finding. */
  public Explorer(Scenario scenario) {
    this(scenario, Limits.NONE, Observer.NONE);
  }

  /** Explores until the strategy or a limit ends it. */
  public Exploration explore(Strategy strategy) {
    long start = System.nanoTime();
    Duration time = limits.time();
    RecordingChance chance = RecordingChance.of(strategy);
    List<FoundFailure> failures = new ArrayList<>();
    TreeMap<String, Long> observations = new TreeMap<>();
    List<Long> sometimes = new ArrayList<>();
    long executions = 0;
    long cut = 0;
    long steps = 0;
    int restarts = 0;
    String stoppedBy = "";
    while (strategy.begin()) {
      chance.recording().clear();
      if (strategy.restarts() != restarts) {
        restarts = strategy.restarts();
        observations.clear();
        sometimes.clear();
        executions = 0;
        cut = 0;
        steps = 0;
      }
      Execution execution = Execution.run(scenario, chance);
      if (strategy.wasCut()) {
        cut++;
        continue;
      }
      executions++;
      steps += execution.result().steps();
      count(sometimes, execution.properties().seen());
      String observation = execution.properties().observation();
      if (observation != null) {
        observations.merge(observation, 1L, Long::sum);
      }
      for (Finding finding : execution.findings()) {
        if (failures.stream().noneMatch(known -> known.finding().sameAs(finding))) {
          failures.add(
              new FoundFailure(finding, new Recording(chance.recording().toArray()), executions));
        }
      }
      if (failures.size() >= limits.findingsMax()) {
        stoppedBy = "the first finding";
      } else if (executions >= limits.executionsMax()) {
        stoppedBy = "the limit of " + limits.executionsMax() + " executions";
      } else if (time != null && System.nanoTime() - start >= time.toNanos()) {
        stoppedBy = "the time limit";
      } else if (!observer.after(executions, strategy)) {
        stoppedBy = "an interrupt";
      }
      if (!stoppedBy.isEmpty()) {
        break;
      }
    }
    return new Exploration(
        verdict(failures, strategy, executions, stoppedBy),
        strategy.name(),
        executions,
        cut,
        steps,
        System.nanoTime() - start,
        failures,
        sometimes,
        observations,
        stoppedBy);
  }

  private static Verdict verdict(
      List<FoundFailure> failures, Strategy strategy, long executions, String stoppedBy) {
    if (!failures.isEmpty()) {
      return Verdict.VIOLATED;
    }
    if (executions == 0 || !stoppedBy.isEmpty() || strategy.isSampling()) {
      return Verdict.NO_VIOLATION;
    }
    return strategy.isComplete() ? Verdict.HOLDS_COMPLETE : Verdict.HOLDS_WITHIN_BOUND;
  }

  private static void count(List<Long> sometimes, List<Integer> seen) {
    for (int property : seen) {
      while (sometimes.size() <= property) {
        sometimes.add(0L);
      }
      sometimes.set(property, sometimes.get(property) + 1);
    }
  }

  /**
   * Looks for the same finding with as few preemptions as possible, trying none, one, two and so
   * on; returns the failure as it was when the search would take too long.
   */
  public FoundFailure shorten(FoundFailure failure) {
    long left = SHORTEN_EXECUTIONS_MAX;
    for (int preemptions = 0; left > 0; preemptions++) {
      DepthFirst strategy = new DepthFirst(preemptions);
      RecordingChance chance = RecordingChance.of(strategy);
      @Nullable FoundFailure best = null;
      while (left-- > 0 && strategy.begin()) {
        chance.recording().clear();
        Execution execution = Execution.run(scenario, chance);
        if (failure.finding().isIn(execution.findings())
            && (best == null || execution.result().steps() < best.execution())) {
          best =
              new FoundFailure(
                  failure.finding(),
                  new Recording(chance.recording().toArray()),
                  execution.result().steps());
        }
      }
      if (best != null) {
        return new FoundFailure(best.finding(), best.recording(), failure.execution());
      }
      if (strategy.isComplete()) {
        break;
      }
    }
    return failure;
  }
}
