package org.vfslab.campaign;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vfslab.machine.Errno;

/** How many I/Os met which fault and ended how. */
public final class Counts {

  /** The row of bios that met no fault. */
  public static final String NO_FAULT = "-";

  private final Map<String, Map<String, Long>> bios = new TreeMap<>();
  private final Map<String, Long> struck = new TreeMap<>();
  private final Map<String, Long> iocbs = new TreeMap<>();
  private final Map<String, Long> freezes = new TreeMap<>();
  private long biosEnded;
  private long reads;
  private long stale;
  private long steps;
  private long virtualNs;

  void bioEnded(List<String> faults, String outcome) {
    biosEnded++;
    if (faults.isEmpty()) {
      count(NO_FAULT, outcome, 1);
    }
    faults.forEach(fault -> count(fault, outcome, 1));
  }

  private void count(String fault, String outcome, long more) {
    bios.computeIfAbsent(fault, f -> new TreeMap<>()).merge(outcome, more, Long::sum);
  }

  void iocbEnded(String outcome) {
    iocbs.merge(outcome, 1L, Long::sum);
  }

  void freezeEnded(long result) {
    freezes.merge(result == 0 ? "OK" : Errno.name(result), 1L, Long::sum);
  }

  void readChecked() {
    reads++;
  }

  void machineEnded(
      Map<String, Long> faults, long staleAnswers, long machineSteps, long machineNs) {
    faults.forEach((fault, times) -> struck.merge(fault, times, Long::sum));
    stale += staleAnswers;
    steps += machineSteps;
    virtualNs += machineNs;
  }

  /** Adds what others counted. */
  void add(Counts others) {
    others.bios.forEach(
        (fault, row) -> row.forEach((outcome, times) -> count(fault, outcome, times)));
    others.struck.forEach((fault, times) -> struck.merge(fault, times, Long::sum));
    others.iocbs.forEach((outcome, times) -> iocbs.merge(outcome, times, Long::sum));
    others.freezes.forEach((outcome, times) -> freezes.merge(outcome, times, Long::sum));
    biosEnded += others.biosEnded;
    reads += others.reads;
    stale += others.stale;
    steps += others.steps;
    virtualNs += others.virtualNs;
  }

  /** Of the bios of the campaign itself: rows by fault, columns by outcome. */
  public Map<String, Map<String, Long>> table() {
    return bios;
  }

  /** How often each fault struck, those below a filesystem included. */
  public Map<String, Long> struck() {
    return struck;
  }

  /** How aio requests ended. */
  public Map<String, Long> iocbOutcomes() {
    return iocbs;
  }

  /** How freezes ended. */
  public Map<String, Long> freezes() {
    return freezes;
  }

  /** How many bios ended, each once. */
  public long bios() {
    return biosEnded;
  }

  /** How many aio requests were completed, each once. */
  public long iocbs() {
    return iocbs.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Both together. */
  public long ios() {
    return bios() + iocbs();
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
