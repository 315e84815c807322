package org.vfslab.machine;

import java.util.Arrays;

/**
 * The transitions that could happen next: contexts by number, then pending interrupts by line and
 * age. Reused from step to step.
 */
public final class Enabled {
  private Transition[] transitions = new Transition[8];
  private int size;
  private int runningAt = -1;

  Enabled() {}

  void clear() {
    size = 0;
    runningAt = -1;
  }

  void add(Transition transition, boolean running) {
    if (size == transitions.length) {
      transitions = Arrays.copyOf(transitions, size * 2);
    }
    if (running) {
      runningAt = size;
    }
    transitions[size++] = transition;
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** The transition with this index. */
  public Transition get(int index) {
    return transitions[index];
  }

  /** The index of the context that made the last step, or -1 if it can't go on. */
  public int runningAt() {
    return runningAt;
  }
}
