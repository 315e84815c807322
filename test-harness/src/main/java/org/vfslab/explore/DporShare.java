package org.vfslab.explore;

import java.util.ArrayList;
import java.util.List;

/**
 * What part of an exploration is done: with each branch that is known to be left taken to be as
 * large as its siblings. Other threads may ask.
 */
final class DporShare {

  /** After how many executions it is estimated again. */
  private static final int EVERY = 64;

  /** Branches smaller than this do not show. */
  private static final double SMALLEST = 1e-9;

  /** What is done, apart from parts that others explore, and how large those are. */
  private record Estimate(double done, List<OptimalDpor> parts, List<Double> sizes) {}

  private volatile Estimate estimate = new Estimate(0, List.of(), List.of());
  private int calls;

  void update(Path path, WakeupTrees trees, int root, Iterable<OptimalDpor.Part> divided) {
    if (calls++ % EVERY != 0) {
      return;
    }
    List<OptimalDpor> parts = new ArrayList<>(0);
    List<Double> sizes = new ArrayList<>(0);
    double done = 0;
    double width = 1;
    for (int at = root; at < path.size() && width > SMALLEST; at++) {
      DporNode node = path.get(at);
      int tried = node.sleepers();
      width /= tried + 1 + trees.width(node.wakeup);
      for (OptimalDpor.Part one : divided) {
        OptimalDpor part = one.part();
        if (one.node() == at && part != null) {
          parts.add(part);
          sizes.add(width);
          tried--;
        }
      }
      done += width * tried;
    }
    estimate = new Estimate(done, parts, sizes);
  }

  double value() {
    Estimate now = estimate;
    double value = now.done;
    for (int i = 0; i < now.parts.size(); i++) {
      value += now.sizes.get(i) * now.parts.get(i).progress();
    }
    return value;
  }
}
