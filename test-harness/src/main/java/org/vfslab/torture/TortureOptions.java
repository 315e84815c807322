package org.vfslab.torture;

import java.time.Duration;

/**
 * How long and with how many.
 *
 * @param time for how long new rounds begin
 * @param writers the number of writers ({@code nwriters_stress})
 * @param readers the number of readers ({@code nreaders_stress})
 * @param statInterval after which time statistics are told again
 * @param hangAfter after how much time without any progress it is called hung
 */
public record TortureOptions(
    Duration time, int writers, int readers, Duration statInterval, Duration hangAfter) {

  /** One second of two writers and two readers. */
  public static final TortureOptions DEFAULT =
      new TortureOptions(
          Duration.ofSeconds(1), 2, 2, Duration.ofMinutes(1), Duration.ofSeconds(10));

  /** The same for another time. */
  public TortureOptions withTime(Duration newTime) {
    return new TortureOptions(newTime, writers, readers, statInterval, hangAfter);
  }

  /** The same with other numbers of writers and readers. */
  public TortureOptions withThreads(int newWriters, int newReaders) {
    return new TortureOptions(time, newWriters, newReaders, statInterval, hangAfter);
  }

  /** The same, told more or less often. */
  public TortureOptions withStatInterval(Duration newStatInterval) {
    return new TortureOptions(time, writers, readers, newStatInterval, hangAfter);
  }

  /** The same with another patience. */
  public TortureOptions withHangAfter(Duration newHangAfter) {
    return new TortureOptions(time, writers, readers, statInterval, newHangAfter);
  }
}
