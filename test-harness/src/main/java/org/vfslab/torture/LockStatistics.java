package org.vfslab.torture;

import java.util.List;

/**
 * What the writers, or the readers, did together.
 *
 * @param total how often they had the lock
 * @param max how often the one had it that had it most
 * @param min how often the one had it that had it least
 * @param fail how often one was inside beside another that must not be
 */
public record LockStatistics(long total, long max, long min, long fail) {

  /** Sums up threads. */
  static LockStatistics of(List<Stress> threads) {
    long total = 0;
    long max = 0;
    long min = threads.isEmpty() ? 0 : Long.MAX_VALUE;
    long fail = 0;
    for (Stress thread : threads) {
      long acquired = thread.acquired();
      total += acquired;
      max = Math.max(max, acquired);
      min = Math.min(min, acquired);
      fail += thread.failed();
    }
    return new LockStatistics(total, max, min, fail);
  }

  /** A line as {@code lock_torture_stats_print} has it, with its marks for unfair and broken. */
  String line(String who) {
    return String.format(
            "%s:  Total: %d  Max/Min: %d/%d %s  Fail: %d %s",
            who, total, max, min, max / 2 > min ? "???" : "", fail, fail > 0 ? "!!!" : "")
        .stripTrailing();
  }
}
