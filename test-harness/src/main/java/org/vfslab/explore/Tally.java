package org.vfslab.explore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.vfslab.machine.RunResult;

/** What the executions of an exploration, or of a part of one, have shown so far. */
final class Tally {
  /** What tells findings apart. */
  private record Key(Finding.Kind kind, String essence) {
    static Key of(Finding finding) {
      return new Key(finding.kind(), finding.essence());
    }
  }

  private final Map<Key, FoundFailure> failures = new LinkedHashMap<>();
  private final TreeMap<String, Long> observations = new TreeMap<>();
  private final List<Long> sometimes = new ArrayList<>();
  private final TreeSet<String> bounds = new TreeSet<>();
  private long executions;
  private long cut;
  private long steps;

  void addCut() {
    cut++;
  }

  /** Notes that schedules were left out, and which. */
  void boundedBy(String bound) {
    bounds.add(bound);
  }

  void add(Execution execution, Recording recording) {
    executions++;
    steps += execution.result().steps();
    if (execution.result().outcome() == RunResult.Outcome.STEP_LIMIT) {
      boundedBy("runs of at most " + (execution.result().steps() - 1) + " steps");
    }
    for (int property : execution.properties().seen()) {
      count(property, 1);
    }
    String observation = execution.properties().observation();
    if (observation != null) {
      observations.merge(observation, 1L, Long::sum);
    }
    List<Finding> findings = execution.findings();
    for (int i = 0; i < findings.size(); i++) {
      Finding finding = findings.get(i);
      if (finding.isIn(findings.subList(0, i))) {
        continue;
      }
      Key key = Key.of(finding);
      FoundFailure known = failures.get(key);
      failures.put(
          key,
          known == null
              ? new FoundFailure(finding, new Recording(recording.toArray()), executions)
              : known.seenAgain(1));
    }
  }

  /** Adds what another part has shown, as if it had come after this one. */
  void add(Tally later) {
    later.failures.forEach(
        (key, failure) -> {
          FoundFailure known = failures.get(key);
          failures.put(
              key, known == null ? failure.later(executions) : known.seenAgain(failure.times()));
        });
    later.observations.forEach((state, count) -> observations.merge(state, count, Long::sum));
    for (int property = 0; property < later.sometimes.size(); property++) {
      count(property, later.sometimes.get(property));
    }
    bounds.addAll(later.bounds);
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

  long executions() {
    return executions;
  }

  /** The different findings, in the order in which they were found. */
  List<FoundFailure> failures() {
    return List.copyOf(failures.values());
  }

  /** What was left out, in words. */
  Set<String> bounds() {
    return bounds;
  }

  int findings() {
    return failures.size();
  }

  Saved save() {
    List<Saved> found = new ArrayList<>();
    for (FoundFailure failure : failures.values()) {
      found.add(
          new Saved()
              .put("kind", failure.finding().kind().word())
              .put("title", failure.finding().title())
              .put("text", failure.finding().text())
              .put("essence", failure.finding().essence())
              .put("execution", failure.execution())
              .put("times", failure.times())
              .put("answers", failure.recording().toArray()));
    }
    return new Saved()
        .put("executions", executions)
        .put("cut", cut)
        .put("steps", steps)
        .put("sometimes", List.copyOf(sometimes))
        .put("observed", List.copyOf(observations.keySet()))
        .put("observations", List.copyOf(observations.values()))
        .put("bounds", List.copyOf(bounds))
        .put("findings", found);
  }

  static Tally of(Saved state) {
    Tally tally = new Tally();
    tally.executions = state.number("executions");
    tally.cut = state.number("cut");
    tally.steps = state.number("steps");
    tally.sometimes.addAll(state.numbers("sometimes"));
    List<String> observed = state.texts("observed");
    List<Long> counts = state.numbers("observations");
    for (int i = 0; i < Math.min(observed.size(), counts.size()); i++) {
      tally.observations.put(observed.get(i), counts.get(i));
    }
    tally.bounds.addAll(state.texts("bounds"));
    for (Saved found : state.states("findings")) {
      Finding finding =
          new Finding(
              Finding.Kind.of(found.text("kind")),
              found.text("title"),
              found.text("text"),
              found.text("essence"));
      tally.failures.put(
          Key.of(finding),
          new FoundFailure(
              finding,
              new Recording(found.smalls("answers")),
              found.number("execution"),
              found.number("times")));
    }
    return tally;
  }

  Exploration exploration(
      Verdict verdict, String strategy, long nanos, String stoppedBy, String bound) {
    return new Exploration(
        verdict,
        strategy,
        executions,
        cut,
        steps,
        nanos,
        failures(),
        sometimes,
        observations,
        stoppedBy,
        bound);
  }
}
