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
   * the exploration begins again. Whether a branch of the tree that begins with such a step covers
   * a sequence is decided when the step has been made.
   *
   * A closed gate (a CPU that takes no interrupt, or nobody else's steps) is treated as a critical
   * section: not the step that opens the gate races with who comes in next, but the one that
   * closed it.
   *
   * Time passes when nothing else can happen, so every later step comes after every earlier one,
   * and no step that something later made possible can come before. A step that ends the run for
   * all (a fault, a broken property) conflicts with every other.
   */

  private static final int NONE = -1;

  /** A context and what its next step touches; the footprint is null where it is not certain. */
  private record Step(long actor, @Nullable Footprint footprint) {}

  /** A step that is to be tried, and what has to follow it. */
  private static final class Branch {
    private final Step step;
    private final List<Branch> children = new ArrayList<>(1);

    /** Sequences that this branch covers unless the footprint turns out to conflict with them. */
    private final List<Step[]> undecided = new ArrayList<>(0);

    Branch(Step step) {
      this.step = step;
    }
  }

  /** The state before a step, and the step. */
  private static final class Node {
    private final List<Step> sleep;
    private final List<Branch> wakeup;
    private long actor;
    private List<Branch> subtree;
    private List<Step[]> undecided;
    private Footprint footprint = new Footprint();

    /** The steps that happen before this one, as bits. */
    private long[] before = new long[1];

    /** The first step after the last one before this that waited for time to pass. */
    private int barrier;

    /** The earlier steps with which this one races. */
    private final List<Integer> races = new ArrayList<>(2);

    Node(List<Step> sleep, List<Branch> wakeup, long actor) {
      this.sleep = sleep;
      this.wakeup = wakeup;
      this.actor = actor;
      this.subtree = List.of();
      this.undecided = List.of();
    }

    void take(Branch branch) {
      actor = branch.step.actor;
      subtree = branch.children;
      undecided = branch.undecided;
    }
  }

  private final List<Node> nodes = new ArrayList<>();

  /** The steps that the last execution could have made and never did. */
  private final List<Left> left = new ArrayList<>();

  private record Left(int before, long actor) {}

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
    for (int later = ALL ? 0 : Math.max(0, replayed - 1); later < nodes.size(); later++) {
      for (int earlier : nodes.get(later).races) {
        Node node = nodes.get(later);
        reverse(earlier, new Step(node.actor, singleWords ? node.footprint : null));
      }
    }
    for (Left one : left) {
      reverse(one.before, new Step(one.actor, null));
    }
    left.clear();
    return backtrack();
  }

  private static final boolean ALL = Boolean.getBoolean("dpor.all");

  private boolean backtrack() {
    while (!nodes.isEmpty()) {
      Node node = nodes.getLast();
      node.sleep.add(new Step(node.actor, node.footprint));
      while (!node.wakeup.isEmpty()) {
        Branch branch = node.wakeup.removeFirst();
        if (!isAsleep(branch.step.actor, node.sleep)) {
          node.take(branch);
          replayed = nodes.size();
          return true;
        }
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
    List<Step> sleep = new ArrayList<>();
    List<Branch> wakeup = List.of();
    if (at > 0) {
      Node last = nodes.get(at - 1);
      for (Step sleeper : last.sleep) {
        if (sleeper.actor != last.actor && !conflict(sleeper.footprint, last.footprint)) {
          sleep.add(sleeper);
        }
      }
      wakeup = last.subtree;
    }
    int index = wakeup.isEmpty() ? anyAwake(enabled, sleep) : branch(enabled, sleep, wakeup);
    if (index == CUT) {
      cut = true;
      depth--;
    }
    return index;
  }

  /** Takes the first branch that is not asleep: what would follow that one was tried elsewhere. */
  private int branch(Enabled enabled, List<Step> sleep, List<Branch> wakeup) {
    List<Branch> others = new ArrayList<>(wakeup);
    while (!others.isEmpty()) {
      Branch branch = others.removeFirst();
      long actor = branch.step.actor;
      if (!isAsleep(actor, sleep)) {
        int index = indexOf(actor, enabled);
        if (index == NONE) {
          throw new IllegalStateException(
              "the reduction asked for a step of " + actor + " that is not possible here");
        }
        Node node = new Node(sleep, others, actor);
        node.take(branch);
        nodes.add(node);
        return index;
      }
    }
    return CUT;
  }

  private int anyAwake(Enabled enabled, List<Step> sleep) {
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
      return CUT;
    }
    nodes.add(new Node(sleep, new ArrayList<>(1), enabled.get(index).actor()));
    return index;
  }

  private static boolean isAsleep(long actor, List<Step> sleep) {
    for (int i = 0; i < sleep.size(); i++) {
      if (sleep.get(i).actor == actor) {
        return true;
      }
    }
    return false;
  }

  private static boolean conflict(@Nullable Footprint one, @Nullable Footprint other) {
    return one == null || other == null || one.conflictsWith(other);
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
    decide(node);
  }

  /** Finds what happens before the step at {@code at}, and with which steps it races. */
  private void order(int at, Node node) {
    node.barrier = node.footprint.isAfterAll() ? at : at == 0 ? 0 : nodes.get(at - 1).barrier;
    node.before = new long[(at >> 6) + 1];
    for (int i = at - 1; i >= node.barrier; i--) {
      Node earlier = nodes.get(i);
      if (earlier.actor == node.actor) {
        if (!has(node.before, i)) {
          include(node.before, i);
        }
      } else if (!has(node.before, i) && earlier.footprint.conflictsWith(node.footprint)) {
        if (!earlier.footprint.opensGateOf(node.footprint)
            && !earlier.footprint.enables(node.footprint)) {
          node.races.add(i);
        }
        include(node.before, i);
      }
    }
    for (int i = 0; i < node.barrier; i++) {
      node.before[i >> 6] |= 1L << i;
    }
    raceOfGate(at, node);
  }

  /** Races with who closed the gate through which this step came, unless that one let it come. */
  private void raceOfGate(int at, Node node) {
    int gate = node.footprint.gate();
    int opener = gate == Footprint.NONE ? NONE : latest(at, gate, Footprint.Touch.OPEN);
    int closer = opener == NONE ? NONE : latest(opener, gate, Footprint.Touch.WRITE);
    if (closer == NONE || closer < node.footprint.earliest()) {
      return;
    }
    for (int i = closer; i < at; i++) {
      if ((i == closer || has(nodes.get(i).before, closer))
          && (nodes.get(i).actor == node.actor
              || nodes.get(i).footprint.enables(node.footprint))) {
        return;
      }
    }
    if (!node.races.contains(closer)) {
      node.races.add(closer);
    }
  }

  @Override
  public void runEnded(Enabled enabled) {
    int last = nodes.size() - 1;
    for (int i = 0; i < enabled.size(); i++) {
      long actor = enabled.get(i).actor();
      if (actor != nodes.get(last).actor) {
        left.add(new Left(last, actor));
      }
    }
    for (int i = 0; i < enabled.shutOutSize(); i++) {
      long actor = enabled.shutOut(i).actor();
      int closer = latest(nodes.size(), enabled.gate(i), Footprint.Touch.WRITE);
      if (closer != NONE
          && closer >= enabled.earliest(i)
          && !letGoOn(closer, actor, enabled.opening(i))) {
        left.add(new Left(closer, actor));
      }
    }
  }

  /** Whether {@code actor} could go on only because of the step at {@code step}. */
  private boolean letGoOn(int step, long actor, int opening) {
    for (int i = step; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if ((i == step || has(node.before, step))
          && (node.actor == actor || node.footprint.touches(opening, Footprint.Touch.OPEN))) {
        return true;
      }
    }
    return false;
  }

  private int latest(int until, int object, Footprint.Touch touch) {
    for (int i = until - 1; i >= 0; i--) {
      if (nodes.get(i).footprint.touches(object, touch)) {
        return i;
      }
    }
    return NONE;
  }

  /** What was put off until the footprint of a step was known. */
  private void decide(Node node) {
    for (Step[] sequence : node.undecided) {
      if (!isWeakInitial(new Step(node.actor, node.footprint), sequence)) {
        demand(node, sequence);
      }
    }
    node.undecided = List.of();
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

  /** Demands an execution in which {@code later} comes before the step at {@code earlier}. */
  private void reverse(int earlier, Step later) {
    Step[] sequence = new Step[nodes.size() - earlier];
    int length = 0;
    for (int i = earlier + 1; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (!has(node.before, earlier)) {
        sequence[length++] = new Step(node.actor, node.footprint);
      }
    }
    sequence[length++] = later;
    demand(nodes.get(earlier), Arrays.copyOf(sequence, length));
  }

  private void demand(Node node, Step[] sequence) {
    for (Step sleeper : node.sleep) {
      if (isWeakInitial(sleeper, sequence)) {
        return;
      }
    }
    insert(sequence, node.wakeup);
  }

  private void insert(Step[] sequence, List<Branch> tree) {
    Step[] steps = sequence;
    List<Branch> level = tree;
    while (steps.length > 0) {
      Branch match = null;
      for (Branch branch : level) {
        if (branch.step.footprint == null && contains(branch.step.actor, steps)) {
          branch.undecided.add(steps);
          return;
        }
        if (isWeakInitial(branch.step, steps)) {
          match = branch;
          break;
        }
      }
      if (match == null) {
        for (Step step : steps) {
          Branch branch = new Branch(step);
          level.add(branch);
          level = branch.children;
        }
        return;
      }
      if (match.children.isEmpty()) {
        return;
      }
      steps = without(match.step.actor, steps);
      level = match.children;
    }
  }

  /** Whether a step of {@code actor} is among {@code steps}. */
  private static boolean contains(long actor, Step[] steps) {
    for (Step step : steps) {
      if (step.actor == actor) {
        return true;
      }
    }
    return false;
  }

  private static Step[] without(long actor, Step[] steps) {
    for (int i = 0; i < steps.length; i++) {
      if (steps[i].actor == actor) {
        Step[] rest = new Step[steps.length - 1];
        System.arraycopy(steps, 0, rest, 0, i);
        System.arraycopy(steps, i + 1, rest, i, rest.length - i);
        return rest;
      }
    }
    return steps;
  }

  /**
   * Whether beginning with {@code first} leads to everything to which {@code steps} lead: it is
   * among them with nothing before it that it depends on, or depends on none of them.
   */
  private static boolean isWeakInitial(Step first, Step[] steps) {
    for (Step step : steps) {
      if (step.actor == first.actor) {
        return true;
      }
      if (conflict(first.footprint, step.footprint)) {
        return false;
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
