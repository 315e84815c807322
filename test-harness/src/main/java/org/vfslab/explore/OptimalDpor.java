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
   * is a race: an execution in which they come the other way round is needed. Also pairs that the
   * execution before had count: other steps follow them now. The steps that do
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
   * closed it. Whoever is still shut out when the run ends, or is cut, races with it too.
   *
   * Time passes when nothing else can happen, so every later step comes after every earlier one,
   * and no step that something later made possible can come before. A step that ends the run for
   * all (a fault, a broken property) conflicts with every other.
   */

  private static final int NONE = -1;
  private static final int[] NO_STEPS = {};
  private static final long[] NO_BITS = {};
  private static final Footprint NOTHING = new Footprint();
  private static final Step NO_STEP = new Step(NONE, NOTHING);

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
    private long actor;

    /** Where the actor stands among those that can act. */
    private int rank;

    private List<Step> sleep;
    private List<Branch> wakeup;
    private List<Branch> subtree = List.of();
    private List<Step[]> undecided = List.of();
    private Footprint footprint = NOTHING;
    private Step step = NO_STEP;

    /** The steps that happen before this one, as bits. */
    private long[] before = NO_BITS;

    /** The first step after the last one before this that waited for time to pass. */
    private int barrier;

    /** The last step up to this one that opened or closed a gate. */
    private int gateChange;

    /** The earlier steps with which this one races. */
    private int[] races = NO_STEPS;

    Node(List<Step> sleep, List<Branch> wakeup) {
      this.sleep = sleep;
      this.wakeup = wakeup;
    }

    void raceWith(int step) {
      for (int known : races) {
        if (known == step) {
          return;
        }
      }
      races = Arrays.copyOf(races, races.length + 1);
      races[races.length - 1] = step;
    }

    boolean isAsleep(long who) {
      for (int i = 0; i < sleep.size(); i++) {
        if (sleep.get(i).actor == who) {
          return true;
        }
      }
      return false;
    }

    /** Puts the actor to sleep: what begins with its step has been tried. */
    void sleepsNow() {
      if (sleep.isEmpty()) {
        sleep = new ArrayList<>(4);
      }
      sleep.add(step);
    }
  }

  private final List<Node> nodes = new ArrayList<>();

  /** For a sequence that is only looked at. */
  private Step[] sequence = new Step[64];

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
    for (int later = 0; later < nodes.size(); later++) {
      Node node = nodes.get(later);
      for (int earlier : node.races) {
        reverse(earlier, singleWords ? node.step : new Step(node.actor, null));
      }
    }
    for (Left one : left) {
      reverse(one.before, new Step(one.actor, null));
    }
    left.clear();
    return backtrack();
  }

  private boolean backtrack() {
    while (!nodes.isEmpty()) {
      Node node = nodes.getLast();
      node.sleepsNow();
      if (takeBranch(node)) {
        replayed = nodes.size();
        return true;
      }
      nodes.removeLast();
    }
    return false;
  }

  /** Takes the first branch that is not asleep; what would follow a sleeper is tried elsewhere. */
  private boolean takeBranch(Node node) {
    while (!node.wakeup.isEmpty()) {
      Branch branch = node.wakeup.removeFirst();
      if (!node.isAsleep(branch.step.actor)) {
        node.actor = branch.step.actor;
        node.rank = NONE;
        node.subtree = branch.children;
        node.undecided = branch.undecided;
        return true;
      }
      for (Step[] steps : branch.undecided) {
        demand(node, steps, steps.length);
      }
    }
    return false;
  }

  // ---- during an execution

  @Override
  public int schedule(Enabled enabled) {
    int at = depth++;
    if (at < replayed) {
      Node node = nodes.get(at);
      if (node.rank == NONE) {
        node.rank = rankOf(node.actor, enabled);
      }
      if (node.rank >= enabled.size() || enabled.get(node.rank).actor() != node.actor) {
        throw new IllegalStateException(
            "the scenario is not deterministic: step " + at + " cannot be made by " + node.actor);
      }
      return node.rank;
    }
    Node node = at == 0 ? new Node(List.of(), List.of()) : after(nodes.get(at - 1));
    if (node.wakeup.isEmpty()) {
      node.rank = firstAwake(node, enabled);
    } else {
      node.rank = takeBranch(node) ? rankOf(node.actor, enabled) : NONE;
    }
    if (node.rank == NONE) {
      cut = true;
      depth--;
      raceOfShutOut(enabled);
      return CUT;
    }
    node.actor = enabled.get(node.rank).actor();
    nodes.add(node);
    return node.rank;
  }

  private static Node after(Node last) {
    List<Step> sleep = List.of();
    for (int i = 0; i < last.sleep.size(); i++) {
      Step sleeper = last.sleep.get(i);
      if (sleeper.actor != last.actor && !conflict(sleeper.footprint, last.footprint)) {
        if (sleep.isEmpty()) {
          sleep = new ArrayList<>(4);
        }
        sleep.add(sleeper);
      }
    }
    return new Node(sleep, last.subtree);
  }

  private static int firstAwake(Node node, Enabled enabled) {
    int running = enabled.runningAt();
    if (running >= 0 && !node.isAsleep(enabled.get(running).actor())) {
      return running;
    }
    for (int i = 0; i < enabled.size(); i++) {
      if (!node.isAsleep(enabled.get(i).actor())) {
        return i;
      }
    }
    return NONE;
  }

  private static int rankOf(long actor, Enabled enabled) {
    for (int i = 0; i < enabled.size(); i++) {
      if (enabled.get(i).actor() == actor) {
        return i;
      }
    }
    throw new IllegalStateException(
        "the reduction asked for a step of " + actor + " that is not possible here");
  }

  private static boolean conflict(@Nullable Footprint one, @Nullable Footprint other) {
    return one == null || other == null || one.conflictsWith(other);
  }

  @Override
  public int choose(int count, String question) {
    throw new RefusedException(
        "the strategy 'dpor' cannot reduce what chance chooses (" + question + "); use 'dfs'");
  }

  @Override
  public boolean wantsFootprint() {
    return depth >= replayed;
  }

  @Override
  public void stepEnded(Footprint footprint) {
    int at = depth - 1;
    if (at < replayed - 1) {
      return;
    }
    Node node = nodes.get(at);
    node.footprint = footprint.copy();
    node.step = new Step(node.actor, node.footprint);
    node.races = NO_STEPS;
    sawMore |= !node.footprint.isSingleWord();
    order(at, node);
    raceOfGate(at, node);
    decide(node);
  }

  /** Finds what happens before the step at {@code at}, and with which steps it races. */
  private void order(int at, Node node) {
    Footprint footprint = node.footprint;
    Node last = at == 0 ? node : nodes.get(at - 1);
    node.barrier = footprint.isAfterAll() ? at : last.barrier;
    node.gateChange = at == 0 || footprint.changesGate() ? at : last.gateChange;
    long[] before = new long[(at >> 6) + 1];
    node.before = before;
    fill(before, node.barrier);
    for (int word = before.length - 1; word >= node.barrier >> 6; word--) {
      int end = Math.min(64, at - (word << 6));
      long left = end == 64 ? ~before[word] : ~before[word] & (1L << end) - 1;
      while (left != 0) {
        int bit = 63 - Long.numberOfLeadingZeros(left);
        int i = word << 6 | bit;
        Node earlier = nodes.get(i);
        if (earlier.actor == node.actor) {
          include(before, i);
        } else if (earlier.footprint.conflictsWith(footprint)) {
          if (!earlier.footprint.opensGateOf(footprint) && !earlier.footprint.enables(footprint)) {
            node.raceWith(i);
          }
          include(before, i);
        }
        left &= (1L << bit) - 1 & ~before[word];
      }
    }
  }

  private static void fill(long[] bits, int count) {
    Arrays.fill(bits, 0, count >> 6, -1L);
    if ((count & 63) != 0) {
      bits[count >> 6] = (1L << count) - 1;
    }
  }

  /** Races with who closed the gate through which this step came, unless that one let it come. */
  private void raceOfGate(int at, Node node) {
    int gate = node.footprint.gate();
    if (at == 0 || gate == Footprint.NONE) {
      return;
    }
    int opener = latest(at, gate, Footprint.Touch.OPEN);
    int closer = opener == NONE ? NONE : latest(opener, gate, Footprint.Touch.WRITE);
    if (closer == NONE || closer < node.footprint.earliest()) {
      return;
    }
    for (int i = closer; i < at; i++) {
      if (isFrom(closer, i)
          && (nodes.get(i).actor == node.actor || nodes.get(i).footprint.enables(node.footprint))) {
        return;
      }
    }
    node.raceWith(closer);
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
    raceOfShutOut(enabled);
  }

  /** At the end, those that are still kept out race with who closed their gate. */
  private void raceOfShutOut(Enabled enabled) {
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
      if (isFrom(step, i)
          && (node.actor == actor || node.footprint.touches(opening, Footprint.Touch.OPEN))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the step at {@code step} is this earlier one or comes after it of necessity. */
  private boolean isFrom(int earlier, int step) {
    return step == earlier || has(nodes.get(step).before, earlier);
  }

  /** The last step before {@code until} that has touched a gate in this way. */
  private int latest(int until, int gate, Footprint.Touch touch) {
    int i = until == 0 ? NONE : nodes.get(until - 1).gateChange;
    while (i > 0 && !nodes.get(i).footprint.touches(gate, touch)) {
      i = nodes.get(i - 1).gateChange;
    }
    return i >= 0 && nodes.get(i).footprint.touches(gate, touch) ? i : NONE;
  }

  /** What was put off until the footprint of a step was known. */
  private void decide(Node node) {
    for (Step[] steps : node.undecided) {
      if (!isWeakInitial(node.step, steps, steps.length)) {
        demand(node, steps, steps.length);
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
    int length = 0;
    if (sequence.length <= nodes.size()) {
      sequence = new Step[2 * nodes.size()];
    }
    for (int i = earlier + 1; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      if (!has(node.before, earlier)) {
        sequence[length++] = node.step;
      }
    }
    sequence[length++] = later;
    demand(nodes.get(earlier), sequence, length);
  }

  private static void demand(Node node, Step[] steps, int length) {
    for (int i = 0; i < node.sleep.size(); i++) {
      if (isWeakInitial(node.sleep.get(i), steps, length)) {
        return;
      }
    }
    if (node.wakeup.isEmpty()) {
      node.wakeup = new ArrayList<>(2);
    }
    insert(Arrays.copyOf(steps, length), node.wakeup);
  }

  private static void insert(Step[] sequence, List<Branch> tree) {
    Step[] steps = sequence;
    List<Branch> level = tree;
    while (steps.length > 0) {
      Branch match = null;
      for (Branch branch : level) {
        if (branch.step.footprint == null && contains(branch.step.actor, steps)) {
          branch.undecided.add(steps);
          return;
        }
        if (isWeakInitial(branch.step, steps, steps.length)) {
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
  private static boolean isWeakInitial(Step first, Step[] steps, int length) {
    for (int i = 0; i < length; i++) {
      Step step = steps[i];
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
