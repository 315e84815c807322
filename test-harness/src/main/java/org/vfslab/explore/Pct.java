package org.vfslab.explore;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.vfslab.machine.Enabled;

/**
 * Probabilistic concurrency testing: every context has a priority, the highest runs, and at a few
 * points thrown by dice the one that runs falls below all others. Finds a bug that needs {@code d}
 * ordering constraints with a probability of at least 1/(n k^(d-1)) for n contexts and k steps.
 *
 * <p>After Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS 2010. The number of steps is
 * taken from the longest execution so far.
 */
public final class Pct extends Sampling implements Resumable {

  /** How many ordering constraints the sought bugs need, unless said otherwise. */
  public static final int DEPTH_DEFAULT = 3;

  private static final int STEPS_FIRST_GUESS = 32;

  private final int depth;
  private final Map<Long, Long> priorities = new HashMap<>();
  private long[] changePoints = {};
  private long longest = STEPS_FIRST_GUESS;
  private long step;
  private long lowest;

  /** Executions in search of bugs that need {@code depth} constraints, 1 or more. */
  public Pct(long seed, long executionsMax, int depth) {
    super(seed, executionsMax);
    if (depth < 1) {
      throw new IllegalArgumentException("the depth of PCT is 1 or more, not " + depth);
    }
    this.depth = depth;
  }

  @Override
  public boolean begin() {
    boolean more = super.begin();
    longest = Math.max(longest, step);
    step = 0;
    lowest = 0;
    priorities.clear();
    changePoints = new long[depth - 1];
    for (int i = 0; i < changePoints.length; i++) {
      changePoints[i] = dice().nextLong(longest);
    }
    Arrays.sort(changePoints);
    return more;
  }

  @Override
  public int schedule(Enabled enabled) {
    int chosen = highest(enabled);
    for (long point : changePoints) {
      if (point == step) {
        priorities.put(enabled.get(chosen).actor(), --lowest);
        chosen = highest(enabled);
      }
    }
    step++;
    return chosen;
  }

  private int highest(Enabled enabled) {
    int best = 0;
    long bestPriority = Long.MIN_VALUE;
    for (int i = 0; i < enabled.size(); i++) {
      long priority =
          priorities.computeIfAbsent(
              enabled.get(i).actor(), actor -> dice().nextLong(Long.MAX_VALUE));
      if (priority > bestPriority) {
        best = i;
        bestPriority = priority;
      }
    }
    return best;
  }

  @Override
  public Saved save() {
    return super.save().put("longest", Math.max(longest, step));
  }

  @Override
  public Resumable resumed(Saved state) {
    Pct resumed = new Pct(seed(), executionsMax(), depth);
    resumed.goOnFrom(state);
    resumed.longest = Math.max(longest, state.number("longest"));
    return resumed;
  }

  @Override
  public String name() {
    return "pct";
  }
}
