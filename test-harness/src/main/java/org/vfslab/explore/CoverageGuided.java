package org.vfslab.explore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Footprint;
import org.vfslab.machine.StepChance;

/**
 * Schedules by dice that go on from where something new was seen: an order in which two contexts
 * touched the same object that no execution had shown before.
 *
 * <p>An execution that shows one is kept; later ones take over a random part of the beginning of a
 * kept one, and throw dice from there.
 */
public final class CoverageGuided extends Sampling implements StepChance {

  /** One execution in so many begins from nothing, so that no corner is forgotten. */
  private static final int FRESH = 4;

  /** Who touched an object after whom. */
  private record Order(int object, long before, long after) {}

  private final Set<Order> covered = new HashSet<>();
  private final List<long[]> corpus = new ArrayList<>();
  private final Map<Integer, Long> lastWriter = new HashMap<>();
  private final List<Long> actors = new ArrayList<>();
  private long[] model = {};
  private int follow;
  private boolean isNew;

  /**
   * So many executions; the same seed gives the same ones.
   *
   * @param seed any number
   * @param executionsMax how many executions to make
   */
  public CoverageGuided(long seed, long executionsMax) {
    super(seed, executionsMax);
  }

  @Override
  public boolean begin() {
    if (isNew) {
      corpus.add(actors.stream().mapToLong(Long::longValue).toArray());
    }
    boolean more = super.begin();
    isNew = false;
    actors.clear();
    lastWriter.clear();
    follow = 0;
    if (!corpus.isEmpty() && dice().nextInt(FRESH) != 0) {
      model = corpus.get(dice().nextInt(corpus.size()));
      follow = model.length == 0 ? 0 : dice().nextInt(model.length);
    }
    return more;
  }

  @Override
  public int schedule(Enabled enabled) {
    int chosen = -1;
    if (actors.size() < follow) {
      for (int i = 0; i < enabled.size(); i++) {
        if (enabled.get(i).actor() == model[actors.size()]) {
          chosen = i;
        }
      }
    }
    if (chosen < 0) {
      follow = 0;
      chosen = dice().nextInt(enabled.size());
    }
    actors.add(enabled.get(chosen).actor());
    return chosen;
  }

  @Override
  public void stepEnded(Footprint footprint) {
    long actor = actors.getLast();
    for (int entry = 0; entry < footprint.size(); entry++) {
      int object = footprint.object(entry);
      if (!Footprint.isGate(object)) {
        Long before =
            footprint.touch(entry) == Footprint.Touch.READ
                ? lastWriter.get(object)
                : lastWriter.put(object, actor);
        if (before != null && before != actor) {
          isNew |= covered.add(new Order(object, before, actor));
        }
      }
    }
  }

  @Override
  public String name() {
    return "coverage";
  }
}
