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

  private final transient Scenario scenario;
  private final transient Strategy strategy;
  private final transient Progress progress;
  private final boolean divides;
  private final int[] place;

  private final transient List<Tally> own = new ArrayList<>();
  private final transient List<Region> parts = new ArrayList<>();

  /** The parts that were divided off and not taken back yet. */
  private final transient Deque<Region> waiting = new ArrayDeque<>();

  /** Set when nothing is left to do here or in the parts. */
  private boolean isFinished;

  Region(Scenario scenario, Strategy strategy, Progress progress, boolean divides, int[] place) {
    this.scenario = scenario;
    this.strategy = strategy;
    this.progress = progress;
    this.divides = divides;
    this.place = place;
    own.add(new Tally());
  }

  // ---- what is kept between two sessions

  /**
   * All that is needed to go on, when this and all parts have come to rest.
   *
   * @param isBrief whether what is finished is put together; else places stay as they are
   */
  Saved save(boolean isBrief) {
    List<Tally> tallies = new ArrayList<>();
    List<Region> kept = new ArrayList<>();
    Tally tally = new Tally();
    for (int i = 0; i < own.size(); i++) {
      tally.add(own.get(i));
      if (i < parts.size() && isBrief && isRejoined(parts.get(i))) {
        tally.add(parts.get(i).total());
      } else {
        tallies.add(tally);
        tally = new Tally();
        if (i < parts.size()) {
          kept.add(parts.get(i));
        }
      }
    }
    return new Saved()
        .put("finished", isFinished)
        .put("strategy", ((Resumable) strategy).save())
        .put("tallies", tallies.stream().map(Tally::save).toList())
        .put("parts", kept.stream().map(part -> part.save(isBrief)).toList())
        .put("waiting", kept.stream().map(part -> waiting.contains(part) ? 1L : 0L).toList());
  }

  private boolean isRejoined(Region part) {
    return part.isFinished && !waiting.contains(part);
  }

  /** The strategy, which knows whether it has left something out. */
  Strategy strategy() {
    return strategy;
  }

  /** A region of which {@link #save} was kept; {@code fresh} is a strategy of the same sort. */
  static Region of(
      Saved state,
      Scenario scenario,
      Resumable fresh,
      Progress progress,
      boolean divides,
      int[] place) {
    Strategy strategy = fresh.resumed(state.state("strategy"));
    Region region = new Region(scenario, strategy, progress, divides, place);
    region.isFinished = state.yes("finished");
    region.own.clear();
    state.states("tallies").forEach(tally -> region.own.add(Tally.of(tally)));
    List<Long> waiting = state.numbers("waiting");
    List<Saved> parts = state.states("parts");
    if (region.own.size() != parts.size() + 1 || waiting.size() != parts.size()) {
      throw new Saved.UnfitException("the parts of the exploration are damaged");
    }
    for (int i = 0; i < parts.size(); i++) {
      Region part = of(parts.get(i), scenario, fresh, progress, divides, region.placeAt(2 * i + 1));
      region.parts.add(part);
      if (waiting.get(i) != 0) {
        region.waiting.addLast(part);
      }
    }
    return region;
  }

  // ---- exploring

  @Override
  protected Tally compute() {
    for (Region part : parts) {
      // Those of a session before this one.
      if (waiting.contains(part) && divides) {
        part.fork();
      } else {
        part.invoke();
      }
    }
    if (!isFinished) {
      explore();
      waiting.forEach(Region::join);
    }
    return total();
  }

  private void explore() {
    Fairness fairness = Fairness.of(strategy);
    RecordingChance chance = RecordingChance.of(fairness);
    int sinceDivision = 0;
    boolean goesOn = progress.goesOn(ownPlace());
    while (goesOn) {
      if (divides && sinceDivision >= ((Divisible) strategy).divideAfter() && divide()) {
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
        goesOn = progress.after(ownPlace(), own.getLast().findings(), strategy.share());
      }
    }
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

  /** Waits for the part that was divided off last; false if there is none, or it has not ended. */
  private boolean rejoin() {
    if (waiting.isEmpty()) {
      isFinished = true;
      return false;
    }
    Region part = waiting.getLast();
    part.join();
    if (!part.isFinished) {
      return false;
    }
    waiting.removeLast();
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

  /** What this and all its parts have shown, when they have come to rest. */
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
