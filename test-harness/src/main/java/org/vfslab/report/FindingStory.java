package org.vfslab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Recording;
import org.vfslab.explore.Replay;
import org.vfslab.explore.Scenario;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.trace.TraceEvent;

/**
 * One execution, made again from its recording, as it is told: the table, who waits for whom, and
 * the text of what was reported. The command line and the tests that explore print this.
 *
 * @param execution the execution
 * @param trace everything that happened in it
 * @param unused how many answers of the recording were left over
 */
public record FindingStory(Execution execution, List<TraceEvent> trace, int unused) {

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
    Execution execution = Execution.traced(scenario, replay, trace);
    return new FindingStory(execution, trace, replay.unused());
  }

  /** What identifies the trace. */
  public String fingerprint() {
    return Fingerprint.of(trace);
  }

  /** How often another context went on than the one before. */
  public int switches() {
    int switches = 0;
    String before = "";
    for (TraceEvent event : trace) {
      if (!event.context().isEmpty() && !event.context().equals(before)) {
        switches += before.isEmpty() ? 0 : 1;
        before = event.context();
      }
    }
    return switches;
  }

  /** What this execution shows of this kind and title. */
  public Optional<Finding> finding(Finding.Kind kind, String title) {
    return execution.findings().stream()
        .filter(finding -> finding.kind() == kind && finding.title().equals(title))
        .findFirst();
  }

  /**
   * What tells of {@code finding}.
   *
   * @param width of the table, in characters
   * @param detail whether everything is told
   * @param leftOut the line that says how many events at the beginning are not told
   */
  public List<String> lines(
      Finding finding, int width, StoryTable.Detail detail, IntFunction<String> leftOut) {
    List<TraceEvent> told = trace;
    List<String> lines = new ArrayList<>();
    if (detail == StoryTable.Detail.BRIEF && trace.size() > EVENTS_MAX) {
      int first = trace.size() - EVENTS_TOLD_OF_LONG_TRACE;
      told = trace.subList(first, trace.size());
      lines.add(leftOut.apply(first));
    }
    StoryTable table = StoryTable.of(execution.machine()).withWidth(width).withDetail(detail);
    lines.addAll(table.lines(told, finding.title()));
    lines.add("");
    Lockdep lockdep = Lockdep.off(execution.machine());
    lines.addAll(new WhoWaits(execution.machine(), trace, lockdep::heldBy).lines(width));
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
