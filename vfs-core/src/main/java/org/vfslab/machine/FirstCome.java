package org.vfslab.machine;

/**
 * No chance at all: who runs goes on, else the first in the queue does, and of all outcomes it is
 * the first. For machines of which one schedule is enough.
 */
public final class FirstCome implements Chance {

  @Override
  public int schedule(Enabled enabled) {
    return Math.max(0, enabled.runningAt());
  }

  @Override
  public int choose(int count, String question) {
    return 0;
  }
}
