package org.vfslab.explore.dpor;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.explore.Strategy;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Footprint;
import org.vfslab.machine.StepChance;

/**
 * Every schedule, but none that begins with a step that was tried before and has met nothing with
 * which it conflicts since (Godefroid 1996). It looks for no races, so it misses none; it needs far
 * fewer executions than {@link org.vfslab.explore.DepthFirst} and far more than {@link
 * org.vfslab.explore.OptimalDpor}.
 */
final class SleepSets implements Strategy, StepChance {

  private record Step(long actor, Footprint footprint) {}

  private static final class Node {
    private final List<Step> sleep = new ArrayList<>();
    private final List<Long> left = new ArrayList<>();
    private long actor;
    private Footprint footprint = new Footprint();
  }

  private final List<Node> nodes = new ArrayList<>();
  private int depth;
  private boolean begun;
  private boolean cut;

  @Override
  public boolean begin() {
    cut = false;
    depth = 0;
    if (!begun) {
      begun = true;
      return true;
    }
    while (!nodes.isEmpty()) {
      Node node = nodes.getLast();
      if (!node.left.isEmpty()) {
        node.sleep.add(new Step(node.actor, node.footprint));
        node.actor = node.left.removeFirst();
        return true;
      }
      nodes.removeLast();
    }
    return false;
  }

  @Override
  public int schedule(Enabled enabled) {
    if (depth == nodes.size()) {
      Node node = new Node();
      if (depth > 0) {
        Node last = nodes.get(depth - 1);
        for (Step sleeper : last.sleep) {
          if (sleeper.actor != last.actor && !sleeper.footprint.conflictsWith(last.footprint)) {
            node.sleep.add(sleeper);
          }
        }
      }
      for (int i = 0; i < enabled.size(); i++) {
        long actor = enabled.get(i).actor();
        if (node.sleep.stream().noneMatch(sleeper -> sleeper.actor == actor)) {
          node.left.add(actor);
        }
      }
      if (node.left.isEmpty()) {
        cut = true;
        return CUT;
      }
      node.actor = node.left.removeFirst();
      nodes.add(node);
    }
    long actor = nodes.get(depth++).actor;
    for (int i = 0; i < enabled.size(); i++) {
      if (enabled.get(i).actor() == actor) {
        return i;
      }
    }
    throw new IllegalStateException("no step of " + actor);
  }

  @Override
  public void stepEnded(Footprint footprint) {
    nodes.get(depth - 1).footprint = footprint.copy();
  }

  @Override
  public int choose(int count, String question) {
    throw new IllegalStateException(question);
  }

  @Override
  public String name() {
    return "sleep sets";
  }

  @Override
  public boolean isComplete() {
    return true;
  }

  @Override
  public boolean wasCut() {
    return cut;
  }
}
