package org.vfslab.explore.dpor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Finding;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Strategy;
import org.vfslab.machine.RunResult;

/** What every schedule of a program shows, and what the reduced search shows of it. */
final class Comparison {
  final Program program;
  private final boolean sleepSets;
  private final int executionsMax;
  boolean tooLarge;
  @Nullable String mismatch;
  boolean singleWords = true;
  int dfsExecutions;
  int dfsTraces;
  int executions;
  int cut;
  int duplicates;
  long violations;

  private Comparison(Program program, boolean sleepSets, int executionsMax) {
    this.program = program;
    this.executionsMax = executionsMax;
    this.sleepSets = sleepSets;
  }

  /** Compares with every schedule; too large are programs with more than so many. */
  static Comparison withAll(Program program, int executionsMax) {
    return new Comparison(program, false, executionsMax).compared();
  }

  /** Compares with every schedule that sleep sets leave. */
  static Comparison withSleepSets(Program program, int executionsMax) {
    return new Comparison(program, true, executionsMax).compared();
  }

  /** The smallest program, taking away one thing after the other, that still has a mismatch. */
  static Comparison shrunk(Comparison failed) {
    Comparison smallest = failed;
    boolean again = true;
    while (again) {
      again = false;
      for (Program candidate : smallest.program.smaller()) {
        Comparison tried =
            new Comparison(candidate, smallest.sleepSets, smallest.executionsMax).compared();
        if (tried.mismatch != null) {
          smallest = tried;
          again = true;
          break;
        }
      }
    }
    return smallest;
  }

  private Comparison compared() {
    Map<String, String> states = new HashMap<>();
    Set<Long> traces = new HashSet<>();
    Strategy dfs = sleepSets ? new SleepSets() : new DepthFirst();
    Traces recorder = new Traces(dfs);
    while (dfs.begin()) {
      dfsExecutions++;
      if (dfsExecutions > executionsMax
          || (!sleepSets && dfsExecutions == executionsMax / 10 && dfs.progress() < 0.05)) {
        tooLarge = true;
        return this;
      }
      recorder.clear();
      Execution execution = Execution.run(program, recorder);
      if (execution.result().outcome() == RunResult.Outcome.STEP_LIMIT) {
        tooLarge = true;
        return this;
      }
      if (!dfs.wasCut()) {
        traces.add(recorder.canonical());
        states.putIfAbsent(state(execution), recorder.toString());
      }
    }
    dfsTraces = traces.size();
    singleWords = recorder.isOfSingleWords();
    try {
      reduced(states, traces);
    } catch (IllegalStateException e) {
      mismatch = "threw " + e;
    }
    return this;
  }

  private void reduced(Map<String, String> states, Set<Long> traces) {
    Set<String> found = new HashSet<>();
    Set<Long> foundTraces = new HashSet<>();
    Strategy dpor = new OptimalDpor();
    Traces recorder = new Traces(dpor);
    while (dpor.begin()) {
      recorder.clear();
      Execution execution = Execution.run(program, recorder);
      if (dpor.mustBeginAgain()) {
        dpor = dpor.begunAgain();
        recorder = new Traces(dpor);
        executions = 0;
        cut = 0;
        duplicates = 0;
        found.clear();
        foundTraces.clear();
        continue;
      }
      if (dpor.wasCut()) {
        if (++cut > 2 * executionsMax) {
          mismatch = "no end";
          return;
        }
        continue;
      }
      if (++executions > 2 * executionsMax) {
        mismatch = "no end";
        return;
      }
      found.add(state(execution));
      long trace = recorder.canonical();
      if (!foundTraces.add(trace)) {
        duplicates++;
      }
      if (!traces.contains(trace)) {
        mismatch = "a trace that DFS does not have:\n" + recorder.story();
        return;
      }
    }
    violations = found.stream().filter(state -> state.contains("never both")).count();
    for (Map.Entry<String, String> state : states.entrySet()) {
      if (!found.contains(state.getKey())) {
        mismatch = "missed " + state.getKey() + " of " + state.getValue();
        return;
      }
    }
    if (foundTraces.size() != traces.size()) {
      mismatch = foundTraces.size() + " of " + traces.size() + " traces";
    } else if (duplicates > 0) {
      mismatch = duplicates + " duplicates";
    } else if (singleWords && cut > 0) {
      mismatch = cut + " cut";
    }
  }

  private static String state(Execution execution) {
    Bench bench = (Bench) execution.properties();
    TreeSet<String> findings = new TreeSet<>();
    for (Finding finding : execution.findings()) {
      findings.add(finding.kind() + ": " + finding.title());
    }
    List<String> hung = new ArrayList<>();
    execution.result().hung().forEach(task -> hung.add(task.name()));
    return execution.result().outcome() + " " + hung + " " + findings + " " + bench.state();
  }
}
