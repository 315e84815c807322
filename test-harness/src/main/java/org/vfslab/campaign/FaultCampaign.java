package org.vfslab.campaign;

import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Report;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;

/**
 * Many I/Os with every kind of fault, in batches of one machine each. What a batch does follows
 * from the seed and the batch's number alone.
 *
 * <p>For each I/O: it ends exactly once, its status is explained by a fault that struck, and a read
 * brings what was written, as far as no fault says otherwise. At the end of each batch: no tag,
 * command or request is left, and the machine has nothing to complain about.
 */
public final class FaultCampaign {

  /** I/Os of one batch. */
  public static final int BATCH_IOS = 2_000;

  /** Each so-many-th batch goes through aio and a filesystem. */
  private static final int AIO_EVERY = 10;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final Counts counts = new Counts();

  /** A campaign that has not begun. */
  public FaultCampaign(long seed) {
    this.seed = seed;
  }

  /**
   * What a campaign found.
   *
   * @param batch in which batch
   * @param sentence what was wrong
   */
  public record Violation(long batch, String sentence) {}

  /** What was counted so far. */
  public Counts counts() {
    return counts;
  }

  /**
   * Makes so many I/Os.
   *
   * @param goesOn asked before each batch
   * @return the first violation, or null
   */
  public @Nullable Violation run(long ios, BooleanSupplier goesOn) {
    for (long batch = 0; counts.ios() < ios && goesOn.getAsBoolean(); batch++) {
      Violation violation = batch(batch, (int) Math.min(BATCH_IOS, ios - counts.ios()));
      if (violation != null) {
        return violation;
      }
    }
    return null;
  }

  /** Makes one batch alone. */
  public @Nullable Violation batch(long number, int ios) {
    SplittableRandom dice = new SplittableRandom(seed + GOLDEN * number);
    Batch batch = number % AIO_EVERY == AIO_EVERY - 1 ? new AioBatch(ios) : new BioBatch(ios);
    Machine machine = Machine.deterministic(Machines.machine(dice), new Dice(dice.nextLong()));
    batch.setUp(machine, dice, counts);
    RunResult result = machine.run();
    counts.machineEnded(batch.staleAnswers(), machine.steps(), machine.nowNs());
    String wrong = wrong(machine, result, batch);
    return wrong == null ? null : new Violation(number, wrong);
  }

  private static @Nullable String wrong(Machine machine, RunResult result, Batch batch) {
    for (Report report : machine.reports()) {
      return report.title();
    }
    if (result.outcome() == RunResult.Outcome.DEADLOCK) {
      return "hung: " + String.join(", ", result.hung().stream().map(Task::name).toList());
    }
    if (result.outcome() != RunResult.Outcome.DONE) {
      return "the machine ended with " + result.outcome();
    }
    String wrong = batch.wrongAtEnd();
    for (Report report : machine.reports()) {
      return report.title();
    }
    return wrong;
  }
}
