package org.vfslab.cli;

import java.util.List;
import java.util.stream.Stream;
import org.vfslab.explore.CoverageGuided;
import org.vfslab.explore.DelayBounded;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.PartialOrderSampling;
import org.vfslab.explore.Pct;
import org.vfslab.explore.RandomWalk;
import org.vfslab.explore.Resumable;
import org.vfslab.explore.Strategy;
import org.vfslab.litmus.syntax.Spelling;

/** The strategies by the names that the command line has for them. */
enum Strategies {
  DPOR("dpor", "one for each order of conflicting steps") {
    @Override
    Strategy make(long seed, long executions, int bound) {
      return new OptimalDpor();
    }
  },
  DEPTH_FIRST("dfs", "every one") {
    @Override
    Strategy make(long seed, long executions, int bound) {
      return new DepthFirst();
    }
  },
  PREEMPTIONS("preemptions", "every one with few preemptions") {
    @Override
    Strategy make(long seed, long executions, int bound) {
      return new DepthFirst(bound);
    }
  },
  DELAYS("delays", "every one with few delays of a simple scheduler") {
    @Override
    Strategy make(long seed, long executions, int bound) {
      return new DelayBounded(bound);
    }
  },
  FAIR("fair", "every one with few delays of a scheduler that gives turns of one step") {
    @Override
    Strategy make(long seed, long executions, int bound) {
      return DelayBounded.ofTurns(bound);
    }
  },
  RANDOM("random", "by the throw of dice") {
    @Override
    Strategy make(long seed, long executions, int bound) {
      return new RandomWalk(seed, executions);
    }
  },
  PCT("pct", "by random priorities that change at few points") {
    @Override
    Strategy make(long seed, long executions, int bound) {
      return new Pct(seed, executions, Math.max(1, bound));
    }
  },
  POS("pos", "by random priorities of steps that race") {
    @Override
    Strategy make(long seed, long executions, int bound) {
      return new PartialOrderSampling(seed, executions);
    }
  },
  COVERAGE("coverage", "by dice, from where something new was seen") {
    @Override
    Strategy make(long seed, long executions, int bound) {
      return new CoverageGuided(seed, executions);
    }
  };

  /** The bound when none is given: most bugs need no more. */
  static final int BOUND_DEFAULT = 2;

  static final List<String> NAMES = Stream.of(values()).map(strategy -> strategy.spelling).toList();

  private final String spelling;
  private final String does;

  Strategies(String spelling, String does) {
    this.spelling = spelling;
    this.does = does;
  }

  /**
   * A new strategy.
   *
   * @param seed where one that throws dice begins
   * @param executions how many executions such a one makes
   * @param bound how many preemptions or delays, or how deep a bug PCT looks for
   */
  abstract Strategy make(long seed, long executions, int bound);

  /** The names of those whose state can be kept. */
  static List<String> resumable() {
    return Stream.of(values())
        .filter(strategy -> strategy.make(0, 1, 1) instanceof Resumable)
        .map(strategy -> strategy.spelling)
        .toList();
  }

  /** The strategy of this name. */
  static Strategies named(String name) {
    for (Strategies strategy : values()) {
      if (strategy.spelling.equals(name)) {
        return strategy;
      }
    }
    throw new BadInputException(
        "there is no strategy '"
            + name
            + "'; "
            + Spelling.hint(name, NAMES, "there are " + String.join(", ", NAMES)));
  }

  /** Whether it throws dice, and so ends only when it is told to. */
  boolean isSampling() {
    return switch (this) {
      case RANDOM, PCT, POS, COVERAGE -> true;
      case DPOR, DEPTH_FIRST, PREEMPTIONS, DELAYS, FAIR -> false;
    };
  }

  /** What it does, in the words of a result's header. */
  String words(long seed, int bound) {
    String from = isSampling() ? ", from seed " + seed : "";
    String within =
        switch (this) {
          case PREEMPTIONS, DELAYS, FAIR -> ", at most " + bound;
          case PCT -> ", " + Math.max(1, bound - 1);
          case DPOR, DEPTH_FIRST, RANDOM, POS, COVERAGE -> "";
        };
    return does + within + from + " (" + spelling + ")";
  }
}
