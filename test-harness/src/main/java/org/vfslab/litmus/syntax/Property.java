package org.vfslab.litmus.syntax;

import java.util.List;
import java.util.Optional;

/** What is asked about the executions. */
public sealed interface Property extends Node {

  /** {@code never condition}, and its siblings. */
  record Claim(Position position, Quantifier quantifier, Expression condition)
      implements Property {}

  /** {@code observe a, b}: count the final values. */
  record Observe(Position position, List<Expression> expressions) implements Property {
    /** Copies the list. */
    public Observe {
      expressions = List.copyOf(expressions);
    }
  }

  /**
   * {@code expect splat "text" under patch, patch}.
   *
   * @param text what the report must contain
   * @param patches the patches under which this is expected; empty if none is named
   */
  record Expect(Position position, Outcome outcome, Optional<String> text, List<String> patches)
      implements Property {
    /** Copies the list. */
    public Expect {
      patches = List.copyOf(patches);
    }
  }

  /** When a condition must be true. */
  enum Quantifier implements Spelled {
    /** At no step of any execution. */
    NEVER("never"),
    /** At every step of every execution. */
    ALWAYS("always"),
    /** At the end of every execution. */
    FINALLY("finally"),
    /** At some step of at least one execution. */
    SOMETIMES("sometimes");

    private final String spelling;

    Quantifier(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }

  /** What a lesson may be about. */
  enum Outcome implements Spelled {
    /** Every claim is true and nothing else goes wrong. */
    HOLDS("holds"),
    /** Contexts wait for each other for ever. */
    DEADLOCK("deadlock"),
    /** Lockdep reports. */
    SPLAT("splat"),
    /** A claim is broken. */
    VIOLATION("violation"),
    /** Two contexts use a plain variable without synchronisation. */
    RACE("race"),
    /** A freed object is touched. */
    USE_AFTER_FREE("use_after_free"),
    /** Contexts go on for ever and get nowhere. */
    LIVELOCK("livelock"),
    /** A context sleeps where that is forbidden. */
    ATOMIC_SLEEP("atomic_sleep");

    private final String spelling;

    Outcome(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }
}
