package org.vfslab.report;

import org.vfslab.trace.Happening;
import org.vfslab.trace.TraceEvent;

/**
 * One line of a story.
 *
 * @param event what happened; of two events that are told as one, the one that matters more
 * @param words how it is told
 */
record StoryLine(TraceEvent event, String words) {

  /** An event in its own words. */
  StoryLine(TraceEvent event) {
    this(event, Plain.line(event.happening().words()));
  }

  /** Whether it tells of one event alone. */
  boolean isInOwnWords() {
    return words.equals(new StoryLine(event).words);
  }

  /** The name of the column, empty for what happened in no context. */
  String context() {
    return Plain.line(event.context());
  }

  /** The state word of the lock after it, or an empty string. */
  String lockWord() {
    return event.happening() instanceof Happening.Locked locked ? Plain.line(locked.word()) : "";
  }

  /** Whether the line goes across all columns. */
  boolean isAcross() {
    return event.happening() instanceof Happening.Reported || event.context().isEmpty();
  }
}
