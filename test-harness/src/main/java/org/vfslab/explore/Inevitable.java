package org.vfslab.explore;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.RunResult;

/**
 * From which step of a failing run on no schedule avoids the finding any more, and what could have
 * come instead of that step.
 *
 * <p>Found from the end backwards: where all that can follow a choice shows the finding, the choice
 * before it is looked at. Every schedule of what can follow is tried, within a budget of executions
 * and steps; so the answer is the same each time.
 *
 * @param certainty how much is known
 * @param step the step after which nothing avoids the finding; 0 if nothing ever did
 * @param chosen who made it, or what came of chance in it
 * @param instead who, or what, could have come instead and avoided the finding, or null
 * @param avoidableAt the last step at which another way was found that avoids it, or 0
 * @param executions how many executions were made to find out
 */
public record Inevitable(
    Certainty certainty,
    long step,
    String chosen,
    @Nullable String instead,
    long avoidableAt,
    long executions) {

  /** How much is known. */
  public enum Certainty {
    /** The step is the first after which nothing avoids the finding. */
    EXACT,
    /** Every schedule shows the finding. */
    ALWAYS,
    /** Nothing avoids it after the step; whether that was so earlier is not known. */
    AT_LATEST
  }

  /** How many executions may be spent on it, and how many steps in them. */
  private static final long EXECUTIONS_MAX = 4_000;

  private static final long STEPS_MAX = 400_000;

  /** How often dice are thrown for a way out before every schedule is tried in order. */
  private static final int THROWS = 8;

  /** Looks at the run of {@code failure}. {@code observer} may end the search. */
  public static Inevitable of(Scenario scenario, FoundFailure failure, Observer observer) {
    return of(scenario, failure, observer, EXECUTIONS_MAX);
  }

  /** The same with another budget. */
  static Inevitable of(
      Scenario scenario, FoundFailure failure, Observer observer, long executionsMax) {
    return new Search(scenario, failure, observer, executionsMax).result();
  }

  private static final class Search {
    private final Scenario scenario;
    private final Finding finding;
    private final Recording recording;
    private final List<Schedule.Decision> decisions;
    private final Observer observer;
    private final long executionsMax;
    private long executions;
    private long steps;

    /** Whether the budget did not suffice, or the observer had enough. */
    private boolean isOver;

    private boolean isWanted = true;
    private long seed;

    Search(Scenario scenario, FoundFailure failure, Observer observer, long executionsMax) {
      this.scenario = scenario;
      this.finding = failure.finding();
      this.recording = failure.recording();
      this.observer = observer;
      this.executionsMax = executionsMax;
      this.decisions = Schedule.of(scenario, recording).decisions();
    }

    Inevitable result() {
      RunResult shown = Execution.until(finding, scenario, new Replay(recording)).result();
      int at = decisions.size() - 1;
      while (at >= 0 && decisions.get(at).step() > shown.steps()) {
        at--;
      }
      for (; at >= 0; at--) {
        int instead = wayOut(at);
        Schedule.Decision decision = decisions.get(at);
        if (instead >= 0) {
          return new Inevitable(
              Certainty.EXACT,
              decision.step(),
              decision.chosen(),
              decision.options().get(instead),
              decision.step(),
              executions);
        }
        if (isOver) {
          return atLatest(at);
        }
      }
      return new Inevitable(Certainty.ALWAYS, 0, "", null, 0, executions);
    }

    /** All is known behind the decision at {@code at}, and not all before it. */
    private Inevitable atLatest(int at) {
      Schedule.Decision decision = decisions.get(at);
      long avoidableAt = 0;
      for (int before = at - 1;
          before >= 0 && avoidableAt == 0 && isWanted && steps < 2 * STEPS_MAX;
          before--) {
        if (thrown(before) >= 0) {
          avoidableAt = decisions.get(before).step();
        }
      }
      return new Inevitable(
          Certainty.AT_LATEST, decision.step(), decision.chosen(), null, avoidableAt, executions);
    }

    /** Which other answer to the decision at {@code at} can avoid the finding; -1 if none. */
    private int wayOut(int at) {
      int found = thrown(at);
      int options = decisions.get(at).options().size();
      for (int other = 0; other < options && found < 0 && !isOver; other++) {
        if (other != decisions.get(at).answer() && avoids(at, other, new DepthFirst())) {
          found = other;
        }
      }
      return found;
    }

    /** The same by the throw of a few dice. */
    private int thrown(int at) {
      int options = decisions.get(at).options().size();
      for (int other = 0; other < options && isWanted; other++) {
        if (other != decisions.get(at).answer()
            && avoids(at, other, new RandomWalk(++seed, THROWS))) {
          return other;
        }
      }
      return -1;
    }

    private boolean avoids(int at, int answer, Strategy strategy) {
      boolean isSearch = !strategy.isSampling();
      while (strategy.begin()) {
        if (isSearch && (executions >= executionsMax || steps >= STEPS_MAX)) {
          isOver = true;
          return false;
        }
        Execution execution =
            Execution.until(finding, scenario, new From(recording, at, answer, strategy));
        executions++;
        steps += execution.result().steps();
        if (!finding.isIn(execution.findings())) {
          return true;
        }
        if (!observer.after(executions, strategy::progress)) {
          isOver = true;
          isWanted = false;
          return false;
        }
      }
      return false;
    }
  }

  /** Goes the way of a recording up to some answer, gives another one there, and then goes on. */
  private static final class From implements Chance {
    private final Recording recording;
    private final int last;
    private final int answer;
    private final Chance then;
    private int at;

    From(Recording recording, int last, int answer, Chance then) {
      this.recording = recording;
      this.last = last;
      this.answer = answer;
      this.then = then;
    }

    @Override
    public int schedule(Enabled enabled) {
      int now = at++;
      return now < last ? recording.get(now) : now == last ? answer : then.schedule(enabled);
    }

    @Override
    public int choose(int count, String question) {
      int now = at++;
      return now < last ? recording.get(now) : now == last ? answer : then.choose(count, question);
    }
  }
}
