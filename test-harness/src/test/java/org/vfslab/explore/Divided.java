package org.vfslab.explore;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/** Goes through all that a strategy has, in as many parts as it can be divided into. */
public final class Divided {
  private Divided() {}

  /**
   * Has {@code execute} make the executions of a strategy.
   *
   * @param every after how many executions each part is divided again; with a part that is explored
   *     to its end before, or only when the other one needs it back, in turn
   */
  public static void explore(Strategy strategy, int every, Consumer<Strategy> execute) {
    Deque<Divisible> apart = new ArrayDeque<>();
    Deque<Boolean> explored = new ArrayDeque<>();
    int made = 0;
    boolean soon = false;
    while (true) {
      Divisible part = made >= every ? ((Divisible) strategy).divide() : null;
      if (part != null) {
        made = 0;
        soon = !soon;
        if (soon) {
          explore(part, every, execute);
        }
        apart.addLast(part);
        explored.addLast(soon);
      }
      if (strategy.begin()) {
        execute.accept(strategy);
        made++;
      } else if (apart.isEmpty()) {
        return;
      } else {
        Divisible last = apart.removeLast();
        if (!explored.removeLast()) {
          explore(last, every, execute);
        }
        ((Divisible) strategy).rejoin(last);
      }
    }
  }
}
