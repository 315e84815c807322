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

  // Those that a closed gate keeps out, and for each the gate of its CPU, the lock, the id of what
  // let it go on, and after how many steps time brought it.
  private Transition[] shutOut = new Transition[4];
  private int[] gates = new int[4];
  private int[] locks = new int[4];
  private int[] openings = new int[4];
  private int[] earliest = new int[4];
  private int shutOutSize;

  Enabled() {}

  void clear() {
    size = 0;
    runningAt = -1;
    shutOutSize = 0;
  }

  void addShutOut(Transition transition, int gate, int lock, int opening, int since) {
    if (shutOutSize == shutOut.length) {
      shutOut = Arrays.copyOf(shutOut, shutOutSize * 2);
      gates = Arrays.copyOf(gates, shutOutSize * 2);
      locks = Arrays.copyOf(locks, shutOutSize * 2);
      openings = Arrays.copyOf(openings, shutOutSize * 2);
      earliest = Arrays.copyOf(earliest, shutOutSize * 2);
    }
    shutOut[shutOutSize] = transition;
    gates[shutOutSize] = gate;
    locks[shutOutSize] = lock;
    openings[shutOutSize] = opening;
    earliest[shutOutSize++] = since;
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

  /**
   * How many more there would be if all CPUs let everybody in and all locks were free; known to a
   * StepChance only.
   */
  public int shutOutSize() {
    return shutOutSize;
  }

  /** One of those that are kept from their CPU or lock. */
  public Transition shutOut(int index) {
    return shutOut[index];
  }

  /** The id of the gate of a CPU that it needs open, or {@link Footprint#NONE}. */
  public int gate(int index) {
    return gates[index];
  }

  /** The id of the lock that it needs free, or {@link Footprint#NONE}. */
  public int lock(int index) {
    return locks[index];
  }

  /** The id under which footprints know that it was let go on, or began. */
  public int opening(int index) {
    return openings[index];
  }

  /** After how many steps time brought this interrupt; 0 if time did not. */
  public int earliest(int index) {
    return earliest[index];
  }
}
