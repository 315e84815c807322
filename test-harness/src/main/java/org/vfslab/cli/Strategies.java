package org.vfslab.cli;

import java.util.List;
import org.vfslab.explore.DepthFirst;
import org.vfslab.explore.OptimalDpor;
import org.vfslab.explore.RandomWalk;
import org.vfslab.explore.Strategy;
import org.vfslab.litmus.syntax.Spelling;

/** The strategies by the names that the command line has for them. */
final class Strategies {

  static final String DPOR = "dpor";
  static final String DEPTH_FIRST = "dfs";
  static final String RANDOM = "random";

  static final List<String> NAMES = List.of(DPOR, DEPTH_FIRST, RANDOM);

  private Strategies() {}

  /** Refuses the name of a strategy that does not exist. */
  static void require(String name) {
    if (!NAMES.contains(name)) {
      throw new BadInputException(
          "there is no strategy '"
              + name
              + "'; "
              + Spelling.hint(name, NAMES, "there are " + String.join(", ", NAMES)));
    }
  }

  /**
   * A new strategy.
   *
   * @param seed where a random walk begins
   * @param executions how many executions a random walk makes
   */
  static Strategy named(String name, long seed, long executions) {
    require(name);
    return switch (name) {
      case DEPTH_FIRST -> new DepthFirst();
      case RANDOM -> new RandomWalk(seed, executions);
      default -> new OptimalDpor();
    };
  }

  /** What a strategy does, in the words of a result's header. */
  static String words(String name, long seed) {
    return switch (name) {
      case DEPTH_FIRST -> "every one (dfs)";
      case RANDOM -> "by the throw of dice, from seed " + seed + " (random)";
      default -> "one for each order of conflicting steps (dpor)";
    };
  }
}
