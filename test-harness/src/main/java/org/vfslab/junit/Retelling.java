package org.vfslab.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * One execution, made again from its recording to be told.
 *
 * @param execution the execution
 * @param trace everything that happened in it
 * @param unused how many answers of the recording were left over
 */
record Retelling(Execution execution, List<TraceEvent> trace, int unused) {

  /** Of a longer trace only the end is told. */
  private static final int EVENTS_MAX = 2_000;

  private static final int EVENTS_TOLD_OF_LONG_TRACE = 120;

  /**
   * Replays {@code recording}.
   *
   * @throws Replay.DivergedException if it does not fit the scenario
   */
  static Retelling of(Scenario scenario, Recording recording) {
    List<TraceEvent> trace = new ArrayList<>();
    Replay replay = new Replay(recording);
    Execution execution = Execution.traced(scenario, replay, trace);
    return new Retelling(execution, trace, replay.unused());
  }

  /** What identifies the trace. */
  String fingerprint() {
    return Fingerprint.of(trace);
  }

  /** What this execution shows of this kind and title. */
  Optional<Finding> finding(Finding.Kind kind, String title) {
    return execution.findings().stream()
        .filter(finding -> finding.kind() == kind && finding.title().equals(title))
        .findFirst();
  }

  /** The table, who waits for whom, the objects, and the text of {@code finding}. */
  List<String> lines(Finding finding) {
    List<String> lines = new ArrayList<>();
    List<TraceEvent> told = trace;
    if (trace.size() > EVENTS_MAX) {
      int leftOut = trace.size() - EVENTS_TOLD_OF_LONG_TRACE;
      told = trace.subList(leftOut, trace.size());
      lines.add("(the first " + leftOut + " events left out)");
    }
    lines.addAll(StoryTable.of(execution.machine()).lines(told, finding.title()));
    lines.add("");
    Lockdep lockdep = Lockdep.off(execution.machine());
    lines.addAll(
        new WhoWaits(execution.machine(), trace, lockdep::heldBy).lines(StoryTable.WIDTH_DEFAULT));
    addPart(lines, execution.properties().describe());
    addPart(lines, textOfItsOwn(finding));
    return lines;
  }

  private static void addPart(List<String> lines, List<String> part) {
    if (!part.isEmpty()) {
      lines.add("");
      lines.addAll(part);
    }
  }

  /** The text where it says more than the title and the lines above. */
  private static List<String> textOfItsOwn(Finding finding) {
    return switch (finding.kind()) {
      case VIOLATION, DEADLOCK -> List.of();
      case SPLAT, RACE, USE_AFTER_FREE, ATOMIC_SLEEP, BUG, LIVELOCK ->
          finding.text().strip().equals(finding.title().strip())
              ? List.of()
              : finding.text().strip().lines().toList();
    };
  }
}
