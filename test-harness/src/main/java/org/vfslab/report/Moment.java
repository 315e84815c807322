package org.vfslab.report;

import java.math.BigDecimal;
import org.vfslab.trace.TraceEvent;

/** A time of a machine as a reader likes it: {@code 4 ms}, {@code 1.5 us}, {@code step 7}. */
final class Moment {

  private Moment() {}

  /** When {@code event} happened: its step, or its time on a live machine, which has no steps. */
  static String of(TraceEvent event) {
    return event.step() == 0 && event.timeNs() != 0
        ? words(event.timeNs())
        : "step " + event.step();
  }

  /** The same, with the virtual time where that has gone on: {@code step 7 (at 4 ms)}. */
  static String withTime(TraceEvent event) {
    return event.step() == 0 || event.timeNs() == 0
        ? of(event)
        : of(event) + " (at " + words(event.timeNs()) + ")";
  }

  /** {@code timeNs} exactly, in the largest unit of which it is at least one. */
  static String words(long timeNs) {
    if (timeNs < 1_000) {
      return timeNs + " ns";
    } else if (timeNs < 1_000_000) {
      return in(timeNs, 3) + " us";
    } else if (timeNs < 1_000_000_000) {
      return in(timeNs, 6) + " ms";
    }
    return in(timeNs, 9) + " s";
  }

  private static String in(long timeNs, int power) {
    return BigDecimal.valueOf(timeNs, power).stripTrailingZeros().toPlainString();
  }
}
