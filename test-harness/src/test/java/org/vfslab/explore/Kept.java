package org.vfslab.explore;

import java.util.List;

/** What is kept of an exploration between two sessions. */
public final class Kept {
  private Kept() {}

  /** Lines from which {@link #goOn} goes on. */
  public static List<String> save(Strategy strategy) {
    return ((OptimalDpor) strategy).lines();
  }

  /** Another strategy that goes on where one was saved. */
  public static Strategy goOn(List<String> saved) {
    return OptimalDpor.of(saved);
  }

  /** Divides off a part, saves both, and returns them as they were saved; null if not possible. */
  public static Strategy[] dividedAndKept(Strategy strategy) {
    Divisible part = ((Divisible) strategy).divide();
    return part == null ? new Strategy[0] : new Strategy[] {goOn(save(strategy)), goOn(save(part))};
  }

  /** Gives the part back. */
  public static void rejoin(Strategy strategy, Strategy part) {
    ((Divisible) strategy).rejoin((Divisible) part);
  }
}
