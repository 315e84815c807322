package org.vfslab.explore;

import java.util.HashMap;
import java.util.Map;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Transition;

/**
 * Schedules by dice, but more evenly over the orders that matter: each pending step has a random
 * priority and the highest is taken; only those that race with it get a new one.
 *
 * <p>Partial order sampling after Yuan, Yang and Gu, CAV 2018.
 */
public final class PartialOrderSampling extends Sampling implements Resumable {
  private final Map<Long, Double> priorities = new HashMap<>();

  /**
   * So many executions; the same seed gives the same ones.
   *
   * @param seed any number
   * @param executionsMax how many executions to make
   */
  public PartialOrderSampling(long seed, long executionsMax) {
    super(seed, executionsMax);
  }

  @Override
  public boolean begin() {
    priorities.clear();
    return super.begin();
  }

  @Override
  public int schedule(Enabled enabled) {
    int best = 0;
    double bestPriority = -1;
    for (int i = 0; i < enabled.size(); i++) {
      double priority =
          priorities.computeIfAbsent(enabled.get(i).actor(), actor -> dice().nextDouble());
      if (priority > bestPriority) {
        best = i;
        bestPriority = priority;
      }
    }
    Transition taken = enabled.get(best);
    for (int i = 0; i < enabled.size(); i++) {
      Transition other = enabled.get(i);
      if (i == best || race(taken, other)) {
        priorities.remove(other.actor());
      }
    }
    return best;
  }

  private static boolean race(Transition taken, Transition other) {
    return taken.nextObject() == other.nextObject()
        && taken.nextObject() >= 0
        && (taken.nextWrites() || other.nextWrites());
  }

  @Override
  public Resumable resumed(Saved state) {
    PartialOrderSampling resumed = new PartialOrderSampling(seed(), executionsMax());
    resumed.goOnFrom(state);
    return resumed;
  }

  @Override
  public String name() {
    return "pos";
  }
}
