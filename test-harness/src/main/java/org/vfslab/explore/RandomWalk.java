package org.vfslab.explore;

import org.vfslab.machine.Enabled;

/** Schedules by the throw of dice: each enabled transition is as likely as the others. */
public final class RandomWalk extends Sampling implements Resumable {

  /**
   * A walk of so many executions; the same seed gives the same ones.
   *
   * @param seed any number
   * @param executionsMax how many executions to make
   */
  public RandomWalk(long seed, long executionsMax) {
    super(seed, executionsMax);
  }

  @Override
  public int schedule(Enabled enabled) {
    return dice().nextInt(enabled.size());
  }

  @Override
  public Resumable resumed(Saved state) {
    RandomWalk resumed = new RandomWalk(seed(), executionsMax());
    resumed.goOnFrom(state);
    return resumed;
  }

  @Override
  public String name() {
    return "random";
  }
}
