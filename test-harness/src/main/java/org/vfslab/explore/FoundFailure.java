package org.vfslab.explore;

/**
 * A finding and how to see it again.
 *
 * @param finding what was found
 * @param recording the schedule that shows it
 * @param execution in which execution it was seen first, from 1
 * @param times how many executions showed it
 */
public record FoundFailure(Finding finding, Recording recording, long execution, long times) {

  /** A finding that one execution has shown. */
  public FoundFailure(Finding finding, Recording recording, long execution) {
    this(finding, recording, execution, 1);
  }

  /** The same, with its execution counted from {@code offset} executions before. */
  FoundFailure later(long offset) {
    return new FoundFailure(finding, recording, offset + execution, times);
  }

  /** The same, seen so many times more. */
  FoundFailure seenAgain(long more) {
    return new FoundFailure(finding, recording, execution, times + more);
  }

  /** The same finding in another schedule. */
  FoundFailure in(Recording other) {
    return new FoundFailure(finding, other, execution, times);
  }
}
