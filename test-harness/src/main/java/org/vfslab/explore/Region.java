package org.vfslab.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RecursiveTask;

/**
 * A part of an exploration that one worker makes, dividing off further parts as it goes.
 *
 * <p>Results are put together in the order of places: what a region found before it divided a part
 * off, then what that part found, then the rest. So they are the same whoever did what when.
 */
final class Region extends RecursiveTask<Tally> {
  private static final long serialVersionUID = 1L;

  /** After how many executions a region divides something off. */
  private static final int DIVIDE_AFTER = 256;

  private final transient Scenario scenario;
  private final transient Strategy strategy;
  private final transient Progress progress;
  private final boolean divides;
  private final int[] place;

  private final transient List<Tally> own = new ArrayList<>();
  private final transient List<Region> parts = new ArrayList<>();
  private final transient Deque<Region> waiting = new ArrayDeque<>();

  Region(Scenario scenario, Strategy strategy, Progress progress, boolean divides, int[] place) {
    this.scenario = scenario;
    this.strategy = strategy;
    this.progress = progress;
    this.divides = divides;
    this.place = place;
  }

  @Override
  protected Tally compute() {
    Fairness fairness = Fairness.of(strategy);
    RecordingChance chance = RecordingChance.of(fairness);
    own.add(new Tally());
    int sinceDivision = 0;
    boolean goesOn = progress.goesOn(ownPlace());
    while (goesOn) {
      if (sinceDivision >= DIVIDE_AFTER && divides && divide()) {
        sinceDivision = 0;
      }
      if (!strategy.begin()) {
        goesOn = rejoin();
        continue;
      }
      chance.recording().clear();
      fairness.begin();
      Execution execution =
          Livelock.examined(scenario, chance.recording(), Execution.run(scenario, chance));
      sinceDivision++;
      if (strategy.mustBeginAgain()) {
        progress.beginAgain();
        goesOn = false;
      } else if (strategy.wasCut()) {
        own.getLast().addCut();
        goesOn = progress.afterCut(ownPlace());
      } else {
        own.getLast().add(execution, chance.recording());
        if (fairness.fired()) {
          own.getLast().boundedBy(Fairness.BOUND);
        }
        goesOn = progress.after(ownPlace(), own.getLast().findings());
      }
    }
    while (!waiting.isEmpty()) {
      waiting.removeLast().join();
    }
    return total();
  }

  private boolean divide() {
    Divisible part = ((Divisible) strategy).divide();
    if (part == null) {
      return false;
    }
    Region region = new Region(scenario, part, progress, true, placeAt(2 * own.size() - 1));
    parts.add(region);
    waiting.addLast(region);
    own.add(new Tally());
    region.fork();
    return true;
  }

  /** Waits for the part that was divided off last; false if there is none. */
  private boolean rejoin() {
    if (waiting.isEmpty()) {
      return false;
    }
    Region part = waiting.removeLast();
    part.join();
    ((Divisible) strategy).rejoin((Divisible) part.strategy);
    return progress.goesOn(ownPlace());
  }

  private int[] ownPlace() {
    return placeAt(2 * own.size() - 2);
  }

  private int[] placeAt(int last) {
    int[] extended = Arrays.copyOf(place, place.length + 1);
    extended[place.length] = last;
    return extended;
  }

  private Tally total() {
    Tally total = new Tally();
    for (int i = 0; i < own.size(); i++) {
      if (!progress.isBeyond(placeAt(2 * i))) {
        total.add(own.get(i));
      }
      if (i < parts.size() && !progress.isBeyond(placeAt(2 * i + 1))) {
        total.add(parts.get(i).join());
      }
    }
    return total;
  }
}
