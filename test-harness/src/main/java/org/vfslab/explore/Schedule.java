package org.vfslab.explore;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Footprint;
import org.vfslab.machine.StepChance;

/**
 * What the answers of a recording mean: which step each was given for, and between whom it chose.
 *
 * @param decisions one for each answer
 * @param switches how often another context went on than the one before
 * @param preemptions how many of these stopped a context that could have gone on
 * @param steps how many steps the run had
 */
public record Schedule(List<Decision> decisions, int switches, int preemptions, long steps) {

  /**
   * One answer.
   *
   * @param step the step for which, or in which, it was given, from 1
   * @param options the names of those who could go on, or of the outcomes
   * @param answer the index of what was chosen
   */
  public record Decision(long step, List<String> options, int answer) {

    /** Who went on, or what came. */
    public String chosen() {
      return options.get(answer);
    }
  }

  /**
   * Runs {@code recording} to see what it decides.
   *
   * @throws Replay.DivergedException if it does not fit
   */
  public static Schedule of(Scenario scenario, Recording recording) {
    Watch watch = new Watch(new Replay(recording));
    Execution.run(scenario, watch);
    return new Schedule(watch.decisions, watch.switches, watch.preemptions, watch.step);
  }

  /** The same, or null if the recording does not fit. */
  static @Nullable Schedule ifFits(Scenario scenario, Recording recording) {
    try {
      return of(scenario, recording);
    } catch (Replay.DivergedException e) {
      return null;
    }
  }

  /** Whether this is easier to follow: fewer preemptions, then fewer switches, then steps. */
  boolean isShorterThan(Schedule other) {
    if (preemptions != other.preemptions) {
      return preemptions < other.preemptions;
    }
    return switches == other.switches ? steps < other.steps : switches < other.switches;
  }

  /** Notes what a replay is asked. It is asked at every step, so that it can count them. */
  private static final class Watch implements StepChance {
    private final Replay replay;
    private final List<Decision> decisions = new ArrayList<>();
    private long step;
    private long lastActor = -1;
    private int switches;
    private int preemptions;

    Watch(Replay replay) {
      this.replay = replay;
    }

    @Override
    public int schedule(Enabled enabled) {
      step++;
      int answer = 0;
      if (enabled.size() > 1) {
        answer = replay.schedule(enabled);
        List<String> names = new ArrayList<>(enabled.size());
        for (int i = 0; i < enabled.size(); i++) {
          names.add(enabled.get(i).transitionName());
        }
        decisions.add(new Decision(step, names, answer));
      }
      long actor = enabled.get(answer).actor();
      if (actor != lastActor && lastActor >= 0) {
        switches++;
        if (enabled.runningAt() >= 0) {
          preemptions++;
        }
      }
      lastActor = actor;
      return answer;
    }

    @Override
    public int choose(int count, String question) {
      int answer = replay.choose(count, question);
      List<String> outcomes = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        outcomes.add("outcome " + i + " of '" + question + "'");
      }
      decisions.add(new Decision(step, outcomes, answer));
      return answer;
    }

    @Override
    public boolean wantsFootprint() {
      return false;
    }

    @Override
    public void stepEnded(Footprint footprint) {}
  }
}
