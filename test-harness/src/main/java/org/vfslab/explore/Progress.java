package org.vfslab.explore;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import org.jspecify.annotations.Nullable;

/** How far an exploration has come, over all its regions, and whether it is to end. */
final class Progress {
  private final Limits limits;
  private final Observer observer;
  private final Strategy whole;
  private final @Nullable Checkpoint checkpoint;
  private final long startNs = System.nanoTime();

  /** What was made, and how long that took, before this exploration went on from a checkpoint. */
  private final long executionsBefore;

  private final long nanosBefore;

  private final AtomicLong executions = new AtomicLong();

  /** The parts of the work that the executions were, for strategies that know. */
  private final DoubleAdder done = new DoubleAdder();

  private volatile String stoppedBy = "";
  private volatile boolean beginsAgain;

  /** Set while all regions come to rest, so that their states can be saved. */
  private volatile boolean paused;

  /** The earliest place in the order of regions at which enough was found. */
  private volatile int @Nullable [] foundAt;

  Progress(
      Limits limits,
      Observer observer,
      Strategy whole,
      @Nullable Checkpoint checkpoint,
      @Nullable Saved before) {
    this.limits = limits;
    this.observer = observer;
    this.whole = whole;
    this.checkpoint = checkpoint;
    this.executionsBefore = before == null ? 0 : before.number("executions");
    this.nanosBefore = before == null ? 0 : before.number("nanos");
    executions.set(executionsBefore);
    if (before != null) {
      done.add(Double.parseDouble(before.text("done")));
    }
  }

  /** What another exploration needs to know in order to go on. */
  Saved save() {
    return new Saved()
        .put("executions", executions.get())
        .put("nanos", nanos())
        .put("done", Double.toString(done.sum()));
  }

  /**
   * Counts an execution.
   *
   * @param place where it stands in the order of regions
   * @param findings how many different findings there are at this place
   * @param share which part of the work it was, or a negative number
   * @return whether the region is to go on
   */
  boolean after(int[] place, int findings, double share) {
    long count = executions.incrementAndGet();
    if (share > 0) {
      done.add(share);
    }
    if (findings >= limits.findingsMax()) {
      found(place);
    } else if (count - executionsBefore >= limits.executionsMax()) {
      stop("the limit of " + limits.executionsMax() + " executions");
    }
    return afterCut(place);
  }

  /** As {@link #after}, for an execution that was given up on the way and does not count. */
  boolean afterCut(int[] place) {
    if (isOver(limits.time())) {
      stop("the time limit");
    } else if (!isWanted()) {
      stop("an interrupt");
    }
    if (checkpoint != null && foundAt == null && checkpoint.isDue()) {
      paused = true;
    }
    return goesOn(place);
  }

  /** Whether the region at this place is to go on. */
  boolean goesOn(int[] place) {
    int[] found = foundAt;
    return stoppedBy.isEmpty()
        && !paused
        && !beginsAgain
        && (found == null || Arrays.compare(place, found) < 0);
  }

  private synchronized boolean isWanted() {
    return observer.after(executions.get(), this::done);
  }

  /**
   * What part of the work is done: the sum of the parts that the executions were, each part of the
   * tree of choices taken to be as large as its siblings; for other strategies, what they say.
   */
  private double done() {
    double sum = done.sum();
    return sum > 0 ? Math.min(1, sum) : whole.progress();
  }

  private boolean isOver(@Nullable Duration time) {
    return time != null && System.nanoTime() - startNs >= time.toNanos();
  }

  private synchronized void found(int[] place) {
    int[] found = foundAt;
    if (found == null || Arrays.compare(place, found) < 0) {
      foundAt = place;
    }
  }

  private synchronized void stop(String reason) {
    if (stoppedBy.isEmpty()) {
      stoppedBy = reason;
    }
  }

  /** Whether all came to rest only in order to be saved; they may then go on. */
  boolean goesOnAfterPause() {
    boolean wasPaused = paused;
    paused = false;
    return wasPaused && stoppedBy.isEmpty() && !beginsAgain;
  }

  /** All that was made so far was made under an assumption that has turned out wrong. */
  void beginAgain() {
    beginsAgain = true;
  }

  boolean beginsAgain() {
    return beginsAgain;
  }

  /** Whether enough was found somewhere. */
  boolean hasFound() {
    return foundAt != null;
  }

  /** Whether what stands at this place comes after the end of the exploration. */
  boolean isBeyond(int[] place) {
    int[] found = foundAt;
    return found != null && Arrays.compare(place, found) > 0;
  }

  /** What ended the exploration early, in words. */
  String stoppedBy() {
    return foundAt != null ? "the first finding" : stoppedBy;
  }

  long nanos() {
    return nanosBefore + System.nanoTime() - startNs;
  }
}
