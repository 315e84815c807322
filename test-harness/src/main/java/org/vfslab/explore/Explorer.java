package org.vfslab.explore;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/** Runs a scenario again and again, as a {@link Strategy} has it, and collects what it shows. */
public final class Explorer {

  /** How many executions may be spent on making one failure shorter. */
  private static final long SHORTEN_EXECUTIONS_MAX = 200_000;

  private final Scenario scenario;
  private final Limits limits;
  private final Observer observer;

  /** An explorer of {@code scenario}. */
  public Explorer(Scenario scenario, Limits limits, Observer observer) {
    this.scenario = scenario;
    this.limits = limits;
    this.observer = observer;
  }

  /** An explorer that ends at the first finding. */
  public Explorer(Scenario scenario) {
    this(scenario, Limits.NONE, Observer.NONE);
  }

  /** Explores with one worker until the strategy or a limit ends it. */
  public Exploration explore(Strategy strategy) {
    return explore(strategy, 1);
  }

  /**
   * Explores until the strategy or a limit ends it. The result is the same for any number of
   * workers, unless a limit on executions or time, or an interrupt, ends the exploration.
   *
   * @param workers how many threads share the work, if the strategy can be divided
   */
  public Exploration explore(Strategy strategy, int workers) {
    return explore(strategy, workers, null);
  }

  /**
   * The same, going on from where {@code checkpoint} has it, and keeping there how far it came:
   * whenever it is time for that, and at the end. Limits count from here.
   *
   * @throws Saved.UnfitException if what is kept is no state of this strategy
   */
  public Exploration explore(Resumable strategy, int workers, Checkpoint checkpoint) {
    return explore((Strategy) strategy, workers, checkpoint);
  }

  private Exploration explore(Strategy strategy, int workers, @Nullable Checkpoint checkpoint) {
    Strategy current = strategy;
    @Nullable Saved state = checkpoint == null ? null : checkpoint.load();
    while (true) {
      Saved before = state == null ? null : state.state("progress");
      Progress progress = new Progress(limits, observer, current, checkpoint, before);
      boolean shared = workers > 1 && current instanceof Divisible;
      Region region = new Region(scenario, current, progress, shared, new int[0]);
      if (state != null) {
        region = of(state.state("region"), current, progress, shared);
      }
      Tally tally = run(region, shared, workers);
      while (checkpoint != null && progress.goesOnAfterPause()) {
        Saved kept = region.save(!progress.hasFound());
        if (!progress.hasFound()) {
          checkpoint.save(whole(progress, kept));
        }
        region = of(kept, current, progress, shared);
        tally = run(region, shared, workers);
      }
      if (!progress.beginsAgain()) {
        if (checkpoint != null) {
          checkpoint.save(whole(progress, region.save(!progress.hasFound())));
        }
        String stoppedBy = progress.stoppedBy();
        return tally.exploration(
            verdict(tally, region.strategy(), stoppedBy),
            current.name(),
            progress.nanos(),
            stoppedBy,
            bound(tally, region.strategy()));
      }
      current = current.begunAgain();
      state = null;
    }
  }

  private Region of(Saved region, Strategy fresh, Progress progress, boolean shared) {
    return Region.of(region, scenario, (Resumable) fresh, progress, shared, new int[0]);
  }

  private static Saved whole(Progress progress, Saved region) {
    return new Saved().put("progress", progress.save()).put("region", region);
  }

  private static Tally run(Region region, boolean shared, int workers) {
    return shared ? inPool(region, workers) : region.invoke();
  }

  private static Tally inPool(Region region, int workers) {
    try (ForkJoinPool pool = new ForkJoinPool(workers)) {
      return pool.invoke(region);
    }
  }

  private static Verdict verdict(Tally tally, Strategy strategy, String stoppedBy) {
    if (!tally.failures().isEmpty()) {
      return Verdict.VIOLATED;
    }
    if (tally.executions() == 0 || !stoppedBy.isEmpty() || strategy.isSampling()) {
      return Verdict.NO_VIOLATION;
    }
    return strategy.isComplete() && tally.bounds().isEmpty()
        ? Verdict.HOLDS_COMPLETE
        : Verdict.HOLDS_WITHIN_BOUND;
  }

  private static String bound(Tally tally, Strategy strategy) {
    Set<String> bounds = new TreeSet<>(tally.bounds());
    if (!strategy.isComplete() && !strategy.isSampling()) {
      bounds.add(strategy.name());
    }
    return String.join("; ", bounds);
  }

  /**
   * Looks for the same finding with as few preemptions as possible, trying none, one, two and so
   * on, and among those with as few switches from one context to another; returns the failure as it
   * was when nothing better is found, the search would take too long, or the observer has enough.
   */
  public FoundFailure shorten(FoundFailure failure) {
    Finding finding = failure.finding();
    Schedule best = Schedule.ifFits(scenario, failure.recording());
    Recording shortest = failure.recording();
    long executions = 0;
    for (int preemptions = 0;
        preemptions <= (best == null ? 0 : best.preemptions());
        preemptions++) {
      DepthFirst strategy = new DepthFirst(preemptions);
      RecordingChance chance = RecordingChance.of(strategy);
      while (strategy.begin()) {
        chance.recording().clear();
        Execution execution = Execution.run(scenario, chance);
        if (finding.isIn(execution.findings())) {
          Recording recording = new Recording(chance.recording().toArray());
          Schedule schedule = Schedule.of(scenario, recording);
          if (best == null || schedule.isShorterThan(best)) {
            best = schedule;
            shortest = recording;
          }
        }
        executions++;
        if (executions == SHORTEN_EXECUTIONS_MAX
            || !observer.after(executions, strategy::progress)) {
          return failure.in(shortest);
        }
      }
    }
    return shortest == failure.recording() ? failure : failure.in(shortest);
  }
}
