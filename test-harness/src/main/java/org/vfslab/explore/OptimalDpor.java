package org.vfslab.explore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Footprint;
import org.vfslab.machine.StepChance;

/**
 * One execution for each way in which conflicting steps can be ordered, instead of one for each
 * order of all steps: optimal dynamic partial-order reduction with wakeup trees, after Abdulla,
 * Aronis, Jonsson and Sagonas (POPL 2014; Journal of the ACM 64(4), 2017).
 *
 * <p>Two steps of different contexts conflict when one writes what the other touches ({@link
 * Footprint}). What cannot be reduced soundly is refused: outcomes that chance chooses, such as
 * random latencies.
 */
public final class OptimalDpor implements Strategy, StepChance {

  /*
   * Overview. A node stands before each step of the current execution:
   *
   *   actor     who takes the step
   *   sleep     who need not take it: all that could follow was tried, or will be, elsewhere
   *   wakeup    sequences that must be tried from here after this one, as a tree
   *   subtree   what the wakeup tree demands below this step
   *
   * After an execution every pair of conflicting steps with nothing between them that orders them
   * is a race: an execution in which they come the other way round is needed. The steps that do
   * not depend on the first one, and then the second one, are put into the wakeup tree before the
   * first one, unless a sleeper or the tree covers them already. Then the deepest node with
   * something in its wakeup tree goes on.
   *
   * What a step touches can depend on what came before it. For a step that is known only from
   * another order (the last of each such sequence) the footprint is trusted only while all steps
   * seen so far touched a single word each; as soon as one did more, nothing is assumed of it and
   * the exploration begins again. Assuming less can only make it look at more.
   *
   * A closed gate (a CPU that takes no interrupt, or nobody else's steps) is treated as a critical
   * section: not the step that opens the gate races with who comes in next, but the one that
   * closed it; see Footprint.Touch.OPEN.
   */

  private static final int NONE = -1;

  /** A context and what its next step touches. */
  private record Sleeper(long actor, Footprint footprint) {}

  /** A sequence to be tried; the footprint is null where it is not certain. */
  private static final class Branch {
    private final long actor;
    private final @Nullable Footprint footprint;
    private final List<Branch> children = new ArrayList<>(1);

    Branch(long actor, @Nullable Footprint footprint) {
      this.actor = actor;
      this.footprint = footprint;
    }
  }

  /** The state before a step, and the step. */
  private static final class Node {
    private long actor;
    private final List<Sleeper> sleep;
    private final List<Branch> wakeup;
    private List<Branch> subtree;
    private Footprint footprint = new Footprint();

    /** The steps that happen before this one, as bits. */
    private long[] before = new long[1];

    /** The earlier steps with which this one races. */
    private final List<Integer> races = new ArrayList<>(2);

    Node(long actor, List<Sleeper> sleep, List<Branch> wakeup, List<Branch> subtree) {
      this.actor = actor;
      this.sleep = sleep;
      this.wakeup = wakeup;
      this.subtree = subtree;
    }
  }

  private final List<Node> nodes = new ArrayList<>();

  /** How many nodes are taken over from the execution before. */
  private int replayed;

  private int depth;
  private boolean begun;
  private boolean cut;
  private final boolean singleWords;
  private boolean sawMore;

  /** Assumes, until the contrary is seen, that every step touches a single word. */
  public OptimalDpor() {
    this(true);
  }

  private OptimalDpor(boolean singleWords) {
    this.singleWords = singleWords;
  }

  @Override
  public boolean begin() {
    cut = false;
    depth = 0;
    if (!begun) {
      begun = true;
      return true;
    }
    for (int later = Math.max(0, replayed - 1); later < nodes.size(); later++) {
      for (int earlier : nodes.get(later).races) {
        reverse(earlier, later);
      }
    }
    return backtrack();
  }

  private boolean backtrack() {
    while (!nodes.isEmpty()) {
      Node node = nodes.getLast();
      node.sleep.add(new Sleeper(node.actor, node.footprint));
      if (!node.wakeup.isEmpty()) {
        Branch branch = node.wakeup.removeFirst();
        node.actor = branch.actor;
        node.subtree = branch.children;
        replayed = nodes.size();
        return true;
      }
      nodes.removeLast();
    }
    return false;
  }

  // ---- during an execution

  @Override
  public int schedule(Enabled enabled) {
    int at = depth++;
    if (at < replayed) {
      int index = indexOf(nodes.get(at).actor, enabled);
      if (index == NONE) {
        throw new IllegalStateException(
            "the scenario is not deterministic, or two steps were taken for independent that are"
                + " not: step "
                + at
                + " cannot be made by "
                + nodes.get(at).actor);
      }
      return index;
    }
    List<Sleeper> sleep = new ArrayList<>();
    List<Branch> wakeup = List.of();
    if (at > 0) {
      Node last = nodes.get(at - 1);
      for (Sleeper sleeper : last.sleep) {
        if (sleeper.actor != last.actor && !sleeper.footprint.conflictsWith(last.footprint)) {
          sleep.add(sleeper);
        }
      }
      wakeup = last.subtree;
    }
    return wakeup.isEmpty() ? anyAwake(enabled, sleep) : firstBranch(enabled, sleep, wakeup);
  }

  private int firstBranch(Enabled enabled, List<Sleeper> sleep, List<Branch> wakeup) {
    Branch branch = wakeup.getFirst();
    int index = indexOf(branch.actor, enabled);
    if (index == NONE) {
      throw new IllegalStateException(
          "the reduction asked for a step of " + branch.actor + " that is not possible here");
    }
    List<Branch> others = new ArrayList<>(wakeup.subList(1, wakeup.size()));
    nodes.add(new Node(branch.actor, sleep, others, branch.children));
    return index;
  }

  private int anyAwake(Enabled enabled, List<Sleeper> sleep) {
    int index = enabled.runningAt();
    if (index < 0 || isAsleep(enabled.get(index).actor(), sleep)) {
      index = NONE;
      for (int i = 0; i < enabled.size() && index == NONE; i++) {
        if (!isAsleep(enabled.get(i).actor(), sleep)) {
          index = i;
        }
      }
    }
    if (index == NONE) {
      cut = true;
      depth--;
      return CUT;
    }
    nodes.add(new Node(enabled.get(index).actor(), sleep, new ArrayList<>(1), List.of()));
    return index;
  }

  private static boolean isAsleep(long actor, List<Sleeper> sleep) {
    for (int i = 0; i < sleep.size(); i++) {
      if (sleep.get(i).actor == actor) {
        return true;
      }
    }
    return false;
  }

  private static int indexOf(long actor, Enabled enabled) {
    for (int i = 0; i < enabled.size(); i++) {
      if (enabled.get(i).actor() == actor) {
        return i;
      }
    }
    return NONE;
  }

  @Override
  public int choose(int count, String question) {
    throw new RefusedException(
        "the strategy 'dpor' cannot reduce what chance chooses (" + question + "); use 'dfs'");
  }

  @Override
  public void stepEnded(Footprint footprint) {
    int at = depth - 1;
    if (at < replayed - 1) {
      return;
    }
    Node node = nodes.get(at);
    node.footprint = footprint.copy();
    node.races.clear();
    sawMore |= !node.footprint.isSingleWord();
    order(at, node);
  }

  /** Finds what happens before the step at {@code at}, and with which steps it races. */
  private void order(int at, Node node) {
    long[] before = new long[(at >> 6) + 1];
    for (int i = at - 1; i >= 0; i--) {
      Node earlier = nodes.get(i);
      if (earlier.actor == node.actor) {
        if (!has(before, i)) {
          include(before, i);
        }
      } else if (!has(before, i) && earlier.footprint.conflictsWith(node.footprint)) {
        if (!earlier.footprint.opens(node.footprint) && !node.footprint.isAfterAll()) {
          node.races.add(i);
        }
        include(before, i);
      }
    }
    node.before = before;
    racesOfGates(at, node);
  }

  /** Races with whoever closed a gate through which this step came. */
  private void racesOfGates(int at, Node node) {
    for (int entry = 0; entry < node.footprint.size(); entry++) {
      int gate = node.footprint.object(entry);
      if (!Footprint.isGate(gate) || node.footprint.touch(entry) == Footprint.Touch.OPEN) {
        continue;
      }
      int opener = latest(at, gate, Footprint.Touch.OPEN);
      int closer = opener < 0 ? NONE : latest(opener, gate, Footprint.Touch.WRITE);
      if (closer >= 0
          && nodes.get(closer).actor != node.actor
          && !node.races.contains(closer)
          && !orderedOutside(closer, opener, at, node)) {
        node.races.add(closer);
      }
    }
  }

  private int latest(int until, int object, Footprint.Touch touch) {
    for (int i = until - 1; i >= 0; i--) {
      if (nodes.get(i).footprint.touches(object, touch)) {
        return i;
      }
    }
    return NONE;
  }

  /**
   * Whether something else than the section that {@code closer} began puts it before {@code at}.
   */
  private boolean orderedOutside(int closer, int opener, int at, Node node) {
    long section = nodes.get(closer).actor;
    for (int i = closer + 1; i < at; i++) {
      Node between = nodes.get(i);
      boolean inSection =
          between.actor == section && i <= opener && !between.footprint.enables(node.footprint);
      if (!inSection
          && has(between.before, closer)
          && (between.actor == node.actor || between.footprint.conflictsWith(node.footprint))) {
        return true;
      }
    }
    return false;
  }

  private void include(long[] bits, int step) {
    long[] more = nodes.get(step).before;
    for (int i = 0; i < more.length; i++) {
      bits[i] |= more[i];
    }
    bits[step >> 6] |= 1L << step;
  }

  private static boolean has(long[] bits, int step) {
    int word = step >> 6;
    return word < bits.length && (bits[word] & 1L << step) != 0;
  }

  // ---- between executions

  /** Demands an execution in which {@code later} comes before {@code earlier}. */
  private void reverse(int earlier, int later) {
    int[] sequence = new int[nodes.size() - earlier];
    int length = 0;
    for (int i = earlier + 1; i < nodes.size(); i++) {
      if (!has(nodes.get(i).before, earlier)) {
        sequence[length++] = i;
      }
    }
    sequence[length++] = later;
    int[] steps = Arrays.copyOf(sequence, length);
    Node node = nodes.get(earlier);
    for (Sleeper sleeper : node.sleep) {
      if (isWeakInitial(sleeper.actor, sleeper.footprint, steps)) {
        return;
      }
    }
    insert(steps, node.wakeup);
  }

  private void insert(int[] sequence, List<Branch> tree) {
    int[] steps = sequence;
    List<Branch> level = tree;
    while (steps.length > 0) {
      Branch match = null;
      for (Branch branch : level) {
        if (isWeakInitial(branch.actor, branch.footprint, steps)) {
          match = branch;
          break;
        }
      }
      if (match == null) {
        for (int i = 0; i < steps.length; i++) {
          boolean last = i == steps.length - 1;
          Node step = nodes.get(steps[i]);
          Branch branch = new Branch(step.actor, last && !singleWords ? null : step.footprint);
          level.add(branch);
          level = branch.children;
        }
        return;
      }
      if (match.children.isEmpty()) {
        return;
      }
      steps = without(match.actor, steps);
      level = match.children;
    }
  }

  private int[] without(long actor, int[] steps) {
    for (int i = 0; i < steps.length; i++) {
      if (nodes.get(steps[i]).actor == actor) {
        int[] rest = new int[steps.length - 1];
        System.arraycopy(steps, 0, rest, 0, i);
        System.arraycopy(steps, i + 1, rest, i, rest.length - i);
        return rest;
      }
    }
    return steps;
  }

  /**
   * Whether beginning with a step of {@code actor} leads to everything to which {@code steps} lead:
   * it is among them with nothing before it that it depends on, or depends on none of them.
   */
  private boolean isWeakInitial(long actor, @Nullable Footprint footprint, int[] steps) {
    for (int i = 0; i < steps.length; i++) {
      Node step = nodes.get(steps[i]);
      if (step.actor == actor) {
        return true;
      }
      if (footprint == null) {
        // Known by name only: it may come first if those before it are not needed for it.
        if (isNeededBy(steps[i], actor, steps, i)) {
          return false;
        }
      } else if (!singleWords && i == steps.length - 1) {
        return false;
      } else if (footprint.conflictsWith(step.footprint)) {
        return false;
      }
    }
    return footprint != null;
  }

  private boolean isNeededBy(int step, long actor, int[] steps, int at) {
    for (int i = at + 1; i < steps.length; i++) {
      Node other = nodes.get(steps[i]);
      if (other.actor == actor) {
        return has(other.before, step);
      }
    }
    return true;
  }

  @Override
  public String name() {
    return "dpor";
  }

  @Override
  public boolean isComplete() {
    return true;
  }

  @Override
  public boolean wasCut() {
    return cut;
  }

  @Override
  public boolean mustBeginAgain() {
    return singleWords && sawMore;
  }

  @Override
  public Strategy begunAgain() {
    return new OptimalDpor(false);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Taken from the branches that are known to be left before each step; more may turn up.
   */
  @Override
  public double progress() {
    double share = 0;
    double width = 1;
    for (Node node : nodes) {
      int done = node.sleep.size();
      int all = done + 1 + node.wakeup.size();
      width /= all;
      share += width * Math.min(done, all - 1);
      if (width < 1e-9) {
        break;
      }
    }
    return share;
  }
}
