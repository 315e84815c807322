package org.vfslab.explore;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** How far an exploration has come, over all its regions, and whether it is to end. */
final class Progress {
  private final Limits limits;
  private final Observer observer;
  private final Strategy whole;
  private final long startNs = System.nanoTime();
  private final AtomicLong executions = new AtomicLong();
  private volatile String stoppedBy = "";
  private volatile boolean beginsAgain;

  /** The earliest place in the order of regions at which enough was found. */
  private volatile int @Nullable [] foundAt;

  Progress(Limits limits, Observer observer, Strategy whole) {
    this.limits = limits;
    this.observer = observer;
    this.whole = whole;
  }

  /**
   * Counts an execution.
   *
   * @param place where it stands in the order of regions
   * @param findings how many different findings there are at this place
   * @return whether the region is to go on
   */
  boolean after(int[] place, int findings) {
    long count = executions.incrementAndGet();
    if (findings >= limits.findingsMax()) {
      found(place);
    } else if (count >= limits.executionsMax()) {
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
    return goesOn(place);
  }

  /** Whether the region at this place is to go on. */
  boolean goesOn(int[] place) {
    int[] found = foundAt;
    return stoppedBy.isEmpty()
        && !beginsAgain
        && (found == null || Arrays.compare(place, found) < 0);
  }

  private synchronized boolean isWanted() {
    return observer.after(executions.get(), whole);
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

  /** All that was made so far was made under an assumption that has turned out wrong. */
  void beginAgain() {
    beginsAgain = true;
  }

  boolean beginsAgain() {
    return beginsAgain;
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
    return System.nanoTime() - startNs;
  }
}
