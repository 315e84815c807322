package org.vfslab.explore.dpor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

  private record Event(long actor, int number, Footprint footprint) {}

  Traces(Strategy strategy) {
    this.strategy = strategy;
  }

  void clear() {
    events.clear();
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
    int number = 0;
    for (Event event : events) {
      number += event.actor == next ? 1 : 0;
    }
    events.add(new Event(next, number, footprint.copy()));
    if (strategy instanceof StepChance steps) {
      steps.stepEnded(footprint);
    }
  }

  /** Each step, by actor and number, with the steps before it on which it depends. */
  String canonical() {
    List<String> lines = new ArrayList<>();
    int barrier = 0;
    Map<Event, Integer> at = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      at.put(event, i);
      if (event.footprint.isAfterAll()) {
        barrier = i;
      }
      List<String> needs = new ArrayList<>();
      for (int k = barrier; k < i; k++) {
        Event other = events.get(k);
        if (other.actor != event.actor && other.footprint.conflictsWith(event.footprint)) {
          needs.add(other.actor + "." + other.number);
        }
      }
      needs.sort(Comparator.naturalOrder());
      lines.add(event.actor + "." + event.number + (barrier == 0 ? "" : "after") + needs);
    }
    lines.sort(Comparator.naturalOrder());
    return String.join("\n", lines);
  }

  /** Whether every step touched one word only. */
  boolean isOfSingleWords() {
    return events.stream().allMatch(event -> event.footprint.isSingleWord());
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
