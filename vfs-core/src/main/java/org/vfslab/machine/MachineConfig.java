package org.vfslab.machine;

/**
 * What a machine is like.
 *
 * @param cpus the number of CPUs, 1 to {@link #CPUS_MAX}
 * @param granularity which operations are scheduling points
 * @param raceDetection whether unordered uses of plain cells are reported
 * @param coroutines how the deterministic engine switches contexts
 * @param stepsMax after how many steps a deterministic run is given up
 * @param hangAfterNs after how much real time without progress a live run counts as hung
 * @param spinOnOwner whether who waits for a sleeping lock spins while its owner runs ({@code
 *     CONFIG_RWSEM_SPIN_ON_OWNER})
 */
public record MachineConfig(
    int cpus,
    Granularity granularity,
    boolean raceDetection,
    CoroutineKind coroutines,
    long stepsMax,
    long hangAfterNs,
    boolean spinOnOwner) {

  /** More CPUs than any question needs. */
  public static final int CPUS_MAX = 64;

  private static final long STEPS_MAX = 1_000_000;
  private static final long HANG_AFTER_NS = 10_000_000_000L;

  /** Two CPUs, calls as steps, races detected, nobody spins for an owner. */
  public static final MachineConfig DEFAULT =
      new MachineConfig(
          2, Granularity.CALL, true, CoroutineKind.best(), STEPS_MAX, HANG_AFTER_NS, false);

  /** Which operations are scheduling points of the deterministic engine. */
  public enum Granularity {
    /** Every access to a shared word: for verifying a lock. */
    WORD,
    /** Every operation of a lock, unless it blocks: for verifying what is built from locks. */
    CALL
  }

  /** Checks the bounds. */
  public MachineConfig {
    if (cpus < 1 || cpus > CPUS_MAX) {
      throw new IllegalArgumentException("a machine has 1 to " + CPUS_MAX + " cpus, not " + cpus);
    }
  }

  /** The same with another number of CPUs. */
  public MachineConfig withCpus(int newCpus) {
    return new MachineConfig(
        newCpus, granularity, raceDetection, coroutines, stepsMax, hangAfterNs, spinOnOwner);
  }

  /** The same with another granularity. */
  public MachineConfig withGranularity(Granularity newGranularity) {
    return new MachineConfig(
        cpus, newGranularity, raceDetection, coroutines, stepsMax, hangAfterNs, spinOnOwner);
  }

  /** The same with race detection on or off. */
  public MachineConfig withRaceDetection(boolean on) {
    return new MachineConfig(cpus, granularity, on, coroutines, stepsMax, hangAfterNs, spinOnOwner);
  }

  /** The same with another way to switch contexts. */
  public MachineConfig withCoroutines(CoroutineKind kind) {
    return new MachineConfig(
        cpus, granularity, raceDetection, kind, stepsMax, hangAfterNs, spinOnOwner);
  }

  /** The same with another bound on steps. */
  public MachineConfig withStepsMax(long newStepsMax) {
    return new MachineConfig(
        cpus, granularity, raceDetection, coroutines, newStepsMax, hangAfterNs, spinOnOwner);
  }

  /** The same with another patience of the live engine. */
  public MachineConfig withHangAfterNs(long newHangAfterNs) {
    return new MachineConfig(
        cpus, granularity, raceDetection, coroutines, stepsMax, newHangAfterNs, spinOnOwner);
  }

  /** The same with optimistic spinning on or off. */
  public MachineConfig withSpinOnOwner(boolean on) {
    return new MachineConfig(
        cpus, granularity, raceDetection, coroutines, stepsMax, hangAfterNs, on);
  }
}
