package org.vfslab.cli;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Observer;
import org.vfslab.explore.Verdict;
import org.vfslab.litmus.Expectation;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.report.FindingStory;
import org.vfslab.report.Histogram;
import org.vfslab.report.StoryTable;

/** What came of an exploration, in lines. */
final class ExplorationReport {

  private ExplorationReport() {}

  /**
   * {@code holds (complete): 1,234 executions, 45,678 steps, 1.2 s, dfs}, and what qualifies it.
   */
  static List<String> verdict(Exploration exploration) {
    List<String> lines = new ArrayList<>();
    lines.add(
        exploration.verdict().words()
            + ": "
            + Values.count(exploration.executions(), "execution", "executions")
            + (exploration.cut() == 0
                ? ""
                : " and " + Values.number(exploration.cut()) + " cut short")
            + ", "
            + Values.count(exploration.steps(), "step", "steps")
            + ", "
            + Values.time(exploration.nanos())
            + ", "
            + exploration.strategy());
    if (!exploration.stoppedBy().isEmpty()) {
      lines.add("  ended by " + exploration.stoppedBy() + "; not every schedule was tried");
    } else if (exploration.verdict() == Verdict.HOLDS_WITHIN_BOUND) {
      lines.add("  the bound: " + exploration.bound());
    } else if (exploration.verdict() == Verdict.NO_VIOLATION) {
      lines.add("  schedules were drawn by chance; not every schedule was tried");
    }
    return lines;
  }

  /** The {@code sometimes} properties: in how many executions each was true. */
  static List<String> sometimes(LitmusScenario scenario, Exploration exploration) {
    List<String> lines = new ArrayList<>();
    List<String> texts = scenario.sometimes();
    for (int i = 0; i < texts.size(); i++) {
      long count = i < exploration.sometimes().size() ? exploration.sometimes().get(i) : 0;
      lines.add("sometimes " + texts.get(i));
      lines.add(
          count == 0
              ? "  not seen in any execution"
              : "  seen in " + Values.count(count, "execution", "executions"));
    }
    return lines;
  }

  /** How often each final state was seen. */
  static List<String> observations(Exploration exploration) {
    return exploration.observations().isEmpty()
        ? List.of()
        : Histogram.lines(exploration.observations());
  }

  /** Whether it came as the file expects. */
  static List<String> expectation(
      Expectation expectation, Exploration exploration, List<String> missed) {
    if (expectation.isMetBy(exploration, missed)) {
      return expectation.outcome() == null
          ? List.of()
          : List.of("As expected: the file says 'expect " + expectation.words() + "'.");
    }
    List<String> lines = new ArrayList<>();
    if (expectation.outcome() != null) {
      lines.add(
          "NOT as expected: the file says 'expect "
              + expectation.words()
              + "', and "
              + (exploration.failures().isEmpty() ? "nothing" : "something else")
              + " was found.");
    }
    if (expectation.outcome() == null) {
      missed.forEach(property -> lines.add("NOT as demanded: " + property + " was never seen."));
    }
    return lines;
  }

  /** What tells of a finding, for explore and replay alike. */
  static List<String> story(
      FindingStory story, Finding finding, int width, boolean verbose, Observer observer) {
    return story.lines(
        finding,
        width,
        verbose ? StoryTable.Detail.FULL : StoryTable.Detail.BRIEF,
        first ->
            "(the first "
                + Values.count(first, "event", "events")
                + " left out; --verbose has all)",
        observer);
  }
}
