package org.vfslab.litmus;

import java.util.List;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Verdict;

/**
 * What a file expects of an exploration.
 *
 * @param outcome the kind of finding that is to show, or null if everything is to hold
 * @param text what its text must contain
 */
public record Expectation(Finding.@org.jspecify.annotations.Nullable Kind outcome, String text) {

  /** Everything holds. */
  public static final Expectation HOLDS = new Expectation(null, "");

  /** Whether the exploration showed what was expected. */
  public boolean isMetBy(Exploration exploration, List<String> missed) {
    if (outcome == null) {
      return exploration.verdict() != Verdict.VIOLATED && missed.isEmpty();
    }
    for (FoundFailure failure : exploration.failures()) {
      Finding finding = failure.finding();
      if (finding.kind() == outcome
          && (finding.title().contains(text) || finding.text().contains(text))) {
        return true;
      }
    }
    return false;
  }

  /** What is expected, in words. */
  public String words() {
    if (outcome == null) {
      return "holds";
    }
    return outcome.word() + (text.isEmpty() ? "" : " \"" + text + "\"");
  }
}
