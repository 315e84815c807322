package org.vfslab.explore;

import java.util.List;
import java.util.Map;

/**
 * What came of an exploration.
 *
 * @param verdict what may be claimed
 * @param strategy the strategy's name
 * @param executions how many executions were made
 * @param cut how many more were given up on the way, because nothing new could come of them
 * @param steps how many steps they took together
 * @param nanos the real time that it took
 * @param failures the different findings, in the order in which they were found
 * @param sometimes in how many executions each {@code sometimes} property was true
 * @param observations how often each final state was seen, sorted
 * @param stoppedBy what ended the exploration early, in words, or an empty string
 * @param bound to which schedules it kept, in words, or an empty string for all
 */
public record Exploration(
    Verdict verdict,
    String strategy,
    long executions,
    long cut,
    long steps,
    long nanos,
    List<FoundFailure> failures,
    List<Long> sometimes,
    Map<String, Long> observations,
    String stoppedBy,
    String bound) {

  /** What came of an exploration that left nothing out on purpose. */
  public Exploration(
      Verdict verdict,
      String strategy,
      long executions,
      long cut,
      long steps,
      long nanos,
      List<FoundFailure> failures,
      List<Long> sometimes,
      Map<String, Long> observations,
      String stoppedBy) {
    this(
        verdict,
        strategy,
        executions,
        cut,
        steps,
        nanos,
        failures,
        sometimes,
        observations,
        stoppedBy,
        "");
  }

  /** The same with other failures, such as shorter ones. */
  public Exploration withFailures(List<FoundFailure> others) {
    return new Exploration(
        verdict,
        strategy,
        executions,
        cut,
        steps,
        nanos,
        List.copyOf(others),
        sometimes,
        observations,
        stoppedBy,
        bound);
  }

  /** Executions per second of real time. */
  public double executionsPerSecond() {
    return executions * 1e9 / Math.max(1, nanos);
  }

  /** Steps per second of real time. */
  public double stepsPerSecond() {
    return steps * 1e9 / Math.max(1, nanos);
  }
}
