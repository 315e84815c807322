package org.vfslab.cli;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.explore.Execution;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Recording;
import org.vfslab.explore.Replay;
import org.vfslab.explore.Scenario;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.report.Fingerprint;
import org.vfslab.report.StoryTable;
import org.vfslab.report.WhoWaits;
import org.vfslab.trace.TraceEvent;

/**
 * One execution, made again from its recording, as it is told: the table, who waits for whom, and
 * the text of what was reported. {@code explore} and {@code replay} both print this.
 *
 * @param execution the execution
 * @param trace everything that happened in it
 */
record FindingStory(Execution execution, List<TraceEvent> trace) {

  /** Of a longer trace only the end is told, unless everything is asked for. */
  private static final int EVENTS_MAX = 2_000;

  private static final int EVENTS_TOLD_OF_LONG_TRACE = 120;

  /**
   * Replays {@code recording}.
   *
   * @throws Replay.DivergedException if it does not fit the scenario
   */
  static FindingStory of(Scenario scenario, Recording recording) {
    List<TraceEvent> trace = new ArrayList<>();
    Replay replay = new Replay(recording);
    return new FindingStory(Execution.traced(scenario, replay, trace), trace);
  }

  /** What identifies the trace. */
  String fingerprint() {
    return Fingerprint.of(trace);
  }

  /** How often another context went on than the one before. */
  int switches() {
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

  /** What tells of {@code finding}. */
  List<String> lines(Finding finding, int width, boolean verbose) {
    List<TraceEvent> told = trace;
    List<String> lines = new ArrayList<>();
    if (!verbose && trace.size() > EVENTS_MAX) {
      int leftOut = trace.size() - EVENTS_TOLD_OF_LONG_TRACE;
      told = trace.subList(leftOut, trace.size());
      lines.add(
          "(the first "
              + Values.count(leftOut, "event", "events")
              + " left out; --verbose has all)");
    }
    StoryTable table =
        StoryTable.of(execution.machine())
            .withWidth(width)
            .withDetail(verbose ? StoryTable.Detail.FULL : StoryTable.Detail.BRIEF);
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
