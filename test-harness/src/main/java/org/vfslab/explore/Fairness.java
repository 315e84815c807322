package org.vfslab.explore;

import java.util.HashMap;
import java.util.Map;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Footprint;
import org.vfslab.machine.StepChance;
import org.vfslab.machine.Transition;

/**
 * Keeps a strategy from trying endlessly many rounds of a loop: a context that repeats itself while
 * others could go on has to let one of them go on after a while. Without that, the schedule that
 * lets {@code while (!trylock(l)) {}} run for ever keeps a search busy for ever, and shows nothing:
 * no scheduler is that unfair.
 *
 * <p>The idea is that of Musuvathi and Qadeer (Fair stateless model checking, PLDI 2008), who have
 * the program say where a loop yields; here a loop shows by itself. As schedules are left out, what
 * is explored is no longer complete, and {@link #BOUND} says so.
 *
 * <p>Where all who can go on repeat themselves together, the round is gone on with as it is,
 * without asking the strategy: either it ends some time, or it is a livelock ({@link Livelock}).
 */
class Fairness implements Chance {

  /** So many choices of one context, with a period of at most so many, are a loop. */
  static final int STREAK = 24;

  private static final int STREAK_PERIOD_MAX = 6;

  /** The same for all contexts together; looked at now and then. */
  private static final int ROUNDS = 384;

  private static final int ROUNDS_PERIOD_MAX = 48;
  private static final int ROUNDS_EVERY = 128;

  /** So many steps that repeat each other are too many for a reduction. */
  private static final int LOOP = 512;

  /** What a strategy that has left such schedules out may claim. */
  static final String BOUND =
      "fair schedules: who repeats itself " + STREAK + " steps long lets another go on";

  private final Chance strategy;
  private final Repetition streak = new Repetition();
  private final Repetition all = new Repetition();

  /** For each actor the number of the turn that it was last given by force. */
  private final Map<Long, Integer> turns = new HashMap<>();

  private int turn;
  private long streakActor = -1;

  /** The length of the round that is gone on with, or 0. */
  private int round;

  private boolean fired;

  private Fairness(Chance strategy) {
    this.strategy = strategy;
  }

  /**
   * A fair form of {@code strategy}, or for one that must see every step, one that refuses loops.
   */
  static Fairness of(Strategy strategy) {
    return strategy instanceof StepChance steps
        ? new OfSteps(steps, strategy.isSampling())
        : new Fairness(strategy);
  }

  /** Prepares for another execution. */
  final void begin() {
    streak.clear();
    all.clear();
    turns.clear();
    turn = 0;
    streakActor = -1;
    round = 0;
    fired = false;
    clear();
  }

  /** Forgets what a subclass knows of the last execution. */
  void clear() {}

  /** Whether the execution went another way than the strategy could have chosen. */
  final boolean fired() {
    return fired;
  }

  @Override
  public int schedule(Enabled enabled) {
    int answer = nextOfRound(enabled);
    if (answer < 0) {
      answer = mustYield(enabled) ? longestWaiting(enabled) : strategy.schedule(enabled);
    }
    note(enabled.get(answer));
    return answer;
  }

  @Override
  public int choose(int count, String question) {
    return strategy.choose(count, question);
  }

  private static long key(Transition transition) {
    return transition.nextObject() * 2L + (transition.nextWrites() ? 1 : 0);
  }

  private void note(Transition chosen) {
    long actor = chosen.actor();
    long key = key(chosen);
    if (actor != streakActor) {
      streak.clear();
      streakActor = actor;
    }
    streak.add(actor, key);
    all.add(actor, key);
  }

  // ---- one that repeats itself

  private boolean mustYield(Enabled enabled) {
    int running = enabled.runningAt();
    return running >= 0
        && streak.size() >= STREAK
        && enabled.get(running).actor() == streakActor
        && streak.period(STREAK, STREAK_PERIOD_MAX) > 0;
  }

  /** The one of the others that was given a turn the longest ago. */
  private int longestWaiting(Enabled enabled) {
    int longest = -1;
    int longestTurn = Integer.MAX_VALUE;
    for (int i = 0; i < enabled.size(); i++) {
      int lastTurn = turns.getOrDefault(enabled.get(i).actor(), 0);
      if (i != enabled.runningAt() && lastTurn < longestTurn) {
        longest = i;
        longestTurn = lastTurn;
      }
    }
    turns.put(enabled.get(longest).actor(), ++turn);
    fired = true;
    return longest;
  }

  // ---- all that repeat themselves

  /** The next of the round that all are in, or -1 if they are in none. */
  private int nextOfRound(Enabled enabled) {
    if (round == 0 && isInRound(enabled)) {
      round = all.period(ROUNDS, ROUNDS_PERIOD_MAX);
      fired = true;
    }
    if (round > 0) {
      for (int i = 0; i < enabled.size(); i++) {
        Transition transition = enabled.get(i);
        if (transition.actor() == all.actor(round) && key(transition) == all.key(round)) {
          return i;
        }
      }
      round = 0;
    }
    return -1;
  }

  private boolean isInRound(Enabled enabled) {
    if (all.size() < ROUNDS || all.size() % ROUNDS_EVERY != 0) {
      return false;
    }
    int period = all.period(ROUNDS, ROUNDS_PERIOD_MAX);
    for (int i = 0; i < enabled.size() && period > 0; i++) {
      if (!isAmongLast(period, enabled.get(i).actor())) {
        return false;
      }
    }
    return period > 0;
  }

  private boolean isAmongLast(int period, long actor) {
    for (int back = 1; back <= period; back++) {
      if (all.actor(back) == actor) {
        return true;
      }
    }
    return false;
  }

  /** For strategies that must see every step. A reduction cannot leave schedules out at will. */
  private static final class OfSteps extends Fairness implements StepChance {
    private final StepChance steps;
    private final boolean sampling;
    private final Repetition made = new Repetition();

    OfSteps(StepChance steps, boolean sampling) {
      super(steps);
      this.steps = steps;
      this.sampling = sampling;
    }

    @Override
    void clear() {
      made.clear();
    }

    @Override
    public int schedule(Enabled enabled) {
      int answer = steps.schedule(enabled);
      if (!sampling && answer != CUT) {
        made.add(enabled.get(answer).actor(), key(enabled.get(answer)));
        if (made.size() % LOOP == 0 && made.period(LOOP, ROUNDS_PERIOD_MAX) > 0) {
          throw RefusedException.ofLoop();
        }
      }
      return answer;
    }

    @Override
    public boolean wantsFootprint() {
      return steps.wantsFootprint();
    }

    @Override
    public void stepEnded(Footprint footprint) {
      steps.stepEnded(footprint);
    }

    @Override
    public void runEnded(Enabled left) {
      steps.runEnded(left);
    }
  }
}
