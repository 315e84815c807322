package org.vfslab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Livelock;
import org.vfslab.explore.Observer;
import org.vfslab.explore.Recording;
import org.vfslab.explore.Replay;
import org.vfslab.explore.Scenario;
import org.vfslab.explore.Schedule;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.trace.TraceEvent;

/**
 * One execution, made again from its recording, as it is told: the table, who waits for whom, which
 * step made it inevitable, and the text of what was reported. The command line and the tests that
 * explore print this.
 *
 * @param scenario the scenario
 * @param schedule what the recording decides
 * @param execution the execution
 * @param trace everything that happened in it
 * @param recording what was replayed
 * @param unused how many answers of the recording were left over
 */
public record FindingStory(
    Scenario scenario,
    Schedule schedule,
    Execution execution,
    List<TraceEvent> trace,
    Recording recording,
    int unused) {

  /** Of a longer trace only the end is told, unless everything is asked for. */
  private static final int EVENTS_MAX = 2_000;

  private static final int EVENTS_TOLD_OF_LONG_TRACE = 120;

  /**
   * Replays {@code recording}.
   *
   * @throws Replay.DivergedException if it does not fit the scenario
   */
  public static FindingStory of(Scenario scenario, Recording recording) {
    List<TraceEvent> trace = new ArrayList<>();
    Replay replay = new Replay(recording);
    Execution execution =
        Livelock.examined(scenario, recording, Execution.traced(scenario, replay, trace));
    return new FindingStory(
        scenario, Schedule.of(scenario, recording), execution, trace, recording, replay.unused());
  }

  /** What identifies the trace. */
  public String fingerprint() {
    return Fingerprint.of(trace);
  }

  /** How long it is: {@code 40 steps, 3 switches (1 preemption)}. */
  public String length() {
    return count(execution.result().steps(), "step")
        + ", "
        + count(schedule.switches(), schedule.switches() == 1 ? "switch" : "switche")
        + " ("
        + (schedule.preemptions() == 0
            ? "no preemption"
            : count(schedule.preemptions(), "preemption"))
        + ")";
  }

  private static String count(long number, String one) {
    return String.format(Locale.ROOT, "%,d ", number) + one + (number == 1 ? "" : "s");
  }

  /** What this execution shows of this kind and title. */
  public Optional<Finding> finding(Finding.Kind kind, String title) {
    return execution.findings().stream()
        .filter(finding -> finding.kind() == kind && finding.title().equals(title))
        .findFirst();
  }

  /**
   * What tells of {@code finding}. Which step made it inevitable is found out by exploring, which
   * takes a moment.
   *
   * @param width of the table, in characters
   * @param detail whether everything is told
   * @param leftOut the line that says how many events at the beginning are not told
   * @param observer may end the exploring
   */
  public List<String> lines(
      Finding finding,
      int width,
      StoryTable.Detail detail,
      IntFunction<String> leftOut,
      Observer observer) {
    Explanation explanation = Explanation.of(this, finding, observer);
    List<TraceEvent> told = trace;
    List<String> lines = new ArrayList<>();
    if (detail == StoryTable.Detail.BRIEF && trace.size() > EVENTS_MAX) {
      int first = trace.size() - EVENTS_TOLD_OF_LONG_TRACE;
      told = trace.subList(first, trace.size());
      lines.add(leftOut.apply(first));
    }
    StoryTable table =
        StoryTable.of(execution.machine())
            .withWidth(width)
            .withDetail(detail)
            .withMark(explanation.mark());
    lines.addAll(table.lines(told, finding.title()));
    lines.add("");
    Lockdep lockdep = Lockdep.off(execution.machine());
    lines.addAll(new WhoWaits(execution.machine(), trace, lockdep::heldBy).lines(width));
    lines.addAll(explanation.lines(width));
    List<String> objects = execution.properties().describe();
    if (!objects.isEmpty()) {
      lines.add("");
      lines.addAll(objects);
    }
    if (hasTextOfItsOwn(finding)) {
      lines.add("");
      lines.addAll(finding.text().strip().lines().toList());
    }
    return lines;
  }

  /** Whether the text says more than the title and the lines above. */
  private static boolean hasTextOfItsOwn(Finding finding) {
    return switch (finding.kind()) {
      case VIOLATION, DEADLOCK -> false;
      case SPLAT, RACE, USE_AFTER_FREE, ATOMIC_SLEEP, BUG, LIVELOCK ->
          !finding.text().strip().equals(finding.title().strip());
    };
  }
}
