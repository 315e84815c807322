package org.vfslab.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Properties;
import org.vfslab.explore.RandomWalk;
import org.vfslab.explore.Recording;
import org.vfslab.explore.Replay;
import org.vfslab.explore.Scenario;
import org.vfslab.machine.Blocker;
import org.vfslab.machine.Context;
import org.vfslab.machine.CoroutineKind;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.report.Fingerprint;
import org.vfslab.trace.TraceEvent;

/**
 * Runs a scenario under random schedules and replays each, on coroutines and now and then on
 * threads, and compares all that happened: every event with its step, its virtual time and the
 * words of the locks, how the run ended, and what each context is doing at its end.
 */
final class ReplayCampaign {
  private final Scenario scenario;
  private final Scenario onThreads;
  private final int threadsEvery;
  private final RandomWalk walk;
  private final Set<Long> fingerprints = new HashSet<>();
  private long runs;
  private long replaysOnThreads;
  private long steps;
  private long events;
  private String difference = "";

  /** The same scenario on a machine whose contexts are threads. */
  private record OnThreads(Scenario scenario) implements Scenario {
    @Override
    public String name() {
      return scenario.name();
    }

    @Override
    public MachineConfig machine() {
      return scenario.machine().withCoroutines(CoroutineKind.THREAD);
    }

    @Override
    public Properties setUp(Machine machine) {
      return scenario.setUp(machine);
    }
  }

  /** All that one run showed. */
  private record Whole(List<TraceEvent> trace, List<String> end, long steps) {

    static Whole of(Scenario scenario, org.vfslab.machine.Chance chance) {
      List<TraceEvent> trace = new ArrayList<>();
      Execution execution = Execution.traced(scenario, chance, trace);
      List<String> end = new ArrayList<>();
      end.add(execution.result().outcome() + " at " + execution.machine().nowNs() + " ns");
      execution.findings().forEach(finding -> end.add(finding.kind() + " " + finding.text()));
      execution.machine().contexts().forEach(context -> end.add(state(context)));
      end.addAll(execution.properties().describe());
      end.add(String.valueOf(execution.properties().observation()));
      return new Whole(trace, end, execution.result().steps());
    }

    private static String state(Context context) {
      Blocker blocker = context.waitsFor();
      return context.name()
          + (context instanceof Task task ? " " + TaskState.name(task.state()) : "")
          + (blocker == null ? "" : " waits for " + blocker.name() + ": " + blocker.describe());
    }

    /** What is different, in words, or null. */
    @Nullable String differenceFrom(Whole other) {
      if (steps != other.steps) {
        return steps + " steps, and " + other.steps + " in the replay";
      }
      for (int i = 0; i < Math.max(trace.size(), other.trace.size()); i++) {
        String here = i < trace.size() ? trace.get(i).toString() : "nothing more";
        String there = i < other.trace.size() ? other.trace.get(i).toString() : "nothing more";
        if (!here.equals(there)) {
          return "event " + (i + 1) + " was " + here + ", and in the replay " + there;
        }
      }
      return end.equals(other.end)
          ? null
          : "it ended with " + end + ", the replay with " + other.end;
    }
  }

  /**
   * @param times how many runs
   * @param threadsEvery one in so many is replayed on threads too
   */
  ReplayCampaign(Scenario scenario, long seed, long times, int threadsEvery) {
    this.scenario = scenario;
    this.onThreads = new OnThreads(scenario);
    this.threadsEvery = threadsEvery;
    this.walk = new RandomWalk(seed, times);
  }

  /** Goes on until all is done, something differs, or {@code goesOn} says no. */
  void run(BooleanSupplier goesOn) {
    while (difference.isEmpty() && goesOn.getAsBoolean() && walk.begin()) {
      List<Integer> answers = new ArrayList<>();
      Whole recorded = Whole.of(scenario, new Noted(walk, answers));
      Recording recording = new Recording(answers.stream().mapToInt(Integer::intValue).toArray());
      runs++;
      steps += recorded.steps;
      events += recorded.trace.size();
      fingerprints.add(Long.parseUnsignedLong(Fingerprint.of(recorded.trace), 16));
      compare(recorded, scenario, recording, "");
      if (runs % threadsEvery == 0) {
        replaysOnThreads++;
        compare(recorded, onThreads, recording, " on threads");
      }
    }
  }

  private void compare(Whole recorded, Scenario replayed, Recording recording, String where) {
    String found;
    try {
      Replay replay = new Replay(recording);
      found = recorded.differenceFrom(Whole.of(replayed, replay));
      if (found == null && replay.unused() > 0) {
        found = replay.unused() + " choices were left over";
      }
    } catch (Replay.DivergedException e) {
      found = e.getMessage();
    }
    if (found != null) {
      difference = "run " + runs + ", replayed" + where + ": " + found;
    }
  }

  /** Notes the answers of another chance. */
  private record Noted(RandomWalk walk, List<Integer> answers)
      implements org.vfslab.machine.Chance {
    @Override
    public int schedule(org.vfslab.machine.Enabled enabled) {
      return note(walk.schedule(enabled));
    }

    @Override
    public int choose(int count, String question) {
      return note(walk.choose(count, question));
    }

    private int note(int answer) {
      answers.add(answer);
      return answer;
    }
  }

  long runs() {
    return runs;
  }

  /** What differed in which run, or an empty string. */
  String difference() {
    return difference;
  }

  /** The counts. */
  List<String> lines(long nanos) {
    return List.of(
        Values.count(runs, "run", "runs")
            + ", "
            + Values.count(fingerprints.size(), "different trace", "different traces")
            + ", "
            + Values.count(steps, "step", "steps")
            + ", "
            + Values.count(events, "event", "events"),
        Values.count(runs, "replay", "replays")
            + " on coroutines and "
            + Values.number(replaysOnThreads)
            + " on threads, "
            + (difference.isEmpty() ? "all the same in every event" : "the last one DIFFERENT")
            + ", "
            + Values.time(nanos));
  }
}
