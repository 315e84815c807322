package org.vfslab.explore.dpor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vfslab.explore.Strategy;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Footprint;
import org.vfslab.machine.StepChance;

/**
 * Writes down who made each step of an execution and what it touched, and says which executions
 * differ in nothing but the order of independent steps: those with the same {@link #canonical}.
 */
final class Traces implements StepChance {
  private final Strategy strategy;
  private final List<Event> events = new ArrayList<>();
  private long next;
  private int barrier;
  private long sum;
  private boolean singleWords = true;

  /** A step; the hash covers all that it depends on. */
  private record Event(long actor, int number, Footprint footprint, long hash) {}

  Traces(Strategy strategy) {
    this.strategy = strategy;
  }

  void clear() {
    events.clear();
    barrier = 0;
    sum = 0;
  }

  @Override
  public int schedule(Enabled enabled) {
    int answer = strategy.schedule(enabled);
    if (answer != CUT) {
      next = enabled.get(answer).actor();
    }
    return answer;
  }

  @Override
  public int choose(int count, String question) {
    return strategy.choose(count, question);
  }

  @Override
  public void stepEnded(Footprint footprint) {
    if (footprint.isAfterAll()) {
      barrier = events.size();
    }
    int number = 0;
    long needs = barrier == 0 ? 0 : 1;
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      if (event.actor == next) {
        number++;
      } else if (i >= barrier && event.footprint.conflictsWith(footprint)) {
        needs += mixed(event.hash);
      }
    }
    long hash = mixed(mixed(mixed(next) + number) + needs);
    events.add(new Event(next, number, footprint.copy(), hash));
    sum += mixed(hash);
    singleWords &= footprint.isSingleWord();
    if (strategy instanceof StepChance steps) {
      steps.stepEnded(footprint);
    }
  }

  static long mixed(long value) {
    long mixed = (value + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 29) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 32;
  }

  @Override
  public void runEnded(Enabled left) {
    if (strategy instanceof StepChance steps) {
      steps.runEnded(left);
    }
  }

  /** The set of steps, each by actor and number and with those before it on which it depends. */
  long canonical() {
    return sum;
  }

  /** Whether every step so far touched one word only. */
  boolean isOfSingleWords() {
    return singleWords;
  }

  String story() {
    StringBuilder text = new StringBuilder();
    for (Event event : events) {
      text.append(event.actor).append('.').append(event.number).append("  ");
      text.append(event.footprint).append('\n');
    }
    return text.toString();
  }

  @Override
  public String toString() {
    long[] actors = new long[events.size()];
    Arrays.setAll(actors, i -> events.get(i).actor);
    return Arrays.toString(actors);
  }
}
