package org.vfslab.junit;

import org.jspecify.annotations.Nullable;
import org.vfslab.explore.Finding;

/** What {@link Explore} expects: that all holds, or a finding of some kind. */
public enum Expected {
  /** Nothing is found. */
  HOLDS(null),
  /** A demand is broken. */
  VIOLATION(Finding.Kind.VIOLATION),
  /** Some task never ends. */
  DEADLOCK(Finding.Kind.DEADLOCK),
  /** The lock validator complains. */
  SPLAT(Finding.Kind.SPLAT),
  /** Plain data is used without order. */
  RACE(Finding.Kind.RACE),
  /** Freed memory is touched. */
  USE_AFTER_FREE(Finding.Kind.USE_AFTER_FREE),
  /** Sleep in an atomic section. */
  ATOMIC_SLEEP(Finding.Kind.ATOMIC_SLEEP),
  /** The simulated code fails an assertion, or throws. */
  BUG(Finding.Kind.BUG),
  /** The bound on steps is hit. */
  LIVELOCK(Finding.Kind.LIVELOCK);

  private final Finding.@Nullable Kind kind;

  Expected(Finding.@Nullable Kind kind) {
    this.kind = kind;
  }

  /** Whether {@code finding} is of this kind and contains {@code text}. */
  boolean isMetBy(Finding finding, String text) {
    return finding.kind() == kind
        && (finding.title().contains(text) || finding.text().contains(text));
  }

  /** What is expected, in words. */
  String words(String text) {
    return (kind == null ? "holds" : kind.word()) + (text.isEmpty() ? "" : " \"" + text + "\"");
  }
}
