package org.vfslab.explore;

import java.util.Arrays;

/**
 * A sequence of steps that is to be tried from some node. As it is checked what covers it already,
 * steps are taken out, and it is kept how much of the execution from which it comes was looked at.
 */
final class Demand {

  /** The answer depended on the whole execution. */
  static final int ALL = Integer.MAX_VALUE;

  private final StepTable table;
  private int[] steps = new int[64];
  private int[] places = new int[64];
  private int[] left = new int[64];
  private int[] leftPlaces = new int[64];
  private int length;
  private int leftLength;

  /** The last place in the execution on which the answers so far depend, or {@link #ALL}. */
  private int witness;

  Demand(StepTable table) {
    this.table = table;
  }

  void clear() {
    length = 0;
  }

  /** Adds a step and where in the execution it stands. */
  void add(int step, int place) {
    if (length == steps.length) {
      steps = Arrays.copyOf(steps, length * 2);
      places = Arrays.copyOf(places, length * 2);
      left = new int[length * 2];
      leftPlaces = new int[length * 2];
    }
    steps[length] = step;
    places[length++] = place;
  }

  /**
   * Adds a step where it stood in the execution: what comes after it there and is in this sequence
   * does not depend on it.
   */
  void addInPlace(int step, int place) {
    add(step, place);
    int at = length - 1;
    while (at > 0 && places[at - 1] > place) {
      steps[at] = steps[at - 1];
      places[at] = places[at - 1];
      at--;
    }
    steps[at] = step;
    places[at] = place;
  }

  /** Replaces the content by steps of which nobody knows where they stood. */
  void set(int[] sequence) {
    length = 0;
    for (int step : sequence) {
      add(step, ALL);
    }
  }

  /** Puts all steps back. */
  void begin() {
    System.arraycopy(steps, 0, left, 0, length);
    System.arraycopy(places, 0, leftPlaces, 0, length);
    leftLength = length;
    witness = 0;
  }

  int witness() {
    return witness;
  }

  /** Says that the answers so far depend on every step. */
  void needsAll() {
    witness = ALL;
  }

  /** Says that the answers so far depend on the steps that are left. */
  void needsTheRest() {
    for (int i = 0; i < leftLength; i++) {
      witness = Math.max(witness, leftPlaces[i]);
    }
  }

  /**
   * Moves those of the steps that are left to the front that conflict with none of the others, so
   * that trees share them: other sequences mostly have them too, wherever they stand.
   */
  void independentFirst() {
    int front = 0;
    for (int i = 0; i < leftLength; i++) {
      if (isIndependent(i, front)) {
        int step = left[i];
        int place = leftPlaces[i];
        System.arraycopy(left, front, left, front + 1, i - front);
        System.arraycopy(leftPlaces, front, leftPlaces, front + 1, i - front);
        left[front] = step;
        leftPlaces[front++] = place;
      }
    }
  }

  /**
   * Whether the step at {@code index} conflicts with none, and all before it of its context too.
   */
  private boolean isIndependent(int index, int front) {
    long actor = table.actor(left[index]);
    for (int i = 0; i < leftLength; i++) {
      if (table.actor(left[i]) == actor
          ? i >= front && i < index
          : table.conflict(left[index], left[i])) {
        return false;
      }
    }
    return true;
  }

  /** The steps that are left. */
  int[] rest() {
    return Arrays.copyOf(left, leftLength);
  }

  int restLength() {
    return leftLength;
  }

  int rest(int index) {
    return left[index];
  }

  /** The index of the first step of {@code actor} that is left, or -1. */
  int indexOf(long actor) {
    for (int i = 0; i < leftLength; i++) {
      if (table.actor(left[i]) == actor) {
        return i;
      }
    }
    return -1;
  }

  /**
   * As {@link StepTable#isWeakInitial} for the steps that are left; if so, the answer becomes part
   * of what the {@link #witness} stands for.
   */
  boolean beginsWith(int first) {
    long actor = table.actor(first);
    for (int i = 0; i < leftLength; i++) {
      if (table.actor(left[i]) == actor) {
        witness = Math.max(witness, leftPlaces[i]);
        return true;
      }
      if (table.conflict(first, left[i])) {
        return false;
      }
    }
    witness = ALL;
    return true;
  }

  /** As {@link #beginsWith}, but only for a step whose context makes one of those that are left. */
  boolean contains(int first) {
    return indexOf(table.actor(first)) >= 0 && beginsWith(first);
  }

  /** Takes out the first step of {@code actor}, if there is one. */
  void remove(long actor) {
    int index = indexOf(actor);
    if (index >= 0) {
      leftLength--;
      System.arraycopy(left, index + 1, left, index, leftLength - index);
      System.arraycopy(leftPlaces, index + 1, leftPlaces, index, leftLength - index);
    }
  }
}
