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
import org.vfslab.explore.Divided;
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
      mismatch = reduced(states, traces, new OptimalDpor());
      if (mismatch == null) {
        mismatch = divided(states, traces, singleWords);
      }
    } catch (IllegalStateException e) {
      mismatch = "threw " + e;
    }
    return this;
  }

  private @Nullable String reduced(
      Map<String, String> states, Set<Long> traces, Strategy strategy) {
    Seen seen = new Seen(traces, 2 * executionsMax);
    while (seen.error == null && strategy.begin()) {
      seen.execute(strategy);
      if (strategy.mustBeginAgain()) {
        return reduced(states, traces, strategy.begunAgain());
      }
    }
    executions = seen.traces.size();
    cut = seen.cut;
    violations = seen.states.stream().filter(state -> state.contains("never both")).count();
    String error = seen.compared(states);
    return error == null && singleWords && cut > 0 ? cut + " cut" : error;
  }

  /** The same in parts, that know nothing of each other as long as possible. */
  private @Nullable String divided(
      Map<String, String> states, Set<Long> traces, boolean ofSingleWords) {
    for (int every : new int[] {1, 4}) {
      Seen seen = new Seen(traces, 20 * executionsMax);
      Strategy whole = new OptimalDpor();
      Divided.explore(ofSingleWords ? whole : whole.begunAgain(), every, seen::execute);
      String error = seen.compared(states);
      if (error != null) {
        return "divided every " + every + ": " + error;
      }
    }
    return null;
  }

  /** What the executions of the reduction show. */
  private final class Seen {
    private final Set<Long> expected;
    private final int most;
    private final Set<String> states = new HashSet<>();
    private final Set<Long> traces = new HashSet<>();
    private int cut;
    private int duplicates;
    private @Nullable String error;

    Seen(Set<Long> expected, int most) {
      this.expected = expected;
      this.most = most;
    }

    void execute(Strategy strategy) {
      Traces recorder = new Traces(strategy);
      Execution execution = Execution.run(program, recorder);
      if (strategy.wasCut()) {
        cut++;
      } else if (!strategy.mustBeginAgain()) {
        states.add(state(execution));
        long trace = recorder.canonical();
        if (!traces.add(trace)) {
          duplicates++;
        }
        if (!expected.contains(trace) && error == null) {
          error = "a trace that DFS does not have:\n" + recorder.story();
        }
      }
      if (cut + duplicates + traces.size() > most) {
        throw new IllegalStateException("no end");
      }
    }

    @Nullable String compared(Map<String, String> all) {
      if (error != null) {
        return error;
      }
      for (Map.Entry<String, String> state : all.entrySet()) {
        if (!states.contains(state.getKey())) {
          return "missed " + state.getKey() + " of " + state.getValue();
        }
      }
      return traces.size() != expected.size()
          ? traces.size() + " of " + expected.size() + " traces"
          : duplicates > 0 ? duplicates + " duplicates" : null;
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
