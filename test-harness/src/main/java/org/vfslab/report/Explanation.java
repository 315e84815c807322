package org.vfslab.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Finding;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Inevitable;
import org.vfslab.explore.Observer;

/**
 * Which step made a finding inevitable, in words.
 *
 * @param inevitable what is known, or null if the finding is not shown or has no such step
 */
record Explanation(@Nullable Inevitable inevitable) {

  /** Finds out what made {@code finding} inevitable in {@code story}. */
  static Explanation of(FindingStory story, Finding finding, Observer observer) {
    boolean isShown = story.execution().findings().stream().anyMatch(finding::sameAs);
    // What makes a livelock is the loop, which its text tells.
    boolean hasStep = isShown && finding.kind() != Finding.Kind.LIVELOCK;
    return new Explanation(
        hasStep
            ? Inevitable.of(
                story.scenario(), new FoundFailure(finding, story.recording(), 1), observer)
            : null);
  }

  /** The line across the table, or null. */
  StoryTable.@Nullable Mark mark() {
    if (inevitable == null) {
      return null;
    }
    return switch (inevitable.certainty()) {
      case EXACT -> new StoryTable.Mark(inevitable.step(), "from here on nothing avoids it");
      case AT_LATEST ->
          new StoryTable.Mark(inevitable.step(), "from here on, at the latest, nothing avoids it");
      case ALWAYS -> null;
    };
  }

  /** The sentences behind the story. */
  List<String> lines(int width) {
    if (inevitable == null) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    for (String sentence : sentences(inevitable)) {
      lines.addAll(Plain.wrapped(Plain.line(sentence), Math.max(width, StoryTable.WIDTH_MIN)));
    }
    return lines;
  }

  private static List<String> sentences(Inevitable inevitable) {
    String executions =
        String.format(Locale.ROOT, "%,d", inevitable.executions())
            + (inevitable.executions() == 1 ? " execution" : " executions");
    String step = "step " + inevitable.step() + ", by " + inevitable.chosen();
    return switch (inevitable.certainty()) {
      case EXACT ->
          List.of(
              "Inevitable since "
                  + step
                  + ": every schedule from there on shows it ("
                  + executions
                  + " to find out).",
              "The last choice that could have avoided it was in that step: "
                  + inevitable.instead()
                  + " in the place of "
                  + inevitable.chosen()
                  + ".");
      case ALWAYS ->
          List.of(
              "Inevitable from the beginning: every schedule shows it"
                  + (inevitable.executions() == 0 ? "." : " (" + executions + " to find out)."));
      case AT_LATEST ->
          List.of(
              "Inevitable since " + step + ", at the latest (within " + executions + ").",
              inevitable.avoidableAt() == 0
                  ? "No other way was found before it; not every one was tried."
                  : "In step "
                      + inevitable.avoidableAt()
                      + " it could still be avoided; of what lies between, not all was tried.");
    };
  }
}
