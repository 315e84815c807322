package org.vfslab.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What the executions of an exploration, or of a part of one, have shown so far. */
final class Tally {
  private final List<FoundFailure> failures = new ArrayList<>();
  private final TreeMap<String, Long> observations = new TreeMap<>();
  private final List<Long> sometimes = new ArrayList<>();
  private long executions;
  private long cut;
  private long steps;

  void clear() {
    failures.clear();
    observations.clear();
    sometimes.clear();
    executions = 0;
    cut = 0;
    steps = 0;
  }

  void addCut() {
    cut++;
  }

  void add(Execution execution, Recording recording) {
    executions++;
    steps += execution.result().steps();
    for (int property : execution.properties().seen()) {
      count(property, 1);
    }
    String observation = execution.properties().observation();
    if (observation != null) {
      observations.merge(observation, 1L, Long::sum);
    }
    for (Finding finding : execution.findings()) {
      if (isNew(finding)) {
        failures.add(new FoundFailure(finding, new Recording(recording.toArray()), executions));
      }
    }
  }

  /** Adds what another part has shown, as if it had come after this one. */
  void add(Tally later) {
    for (FoundFailure failure : later.failures) {
      if (isNew(failure.finding())) {
        failures.add(
            new FoundFailure(
                failure.finding(), failure.recording(), executions + failure.execution()));
      }
    }
    later.observations.forEach((state, count) -> observations.merge(state, count, Long::sum));
    for (int property = 0; property < later.sometimes.size(); property++) {
      count(property, later.sometimes.get(property));
    }
    executions += later.executions;
    cut += later.cut;
    steps += later.steps;
  }

  private void count(int property, long times) {
    while (sometimes.size() <= property) {
      sometimes.add(0L);
    }
    sometimes.set(property, sometimes.get(property) + times);
  }

  private boolean isNew(Finding finding) {
    return failures.stream().noneMatch(known -> known.finding().sameAs(finding));
  }

  long executions() {
    return executions;
  }

  List<FoundFailure> failures() {
    return failures;
  }

  Exploration exploration(Verdict verdict, String strategy, long nanos, String stoppedBy) {
    return new Exploration(
        verdict,
        strategy,
        executions,
        cut,
        steps,
        nanos,
        failures,
        sometimes,
        observations,
        stoppedBy);
  }
}
