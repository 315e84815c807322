package org.vfslab.explore;

import java.util.List;

/**
 * Something that an execution showed and that should not be.
 *
 * <p>Many schedules show the same thing, in other words: other numbers of tasks, another order of
 * the waiters. What two findings have in common then is the {@link #essence}.
 *
 * @param kind what sort of thing it is
 * @param title one line
 * @param text all that is known, several lines
 * @param essence what happened, whatever the schedule: see {@link Essence}
 */
public record Finding(Kind kind, String title, String text, String essence) {

  /** A finding of which the title says what happened. */
  public Finding(Kind kind, String title, String text) {
    this(kind, title, text, Essence.of(kind, title, text));
  }

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
    /** Contexts go on for ever and get nowhere, though each has its turn. */
    LIVELOCK("livelock");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** The kind with this word. */
    static Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      throw new Saved.UnfitException("there is no finding of the kind '" + word + "'");
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

  /** Whether both tell of the same thing: the kind and the essence are the same. */
  public boolean sameAs(Finding other) {
    return kind == other.kind && essence.equals(other.essence);
  }
}
