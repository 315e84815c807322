package org.vfslab.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
 *
 * <p>Several workers make as many executions as one and find the same; for each order it may be
 * another execution, so that findings can come in another order, and some executions may be cut.
 */
public final class OptimalDpor implements Divisible, Resumable, StepChance {

  /*
   * Overview. A node stands before each step of the current execution (DporNode, Path). After an
   * execution every race is looked at: an execution in which the two steps come the other way round
   * is needed. The steps that do not depend on the first one, with the second one among them, are
   * put into the wakeup tree before the first one, unless a sleeper or the tree covers them
   * already. Then the deepest node with something in its wakeup tree goes on.
   *
   * Also races between steps that the execution before had count: other steps follow them now. But
   * what covered the sequence of such a race mostly covers its new sequence too, as it looks only
   * at steps up to some place, the witness. Sleepers of a node and branches of its tree do not go
   * away as long as the node's step stands; so a race whose witness comes before the first new step
   * need not be looked at again, nor one whose sequence is still the same.
   *
   * What a step touches can depend on what came before it. For a step that is known only from
   * another order (the second of a race) the footprint is trusted only while all steps
   * seen so far touched a single word each; as soon as one did more, nothing is assumed of it and
   * the exploration begins again. Whether a branch of the tree that begins with such a step covers
   * a sequence is decided when the step has been made.
   *
   * A step that ends the run for all (a fault, a broken property) conflicts with every other.
   *
   * Division. What is left below the step of a node can be explored by somebody else, who gets the
   * nodes up to that one. This one goes on with the other branches of the node, and does not leave
   * it before the part is back. What the part demands of the nodes that it was given is handed up
   * then, as it is: a tree would take in sequences that do not cover each other in the other tree.
   *
   * A sleeper covers two sorts of sequences. Those that its step can begin are explored where it
   * was tried. Those of which it is independent are covered only because what was tried there has
   * put into the trees beside it whatever else is needed; that does not hold for branches that are
   * explored meanwhile. So in the branches that this one takes from a divided node, sleepers of the
   * node cover the first sort only. Each order is still made once, but some executions can be begun
   * that have to be cut.
   */

  private static final int NONE = -1;

  /** The number of the format of {@link #lines}. */
  private static final int FORMAT = 1;

  private static final int[] NO_OTHERS = {};

  private final boolean singleWords;
  private final StepTable table;
  private WakeupTrees trees;
  private final Path path;
  private final Demand demand;

  /** The nodes before this one belong to somebody else. */
  private final int root;

  /** The parts that were divided off and are not back, and below which node. */
  private final Deque<Part> parts = new ArrayDeque<>();

  /** The part is null after {@link #of}: somebody else has it. */
  record Part(@Nullable OptimalDpor part, int node) {}

  /** The steps that the last execution could have made and never did. */
  private final List<Left> left = new ArrayList<>();

  /** A context that could not go on, and the steps before which it could have, the first first. */
  private static final class Left {
    private final long actor;
    private final int[] closers;

    Left(long actor, int... closers) {
      this.actor = actor;
      this.closers = closers;
    }
  }

  /** How many nodes are taken over from the execution before. */
  private int replayed;

  private int depth;
  private boolean begun;
  private boolean looked = true;
  private boolean cut;
  private boolean sawMore;
  private final DporShare share = new DporShare();

  /** Assumes, until the contrary is seen, that every step touches a single word. */
  public OptimalDpor() {
    this(true, 0);
  }

  private OptimalDpor(boolean singleWords, int root) {
    this(singleWords, root, new StepTable());
  }

  private OptimalDpor(boolean singleWords, int root, StepTable table) {
    this.singleWords = singleWords;
    this.root = root;
    this.table = table;
    trees = new WakeupTrees(table);
    path = new Path(table);
    demand = new Demand(table);
  }

  @Override
  public boolean begin() {
    cut = false;
    if (!begun) {
      begun = true;
      looked = false;
      return true;
    }
    lookAtRaces();
    depth = 0;
    if (!backtrack()) {
      return false;
    }
    looked = false;
    return true;
  }

  /** Demands the executions that the last one has shown to be needed. */
  private void lookAtRaces() {
    if (looked) {
      return;
    }
    looked = true;
    int firstNew = replayed - 1;
    path.findFollowed(firstNew);
    for (int later = 0; later < path.size(); later++) {
      DporNode node = path.get(later);
      for (int race = 0; race < node.raceCount; race++) {
        if (later >= firstNew || !isCovered(node, race, firstNew)) {
          lookAt(node, race, later);
        }
      }
    }
    for (Left one : left) {
      path.notAfter(one.closers[0], one.closers, demand);
      demand.add(table.of(one.actor, null), Demand.ALL);
      demandAt(one.closers[0]);
    }
    left.clear();
  }

  /** Whether what covered the sequence of an old race covers its sequence now. */
  private boolean isCovered(DporNode node, int race, int firstNew) {
    int at = race * DporNode.RACE;
    return node.races[at + 1] < firstNew
        || (node.races[at + 2] < firstNew && path.isFollowed(node.races[at]));
  }

  private void lookAt(DporNode node, int race, int later) {
    int at = race * DporNode.RACE;
    int earlier = node.races[at];
    int[] others = node.without(race);
    int last = path.notAfter(earlier, others == null ? NO_OTHERS : others, demand);
    if (singleWords) {
      demand.addInPlace(node.step, later);
    } else {
      demand.add(table.of(node.actor, null), Demand.ALL);
    }
    demandAt(earlier);
    node.races[at + 1] = demand.witness();
    node.races[at + 2] = last;
  }

  /** Has what was collected tried from the node at {@code at}, unless that is covered already. */
  private void demandAt(int at) {
    DporNode node = path.get(at);
    demand.begin();
    for (int i = 0; i < node.sleepers(); i++) {
      int sleeper = node.sleeper(i);
      if (node.isShared(i) ? demand.contains(sleeper) : demand.beginsWith(sleeper)) {
        return;
      }
    }
    Set<Sequence> handedUp = node.handedUp;
    if (handedUp == null) {
      node.wakeup = trees.insert(node.wakeup, demand);
    } else {
      demand.needsTheRest();
      handedUp.add(new Sequence(demand.rest()));
    }
  }

  private void demandAt(int at, int[] steps) {
    demand.set(steps);
    demandAt(at);
  }

  private boolean backtrack() {
    int stays = parts.isEmpty() ? root : parts.getLast().node + 1;
    while (path.size() > root) {
      int at = path.size() - 1;
      DporNode node = path.get(at);
      triedToTheEnd(node);
      if (takeBranch(at)) {
        replayed = path.size();
        share.update(path, trees, root, parts);
        return true;
      }
      if (path.size() == stays) {
        return false;
      }
      path.removeLast();
    }
    return false;
  }

  private static void triedToTheEnd(DporNode node) {
    if (node.step != DporNode.NO_STEP) {
      node.putToSleep(node.step, false);
      node.step = DporNode.NO_STEP;
    }
  }

  /** Takes the first branch that is not asleep; what would follow a sleeper is tried elsewhere. */
  private boolean takeBranch(int at) {
    DporNode node = path.get(at);
    while (node.wakeup != WakeupTrees.NONE) {
      int branch = node.wakeup;
      long actor = table.actor(trees.step(branch));
      int below = trees.child(branch);
      List<int[]> undecided = trees.takeUndecided(branch);
      node.wakeup = trees.drop(branch);
      if (!node.isAsleep(actor, table)) {
        node.actor = actor;
        node.rank = NONE;
        node.subtree = below;
        node.undecided = undecided;
        return true;
      }
      trees.dropAll(below);
      for (int[] steps : undecided) {
        demandAt(at, steps);
      }
    }
    return false;
  }

  // ---- division

  @Override
  public int divideAfter() {
    return 1024;
  }

  @Override
  public @Nullable Divisible divide() {
    lookAtRaces();
    int at = parts.isEmpty() ? root : parts.getLast().node;
    int last = path.size() - 1;
    while (at < last && path.get(at).wakeup == WakeupTrees.NONE) {
      at++;
    }
    int below = at + 1;
    while (below <= last && path.get(below).wakeup == WakeupTrees.NONE) {
      below++;
    }
    if (below > last) {
      return null;
    }
    OptimalDpor part = partBelow(at);
    while (path.size() > at + 1) {
      trees.dropAll(path.last().wakeup);
      path.removeLast();
    }
    path.last().divided = true;
    triedToTheEnd(path.last());
    parts.addLast(new Part(part, at));
    return part;
  }

  /** All that is left below the step at {@code at}, with what it needs. */
  private OptimalDpor partBelow(int at) {
    OptimalDpor part = new OptimalDpor(singleWords, at + 1, table.copy());
    for (int i = 0; i < path.size(); i++) {
      DporNode node = path.get(i);
      DporNode copy = node.copy();
      if (i <= at) {
        copy.handedUp = new LinkedHashSet<>();
      } else {
        copy.wakeup = part.trees.copy(trees, node.wakeup);
      }
      part.path.add(copy);
    }
    part.begun = true;
    part.sawMore = sawMore;
    return part;
  }

  @Override
  public void rejoin(Divisible divided) {
    OptimalDpor part = (OptimalDpor) divided;
    if (parts.isEmpty() || part.root != parts.removeLast().node + 1) {
      throw new IllegalArgumentException("another part was divided off last");
    }
    sawMore |= part.sawMore;
    for (int at = 0; at < part.root; at++) {
      Set<Sequence> handedUp = part.path.get(at).handedUp;
      if (handedUp != null) {
        for (Sequence sequence : handedUp) {
          demandAt(at, table.taken(sequence.steps(), part.table));
        }
      }
    }
    part.forget();
  }

  /** Gives up what it takes to go on, of a part that is done. */
  private void forget() {
    path.clear();
    trees = new WakeupTrees(table);
    table.clear();
  }

  // ---- kept

  /**
   * All that is needed to go on, as lines of numbers. Only between executions; of parts that were
   * divided off only that there are some.
   */
  List<String> lines() {
    lookAtRaces();
    DporLines lines = new DporLines();
    lines.add(FORMAT, singleWords ? 1 : 0, begun ? 1 : 0, sawMore ? 1 : 0, root);
    lines.add(parts.stream().mapToLong(Part::node).toArray());
    table.save(lines);
    path.save(lines, trees);
    return lines.written();
  }

  @Override
  public Saved save() {
    return new Saved().put("lines", lines());
  }

  @Override
  public Resumable resumed(Saved state) {
    try {
      return of(state.texts("lines"));
    } catch (IllegalArgumentException e) {
      throw new Saved.UnfitException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * What goes on from there.
   *
   * @throws IllegalArgumentException if {@link #lines} cannot have written this
   */
  static OptimalDpor of(List<String> saved) {
    DporLines lines = new DporLines(saved);
    long[] head = lines.next(5);
    if (head[0] != FORMAT) {
      throw new IllegalArgumentException("a state of the strategy 'dpor' of format " + head[0]);
    }
    long[] apart = lines.next(0);
    OptimalDpor strategy = new OptimalDpor(head[1] != 0, (int) head[4], StepTable.of(lines));
    strategy.begun = head[2] != 0;
    strategy.sawMore = head[3] != 0;
    strategy.path.restore(lines, strategy.trees);
    for (long node : apart) {
      strategy.parts.addLast(new Part(null, (int) node));
    }
    return strategy;
  }

  // ---- during an execution

  @Override
  public int schedule(Enabled enabled) {
    if (mustBeginAgain()) {
      cut = true; // what was demanded under the assumption may not even be possible
      return CUT;
    }
    int at = depth++;
    if (at < replayed) {
      DporNode node = path.get(at);
      if (node.rank == NONE) {
        node.rank = rankOf(node.actor, enabled);
      }
      if (node.rank >= enabled.size() || enabled.get(node.rank).actor() != node.actor) {
        throw new IllegalStateException(
            "the scenario is not deterministic: step " + at + " cannot be made by " + node.actor);
      }
      return node.rank;
    }
    DporNode node = at == 0 ? new DporNode() : after(path.get(at - 1));
    path.add(node);
    if (node.wakeup == WakeupTrees.NONE) {
      node.rank = firstAwake(node, enabled);
    } else {
      node.rank = takeBranch(at) ? rankOf(node.actor, enabled) : NONE;
    }
    if (node.rank == NONE) {
      path.removeLast();
      cut = true;
      depth--;
      raceOfShutOut(enabled);
      return CUT;
    }
    node.actor = enabled.get(node.rank).actor();
    return node.rank;
  }

  private DporNode after(DporNode last) {
    DporNode node = new DporNode();
    for (int i = 0; i < last.sleepers(); i++) {
      int sleeper = last.sleeper(i);
      if (table.actor(sleeper) != last.actor && !table.conflict(sleeper, last.step)) {
        node.putToSleep(sleeper, last.isShared(i));
      }
    }
    node.wakeup = last.subtree;
    last.subtree = WakeupTrees.NONE;
    return node;
  }

  private int firstAwake(DporNode node, Enabled enabled) {
    int running = enabled.runningAt();
    if (running >= 0 && !node.isAsleep(enabled.get(running).actor(), table)) {
      return running;
    }
    for (int i = 0; i < enabled.size(); i++) {
      if (!node.isAsleep(enabled.get(i).actor(), table)) {
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
    DporNode node = path.get(at);
    int step = table.of(node.actor, footprint);
    node.isMade(step, java.util.Objects.requireNonNull(table.footprint(step)));
    sawMore |= !footprint.isSingleWord();
    path.order(at);
    decide(at);
  }

  /** What was put off until the footprint of a step was known. */
  private void decide(int at) {
    DporNode node = path.get(at);
    for (int[] steps : node.undecided) {
      if (!table.isWeakInitial(node.step, steps)) {
        demandAt(at, steps);
      }
    }
    node.undecided = List.of();
  }

  @Override
  public void runEnded(Enabled enabled) {
    int last = path.size() - 1;
    for (int i = 0; i < enabled.size(); i++) {
      long actor = enabled.get(i).actor();
      if (actor != path.last().actor) {
        left.add(new Left(actor, last));
      }
    }
    raceOfShutOut(enabled);
  }

  /** At the end, those that are still kept out race with who closed their gate. */
  private void raceOfShutOut(Enabled enabled) {
    for (int i = 0; i < enabled.shutOutSize(); i++) {
      long actor = enabled.shutOut(i).actor();
      int gate = enabled.gate(i);
      int lock = enabled.lock(i);
      int opening = enabled.opening(i);
      int earliest = enabled.earliest(i);
      raceOfShutOut(actor, path.closersFor(actor, gate, lock, opening, earliest));
      raceOfShutOut(actor, path.closersFor(actor, lock, gate, opening, earliest));
    }
  }

  private void raceOfShutOut(long actor, int[] closers) {
    if (closers.length > 0) {
      left.add(new Left(actor, closers));
    }
  }

  // ---- what it is

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
    return new OptimalDpor(false, 0);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Taken from the branches that are known to be left before each step; more may turn up.
   */
  @Override
  public double progress() {
    return share.value();
  }
}
