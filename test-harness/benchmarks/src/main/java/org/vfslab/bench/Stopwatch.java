package org.vfslab.bench;

import java.time.Duration;
import java.util.Arrays;

/** Times code that JMH cannot, as it switches stacks or needs a machine of its own each time. */
final class Stopwatch {
  private final Duration round;
  private final int rounds;

  /** Rounds of such a length, after as many again to warm up. */
  Stopwatch(Duration round, int rounds) {
    this.round = round;
    this.rounds = rounds;
  }

  static Stopwatch of(Session session) {
    return session.quick()
        ? new Stopwatch(Duration.ofMillis(150), 3)
        : new Stopwatch(Duration.ofMillis(1000), 5);
  }

  /** Something that does some operations and says how many. */
  interface Batch {
    long run();
  }

  /** Nanoseconds for an operation: the median over the rounds. */
  double nanosPerOperation(Batch batch) {
    for (int i = 0; i < rounds; i++) {
      once(batch);
    }
    double[] nanos = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      nanos[i] = once(batch);
    }
    Arrays.sort(nanos);
    return nanos[rounds / 2];
  }

  private double once(Batch batch) {
    long start = System.nanoTime();
    long end = start + round.toNanos();
    long operations = 0;
    long now = start;
    while (now < end) {
      operations += batch.run();
      now = System.nanoTime();
    }
    return (double) (now - start) / operations;
  }
}
