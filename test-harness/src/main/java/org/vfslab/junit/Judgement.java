package org.vfslab.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Finding;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Verdict;
import org.vfslab.report.FindingStory;
import org.vfslab.report.StoryTable;

/**
 * Explores a test and compares what came of it with what was expected. All failures are {@link
 * AssertionError}s that explain themselves.
 */
record Judgement(ExploredMethod test, Schedules schedules) {

  /** Explores; returns if the test passes. */
  void explore() {
    Exploration exploration = exploreUntilExpected();
    if (isAsExpected(exploration)) {
      return;
    }
    throw new AssertionError(
        String.join(
            "\n",
            exploration.failures().isEmpty() ? nothingFound(exploration) : found(exploration)));
  }

  /** Runs the one schedule of {@code fileName} and fails with its story. */
  void replay(String fileName) {
    Schedules.Again again = Schedules.again(test, fileName);
    List<String> lines = new ArrayList<>();
    lines.add(title(again.finding()));
    lines.add("in the schedule of " + fileName);
    if (!again.story().fingerprint().equals(again.file().fingerprint())) {
      lines.add("  the run is not quite the recorded one: the test or the model has changed since");
    }
    lines.add("");
    lines.addAll(told(again.story(), again.finding()));
    throw new AssertionError(String.join("\n", lines));
  }

  // ---- what was expected

  /** Goes on past other findings when a certain one is expected. */
  private Exploration exploreUntilExpected() {
    int findingsMax = 1;
    while (true) {
      Exploration exploration = test.explore(findingsMax);
      if (test.annotation().expect() == Expected.HOLDS
          || exploration.failures().size() < findingsMax
          || isAsExpected(exploration)) {
        return exploration;
      }
      findingsMax *= 2;
    }
  }

  private boolean isAsExpected(Exploration exploration) {
    Explore explore = test.annotation();
    if (explore.expect() != Expected.HOLDS) {
      return exploration.failures().stream()
          .anyMatch(failure -> explore.expect().isMetBy(failure.finding(), explore.containing()));
    }
    return switch (exploration.verdict()) {
      case VIOLATED -> false;
      case HOLDS_COMPLETE, HOLDS_WITHIN_BOUND -> true;
      case NO_VIOLATION -> !explore.complete() || isWholeSample(exploration);
    };
  }

  /** Whether all dice were thrown that were to be thrown. */
  private boolean isWholeSample(Exploration exploration) {
    return test.annotation().strategy().isSampling() && exploration.stoppedBy().isEmpty();
  }

  // ---- what is said

  private List<String> nothingFound(Exploration exploration) {
    Explore explore = test.annotation();
    List<String> lines = new ArrayList<>();
    if (explore.expect() == Expected.HOLDS) {
      lines.add("not complete: ended by " + exploration.stoppedBy() + " " + after(exploration));
      lines.add("  nothing was found so far; 'complete = false' is content with that");
    } else {
      String expected = explore.expect().words(explore.containing());
      lines.add(
          exploration.verdict() == Verdict.HOLDS_COMPLETE
              ? "expected " + expected + ", and no schedule shows it"
              : "expected " + expected + ", and no schedule that was tried shows it");
    }
    lines.addAll(verdict(exploration));
    return lines;
  }

  private static List<String> told(FindingStory story, Finding finding) {
    return story.lines(
        finding,
        StoryTable.WIDTH_DEFAULT,
        StoryTable.Detail.BRIEF,
        first -> "(the first " + first + " events left out)",
        ExploredMethod.UNTIL_INTERRUPTED);
  }

  private List<String> found(Exploration exploration) {
    Explore explore = test.annotation();
    FoundFailure found = exploration.failures().getFirst();
    FoundFailure failure = shortened(found);
    FindingStory story = FindingStory.of(test, failure.recording());
    List<String> lines = new ArrayList<>();
    if (explore.expect() != Expected.HOLDS) {
      lines.add("expected " + explore.expect().words(explore.containing()) + ", and found instead");
    }
    lines.add(title(failure.finding()));
    lines.addAll(verdict(exploration));
    lines.add(
        "in execution "
            + number(failure.execution())
            + (story.fingerprint().equals(FindingStory.of(test, found.recording()).fingerprint())
                ? ""
                : "; here with as few preemptions as it needs")
            + ":");
    lines.add("");
    lines.addAll(told(story, failure.finding()));
    lines.add("");
    lines.addAll(schedules.write(test, exploration, failure, story));
    return lines;
  }

  private static String title(Finding finding) {
    return finding.kind().word() + ": " + finding.title();
  }

  /** What was found, in as few preemptions as can be had. */
  private FoundFailure shortened(FoundFailure failure) {
    return failure.finding().kind() == Finding.Kind.LIVELOCK
            || Thread.currentThread().isInterrupted()
        ? failure
        : new Explorer(test, Limits.NONE, ExploredMethod.UNTIL_INTERRUPTED).shorten(failure);
  }

  private static List<String> verdict(Exploration exploration) {
    List<String> lines = new ArrayList<>();
    lines.add(
        exploration.verdict().words()
            + ": "
            + count(exploration.executions(), "execution", "executions")
            + ", "
            + count(exploration.steps(), "step", "steps")
            + ", "
            + exploration.strategy());
    if (exploration.verdict() == Verdict.NO_VIOLATION) {
      lines.add(
          exploration.stoppedBy().isEmpty()
              ? "  schedules were drawn by chance; not every schedule was tried"
              : "  ended by " + exploration.stoppedBy() + "; not every schedule was tried");
    }
    return lines;
  }

  private static String after(Exploration exploration) {
    return "after " + count(exploration.executions(), "execution", "executions");
  }

  private static String count(long number, String one, String many) {
    return number(number) + " " + (number == 1 ? one : many);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
