package org.vfslab.explore;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Footprint;

/** The state before a step of the current execution, and the step. Steps are numbers. */
final class DporNode {

  private static final int[] NO_NUMBERS = {};
  private static final long[] NO_BITS = {};
  private static final Footprint NOTHING = new Footprint();

  /** No step: it is still to be made, or has been tried to the end. */
  static final int NO_STEP = -1;

  /**
   * A race in {@link #races} takes so many numbers: the earlier step, the witness, and the last
   * step of the sequence apart from the later one.
   */
  static final int RACE = 3;

  long actor;

  /** Where the actor stands among those that can act, or -1. */
  int rank = -1;

  int step = NO_STEP;
  Footprint footprint = NOTHING;

  /** Who need not take this step: all that could follow was tried, or will be, elsewhere. */
  private int[] sleep = NO_NUMBERS;

  private int sleepers;

  /** For a sleeper: what could follow was tried at the same time as what its siblings begin. */
  private static final int SHARED = 1 << 30;

  /** Whether something that begins with a step from here was divided off. */
  boolean divided;

  /** Sequences that must be tried from here after this one. */
  int wakeup = WakeupTrees.NONE;

  /** What the wakeup tree demands below this step. */
  int subtree = WakeupTrees.NONE;

  /** What must be tried from here unless beginning with this step leads to it. */
  List<int[]> undecided = List.of();

  /** What must be tried from here, of a node that belongs to somebody else. */
  @Nullable Set<Sequence> handedUp;

  /** The steps that happen before this one, as bits. */
  long[] before = NO_BITS;

  /** The first step after the last one before this that waited for time to pass. */
  int barrier;

  /** The last step up to this one that opened or closed a gate. */
  int gateChange;

  /** The earlier steps with which this one races; see {@link #RACE}. */
  int[] races = NO_NUMBERS;

  /** For the race with the same number: what else must not come before, or null. */
  int @Nullable [] @Nullable [] without;

  int raceCount;

  /** The same node without its trees, for somebody else. */
  DporNode copy() {
    DporNode copy = new DporNode();
    copy.actor = actor;
    copy.rank = rank;
    copy.step = step;
    copy.footprint = footprint;
    copy.sleep = Arrays.copyOf(sleep, sleepers);
    copy.sleepers = sleepers;
    copy.before = before;
    copy.barrier = barrier;
    copy.gateChange = gateChange;
    copy.races = races.clone();
    copy.without = without;
    copy.raceCount = raceCount;
    copy.divided = divided;
    return copy;
  }

  void save(DporLines lines) {
    long[] line = new long[4 + sleepers];
    line[0] = actor;
    line[1] = step;
    line[2] = divided ? 1 : 0;
    line[3] = handedUp == null ? -1 : handedUp.size();
    for (int i = 0; i < sleepers; i++) {
      line[i + 4] = sleep[i];
    }
    lines.add(line);
    if (handedUp != null) {
      for (Sequence sequence : handedUp) {
        lines.add(sequence.steps());
      }
    }
  }

  /** A node that was saved; what happens before it is still to be found out. */
  static DporNode of(DporLines lines, StepTable table) {
    long[] line = lines.next(4);
    DporNode node = new DporNode();
    node.actor = line[0];
    if (line[1] != NO_STEP) {
      int made = lines.step(line[1], table);
      node.isMade(made, Objects.requireNonNull(table.footprint(made)));
    }
    node.divided = line[2] != 0;
    for (int i = 4; i < line.length; i++) {
      lines.step(line[i] & ~SHARED, table);
      node.putToSleep((int) line[i], false);
    }
    if (line[3] >= 0) {
      node.handedUp = new LinkedHashSet<>();
      for (long i = 0; i < line[3]; i++) {
        node.handedUp.add(new Sequence(lines.nextSteps(table)));
      }
    }
    return node;
  }

  /** What is known of the races, apart from who races, which can be found out again. */
  int[] witnesses() {
    int count = step == NO_STEP ? 0 : raceCount;
    int[] witnesses = new int[count * 2];
    for (int race = 0; race < count; race++) {
      witnesses[race * 2] = races[race * RACE + 1];
      witnesses[race * 2 + 1] = races[race * RACE + 2];
    }
    return witnesses;
  }

  void restoreWitnesses(long[] witnesses) {
    if (witnesses.length != raceCount * 2) {
      throw new IllegalArgumentException("the state has other races than its steps");
    }
    for (int race = 0; race < raceCount; race++) {
      races[race * RACE + 1] = (int) witnesses[race * 2];
      races[race * RACE + 2] = (int) witnesses[race * 2 + 1];
    }
  }

  void isMade(int madeStep, Footprint touched) {
    step = madeStep;
    footprint = touched;
    raceCount = 0;
    without = null;
  }

  /** Adds a race with an earlier step, unless it is known. */
  void raceWith(int earlier, int @Nullable [] others) {
    for (int i = 0; i < raceCount; i++) {
      if (races[i * RACE] == earlier) {
        return;
      }
    }
    if (races.length == raceCount * RACE) {
      races = Arrays.copyOf(races, Math.max(2, raceCount * 2) * RACE);
    }
    races[raceCount * RACE] = earlier;
    races[raceCount * RACE + 1] = Demand.ALL;
    races[raceCount * RACE + 2] = Demand.ALL;
    if (others != null) {
      without = without == null ? new int[raceCount + 1][] : Arrays.copyOf(without, raceCount + 1);
      without[raceCount] = others;
    }
    raceCount++;
  }

  int @Nullable [] without(int race) {
    return without == null || race >= without.length ? null : without[race];
  }

  int sleepers() {
    return sleepers;
  }

  int sleeper(int index) {
    return sleep[index] & ~SHARED;
  }

  /**
   * Whether what could follow the step of this sleeper was tried, or will be, without knowing what
   * its siblings showed.
   */
  boolean isShared(int index) {
    return divided || (sleep[index] & SHARED) != 0;
  }

  void putToSleep(int tried, boolean shared) {
    if (sleepers == sleep.length) {
      sleep = Arrays.copyOf(sleep, Math.max(4, sleepers * 2));
    }
    sleep[sleepers++] = shared ? tried | SHARED : tried;
  }

  boolean isAsleep(long who, StepTable table) {
    for (int i = 0; i < sleepers; i++) {
      if (table.actor(sleeper(i)) == who) {
        return true;
      }
    }
    return false;
  }
}
