package org.vfslab.explore;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When an exploration is to end before it is complete.
 *
 * @param executionsMax after so many executions
 * @param time after so much real time, or null
 * @param findingsMax after so many different findings
 */
public record Limits(long executionsMax, @Nullable Duration time, int findingsMax) {

  /** Only the first finding ends the exploration. */
  public static final Limits NONE = new Limits(Long.MAX_VALUE, null, 1);

  /** No limit at all: every finding is collected. */
  public static final Limits EXHAUST = new Limits(Long.MAX_VALUE, null, Integer.MAX_VALUE);

  /** The same with another number of executions. */
  public Limits withExecutionsMax(long max) {
    return new Limits(max, time, findingsMax);
  }
}
