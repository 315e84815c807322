package org.vfslab.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Explorer;
import org.vfslab.explore.Finding;
import org.vfslab.explore.Limits;
import org.vfslab.explore.Observer;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.Pct;
import org.vfslab.explore.Verdict;
import org.vfslab.litmus.LitmusScenario;

/**
 * What the schedules of one question have shown: all of them where that ends within the limits,
 * else those that were tried, and some more by the throw of dice, which are less alike.
 */
final class Tried {
  private static final long WALKS = 2_000;
  private static final long SEED = 1;

  /** Finds what needs so many things to come in one order. */
  private static final int DEPTH = 3;

  private final LitmusScenario scenario;
  private final List<Exploration> explorations = new ArrayList<>(2);

  private Tried(LitmusScenario scenario) {
    this.scenario = scenario;
  }

  static Tried of(LitmusScenario scenario, Limits limits) {
    Tried tried = new Tried(scenario);
    Explorer explorer = new Explorer(scenario, limits, Observer.NONE);
    int workers = Runtime.getRuntime().availableProcessors();
    tried.explorations.add(explorer.explore(new OptimalDpor(), workers));
    if (!tried.isAnswered()) {
      Limits toTheEnd = new Limits(Long.MAX_VALUE, null, limits.findingsMax());
      tried.explorations.add(
          new Explorer(scenario, toTheEnd, Observer.NONE).explore(new Pct(SEED, WALKS, DEPTH)));
    }
    return tried;
  }

  /** A violation found is an answer for good; that there is none needs every schedule. */
  private boolean isAnswered() {
    return explorations.stream()
        .map(Exploration::verdict)
        .anyMatch(verdict -> verdict == Verdict.HOLDS_COMPLETE || verdict == Verdict.VIOLATED);
  }

  private Stream<Finding> findings() {
    return explorations.stream()
        .flatMap(exploration -> exploration.failures().stream())
        .map(failure -> failure.finding());
  }

  boolean found(Finding.Kind kind) {
    return findings().anyMatch(finding -> finding.kind() == kind);
  }

  /** Whether each {@code sometimes} was seen, so that the question was really asked. */
  boolean asked() {
    for (int i = 0; i < scenario.sometimes().size(); i++) {
      int property = i;
      boolean seen =
          explorations.stream()
              .map(Exploration::sometimes)
              .anyMatch(counts -> counts.size() > property && counts.get(property) > 0);
      if (!seen) {
        return false;
      }
    }
    return true;
  }

  /** The largest value of the one observed variable. */
  long longest() {
    return explorations.stream()
        .flatMap(exploration -> exploration.observations().keySet().stream())
        .mapToLong(state -> Long.parseLong(state.substring(state.indexOf('=') + 1)))
        .max()
        .orElse(0);
  }

  Cell cell(String answer) {
    List<String> lines =
        findings()
            .map(finding -> finding.kind().word() + ": " + finding.title())
            .distinct()
            .toList();
    long executions = explorations.stream().mapToLong(Exploration::executions).sum();
    return new Cell(answer, isAnswered(), executions, lines);
  }
}
