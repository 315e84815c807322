package org.vfslab.campaign;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How many I/Os met which fault and ended how. */
public final class Counts {

  /** The row of I/Os that met no fault. */
  public static final String NO_FAULT = "-";

  private final Map<String, Map<String, Long>> table = new TreeMap<>();
  private long bios;
  private long iocbs;
  private long reads;
  private long stale;
  private long steps;
  private long virtualNs;

  void ended(List<String> faults, String outcome) {
    if (faults.isEmpty()) {
      count(NO_FAULT, outcome);
    }
    faults.forEach(fault -> count(fault, outcome));
  }

  private void count(String fault, String outcome) {
    table.computeIfAbsent(fault, f -> new TreeMap<>()).merge(outcome, 1L, Long::sum);
  }

  void bioEnded() {
    bios++;
  }

  void iocbEnded() {
    iocbs++;
  }

  void readChecked() {
    reads++;
  }

  void machineEnded(long staleAnswers, long machineSteps, long machineNs) {
    stale += staleAnswers;
    steps += machineSteps;
    virtualNs += machineNs;
  }

  /** Rows by fault, columns by outcome. */
  public Map<String, Map<String, Long>> table() {
    return table;
  }

  /** How many bios ended, each once. */
  public long bios() {
    return bios;
  }

  /** How many aio requests were completed, each once. */
  public long iocbs() {
    return iocbs;
  }

  /** Both together. */
  public long ios() {
    return bios + iocbs;
  }

  /** How many reads brought bytes that were compared with what had been written. */
  public long reads() {
    return reads;
  }

  /** Answers of drives for requests that had ended: late or duplicate ones. */
  public long stale() {
    return stale;
  }

  /** Steps of all machines. */
  public long steps() {
    return steps;
  }

  /** Virtual time of all machines. */
  public long virtualNs() {
    return virtualNs;
  }
}
