package org.vfslab.explore;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Footprint;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.StepChance;
import org.vfslab.trace.Happening.Accessed;
import org.vfslab.trace.TraceEvent;

/**
 * Looks at a run that was given up because of its length: is it a livelock, in which contexts go on
 * for ever although each that can go on has its turn, or was the schedule merely unfair?
 */
public final class Livelock {

  /** Of so many steps at the end it is told who made them. */
  private static final long STEPS_TOLD = 4_096;

  /** Of a shorter run nobody can say whether it would have ended. */
  private static final long STEPS_MIN = 2 * Fairness.STREAK;

  /** A round of a loop that is longer than this is told by what occurs in it. */
  private static final int PERIOD_MAX = 64;

  private static final int TOLD_MAX = 12;

  /** A value behind the name of a word, which may be another one in each round. */
  private static final Pattern VALUE = Pattern.compile(" = -?\\d+$");

  private Livelock() {}

  /**
   * {@code execution} with what can be said of its length. If it was given up early, or the
   * schedule was unfair, it has no finding of a livelock.
   *
   * @param recording its answers
   */
  public static Execution examined(Scenario scenario, Recording recording, Execution execution) {
    if (execution.result().outcome() != RunResult.Outcome.STEP_LIMIT) {
      return execution;
    }
    long stepsMax = scenario.machine().stepsMax();
    Watch watch = new Watch(new Replay(recording), stepsMax / 2);
    Tail tail = new Tail(stepsMax - Math.min(STEPS_TOLD, stepsMax / 2));
    Execution.traced(scenario, watch, tail);
    List<Finding> findings = new ArrayList<>();
    for (Finding finding : execution.findings()) {
      if (finding.kind() != Finding.Kind.LIVELOCK) {
        findings.add(finding);
      } else if (watch.leftOut.isEmpty() && stepsMax >= STEPS_MIN) {
        findings.add(finding(stepsMax, tail.events));
      }
    }
    return new Execution(execution.result(), findings, execution.properties(), execution.machine());
  }

  private static Finding finding(long stepsMax, List<TraceEvent> events) {
    Map<String, List<String>> loops = new LinkedHashMap<>();
    for (TraceEvent event : events) {
      loops.computeIfAbsent(event.context(), context -> new ArrayList<>()).add(words(event));
    }
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "No end after %,d steps, though everybody who could go on had turns.",
                stepsMax));
    Set<String> essence = new TreeSet<>();
    loops.forEach(
        (context, words) -> {
          List<String> round = round(words);
          boolean isWhole = round.size() <= TOLD_MAX;
          text.append("\n  ")
              .append(context)
              .append(" repeats: ")
              .append(String.join(", ", isWhole ? round : round.subList(0, TOLD_MAX)))
              .append(isWhole ? "" : ", ...");
          essence.add(Essence.plain(context) + " " + new TreeSet<>(round));
        });
    return new Finding(
        Finding.Kind.LIVELOCK,
        loops.isEmpty()
            ? "livelock"
            : "livelock of " + String.join(", ", new TreeSet<>(loops.keySet())),
        text.toString(),
        String.join("; ", essence));
  }

  private static String words(TraceEvent event) {
    return event.happening() instanceof Accessed accessed
        ? accessed.operation() + " " + VALUE.matcher(accessed.object()).replaceAll("")
        : event.happening().words();
  }

  /** What is done in one round; if there are no rounds, all different things that are done. */
  private static List<String> round(List<String> words) {
    int size = words.size();
    for (int period = 1; period <= Math.min(PERIOD_MAX, size / 2); period++) {
      List<String> last = words.subList(size - period, size);
      if (Collections.lastIndexOfSubList(words.subList(0, size - 1), last) == size - 2 * period
          && words.subList(0, size - period).equals(words.subList(period, size))) {
        return first(last);
      }
    }
    return List.copyOf(new java.util.LinkedHashSet<>(words));
  }

  /**
   * The round as it begins first in the alphabet, so that it is the same wherever the run ended.
   */
  private static List<String> first(List<String> round) {
    List<String> best = List.copyOf(round);
    for (int turn = 1; turn < round.size(); turn++) {
      List<String> turned = new ArrayList<>(round);
      Collections.rotate(turned, turn);
      if (String.join(", ", turned).compareTo(String.join(", ", best)) < 0) {
        best = List.copyOf(turned);
      }
    }
    return best;
  }

  /** Keeps the events after some step. */
  private static final class Tail extends java.util.AbstractList<TraceEvent> {
    private final long after;
    private final List<TraceEvent> events = new ArrayList<>();

    Tail(long after) {
      this.after = after;
    }

    @Override
    public boolean add(TraceEvent event) {
      return event.step() > after && events.add(event);
    }

    @Override
    public TraceEvent get(int index) {
      return events.get(index);
    }

    @Override
    public int size() {
      return events.size();
    }
  }

  /** Finds out who could go on all the time in the second half of a run and never did. */
  private static final class Watch implements StepChance {
    private final Replay replay;
    private final long from;
    private final Set<Long> leftOut = new HashSet<>();
    private long step;

    Watch(Replay replay, long from) {
      this.replay = replay;
      this.from = from;
    }

    @Override
    public int schedule(Enabled enabled) {
      int answer = enabled.size() == 1 ? 0 : replay.schedule(enabled);
      step++;
      if (step == from) {
        leftOut.addAll(actors(enabled));
      } else if (!leftOut.isEmpty()) {
        leftOut.retainAll(actors(enabled));
      }
      leftOut.remove(enabled.get(answer).actor());
      return answer;
    }

    private static Set<Long> actors(Enabled enabled) {
      Set<Long> actors = new HashSet<>();
      for (int i = 0; i < enabled.size(); i++) {
        actors.add(enabled.get(i).actor());
      }
      return actors;
    }

    @Override
    public int choose(int count, String question) {
      return replay.choose(count, question);
    }

    @Override
    public boolean wantsFootprint() {
      return false;
    }

    @Override
    public void stepEnded(Footprint footprint) {}
  }
}
