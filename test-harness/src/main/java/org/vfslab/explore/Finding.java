package org.vfslab.explore;

import java.util.List;

/**
 * Something that an execution showed and that should not be.
 *
 * @param kind what sort of thing it is
 * @param title one line; findings with the same kind and title count as the same
 * @param text all that is known, several lines
 */
public record Finding(Kind kind, String title, String text) {

  /** The sorts of findings. */
  public enum Kind {
    /** A property of the scenario does not hold. */
    VIOLATION("violation"),
    /** Nothing can happen any more and some task has not ended. */
    DEADLOCK("deadlock"),
    /** The lock validator complained. */
    SPLAT("splat"),
    /** Plain data was used by two contexts without order. */
    RACE("race"),
    /** Freed memory was touched. */
    USE_AFTER_FREE("use_after_free"),
    /** Sleep in an atomic section. */
    ATOMIC_SLEEP("atomic_sleep"),
    /** The simulated code failed an assertion. */
    BUG("bug"),
    /** The bound on steps was hit. */
    LIVELOCK("livelock");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The word for it in litmus files, verdicts and JSON. */
    public String word() {
      return word;
    }
  }

  /** Whether {@code others} has this finding already. */
  boolean isIn(List<Finding> others) {
    for (Finding other : others) {
      if (sameAs(other)) {
        return true;
      }
    }
    return false;
  }

  /** Whether both tell of the same thing. */
  public boolean sameAs(Finding other) {
    return kind == other.kind && title.equals(other.title);
  }
}
