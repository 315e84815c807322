package org.vfslab.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What came of a torture.
 *
 * @param writes what the writers did
 * @param reads what the readers did
 * @param lines the statistics as the kernel's module prints them
 * @param counts other things that happened, by name
 * @param problems what was wrong, a line each
 */
public record TortureResult(
    LockStatistics writes,
    LockStatistics reads,
    List<String> lines,
    Map<String, Long> counts,
    List<String> problems) {

  /** Copies what can change. */
  public TortureResult {
    lines = List.copyOf(lines);
    counts = Map.copyOf(counts);
    problems = List.copyOf(problems);
  }

  /** Whether nothing was wrong. */
  public boolean isSuccess() {
    return problems.isEmpty() && writes.fail() == 0 && reads.fail() == 0;
  }

  /** The statistics and the other counts. */
  public List<String> statistics() {
    List<String> all = new ArrayList<>(lines);
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(count -> all.add("  " + count.getKey() + ": " + count.getValue()));
    return all;
  }
}
