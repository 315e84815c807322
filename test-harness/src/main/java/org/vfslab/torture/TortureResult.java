package org.vfslab.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What came of a torture.
 *
 * @param writes what the writers did
 * @param reads what the readers did
 * @param counts other things that happened, by name
 * @param problems what was wrong, a line each
 */
public record TortureResult(
    LockStatistics writes, LockStatistics reads, Map<String, Long> counts, List<String> problems) {

  /** Copies what can change. */
  public TortureResult {
    counts = Map.copyOf(counts);
    problems = List.copyOf(problems);
  }

  /** Whether nothing was wrong. */
  public boolean isSuccess() {
    return problems.isEmpty() && writes.fail() == 0 && reads.fail() == 0;
  }

  /** The statistics as the kernel's module prints them, and the other counts. */
  public List<String> statistics() {
    List<String> lines = new ArrayList<>();
    lines.add(writes.line("Writes"));
    lines.add(reads.line("Reads"));
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(count -> lines.add("  " + count.getKey() + ": " + count.getValue()));
    return lines;
  }
}
