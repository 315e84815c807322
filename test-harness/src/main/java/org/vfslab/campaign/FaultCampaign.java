package org.vfslab.campaign;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Report;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.Task;
import org.vfslab.patch.Seams;

/**
 * Many I/Os with every kind of fault, in batches of one machine each. What a batch does follows
 * from the seed and the batch's number alone, so any number of workers gives the same.
 *
 * <p>For each I/O: it ends exactly once, its status is explained by a fault that struck, and a bio
 * that reads brings what was written, as far as no fault says otherwise. While a filesystem is
 * frozen no write starts at its device, and none is under way. At the end of each batch nothing is
 * left, see {@link Leaks}, and the machine has nothing to complain about.
 */
public final class FaultCampaign {

  /** I/Os of one batch. */
  public static final int BATCH_IOS = 2_000;

  /** Each so-many-th batch goes through aio and a filesystem. */
  private static final int FILESYSTEM_EVERY = 5;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final Seams seams;
  private final Counts counts = new Counts();

  /** A campaign that has not begun, on a kernel with these seams. */
  public FaultCampaign(long seed, Seams seams) {
    this.seed = seed;
    this.seams = seams;
  }

  /**
   * What a campaign found.
   *
   * @param batch in which batch
   * @param sentence what was wrong
   */
  public record Violation(long batch, String sentence) {}

  /** What one batch counted, and what was wrong in it. */
  private record Done(Counts counts, @Nullable String wrong) {}

  /** What was counted; when a run is over. */
  public Counts counts() {
    return counts;
  }

  /**
   * Makes so many I/Os.
   *
   * @param workers how many threads do it
   * @param goesOn asked before each batch, with how many I/Os were made; by any of the workers
   * @return the violation of the first batch that has one, or null
   */
  public @Nullable Violation run(long ios, int workers, LongPredicate goesOn) {
    long batches = (ios + BATCH_IOS - 1) / BATCH_IOS;
    AtomicLong next = new AtomicLong();
    AtomicLong end = new AtomicLong(batches);
    AtomicLong made = new AtomicLong();
    ConcurrentSkipListMap<Long, Done> results = new ConcurrentSkipListMap<>();
    Runnable worker =
        () -> {
          while (goesOn.test(made.get())) {
            long number = next.getAndIncrement();
            if (number >= end.get()) {
              break;
            }
            Done done = make(number, (int) Math.min(BATCH_IOS, ios - number * BATCH_IOS));
            results.put(number, done);
            made.addAndGet(done.counts().ios());
            if (done.wrong() != null) {
              end.accumulateAndGet(number + 1, Math::min);
            }
          }
        };
    runAll(worker, workers);
    for (Map.Entry<Long, Done> one : results.headMap(end.get()).entrySet()) {
      counts.add(one.getValue().counts());
      String wrong = one.getValue().wrong();
      if (wrong != null) {
        return new Violation(one.getKey(), wrong);
      }
    }
    return null;
  }

  /** One worker is the caller's thread. */
  private static void runAll(Runnable worker, int workers) {
    if (workers == 1) {
      worker.run();
      return;
    }
    try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        ends.add(executor.submit(worker));
      }
      for (Future<?> ended : ends) {
        ended.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Makes one batch alone. */
  public @Nullable Violation batch(long number, int ios) {
    Done done = make(number, ios);
    counts.add(done.counts());
    return done.wrong() == null ? null : new Violation(number, done.wrong());
  }

  private Done make(long number, int ios) {
    Counts own = new Counts();
    SplittableRandom dice = new SplittableRandom(seed + GOLDEN * number);
    boolean filesystem = number % FILESYSTEM_EVERY == FILESYSTEM_EVERY - 1;
    Batch batch = filesystem ? new FilesystemBatch(ios, seams) : new BioBatch(ios);
    Machine machine = Machine.deterministic(Machines.machine(dice), new Dice(dice.nextLong()));
    batch.setUp(machine, dice, own);
    RunResult result = machine.run();
    BlockDevice device = Objects.requireNonNull(batch.device());
    own.machineEnded(
        device.faultsNow(), device.staleAnswersNow(), machine.steps(), machine.nowNs());
    return new Done(own, wrong(machine, result, batch));
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
