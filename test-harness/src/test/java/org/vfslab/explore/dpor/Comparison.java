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
  private static final int EXECUTIONS_MAX = Integer.getInteger("dfs.max", 20_000);

  final Program program;
  private final boolean sleepSets;
  boolean tooLarge;
  @Nullable String mismatch;
  boolean singleWords = true;
  int dfsExecutions;
  int dfsTraces;
  int executions;
  int cut;
  int duplicates;

  private Comparison(Program program, boolean sleepSets) {
    this.program = program;
    this.sleepSets = sleepSets;
  }

  /** Compares with every schedule. */
  static Comparison of(Program program) {
    return of(program, false);
  }

  /** Compares with every schedule, or with every one that sleep sets leave. */
  static Comparison of(Program program, boolean sleepSets) {
    Comparison comparison = new Comparison(program, sleepSets);
    comparison.compare();
    return comparison;
  }

  /** The smallest program, taking away one thing after the other, that still has a mismatch. */
  static Comparison shrunk(Comparison failed) {
    Comparison smallest = failed;
    boolean again = true;
    while (again) {
      again = false;
      for (Program candidate : smallest.program.smaller()) {
        Comparison tried = of(candidate, smallest.sleepSets);
        if (tried.mismatch != null) {
          smallest = tried;
          again = true;
          break;
        }
      }
    }
    return smallest;
  }

  private void compare() {
    Map<String, String> states = new HashMap<>();
    Set<Long> traces = new HashSet<>();
    Strategy dfs = sleepSets ? new SleepSets() : new DepthFirst();
    Traces recorder = new Traces(dfs);
    while (dfs.begin()) {
      if (++dfsExecutions > EXECUTIONS_MAX
          || (dfsExecutions == EXECUTIONS_MAX / 10 && !sleepSets && dfs.progress() < 0.05)) {
        tooLarge = true;
        return;
      }
      recorder.clear();
      Execution execution = Execution.run(program, recorder);
      if (dfs.wasCut()) {
        continue;
      }
      if (execution.result().outcome() == RunResult.Outcome.STEP_LIMIT) {
        tooLarge = true;
        return;
      }
      traces.add(recorder.canonical());
      states.putIfAbsent(state(execution), recorder.toString());
    }
    dfsTraces = traces.size();
    singleWords = recorder.isOfSingleWords();
    try {
      reduced(states, traces);
    } catch (IllegalStateException e) {
      mismatch = "threw " + e;
    }
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
        if (++cut > 2 * EXECUTIONS_MAX) {
          mismatch = "no end";
          return;
        }
        continue;
      }
      if (++executions > 2 * EXECUTIONS_MAX) {
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

  private String state(Execution execution) {
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
