package org.vfslab.machine;

import java.util.Arrays;

/**
 * What one step touched: pairs of an object's id and the way it was touched, each object once.
 *
 * <p>Two steps of different contexts can change places without anybody noticing unless their
 * footprints conflict.
 */
public final class Footprint {

  /** How a step touches an object. */
  public enum Touch {
    /** Looks at it. */
    READ(0),
    /** May change it. */
    WRITE(1),
    /**
     * Makes possible what touches the object later (a wake-up, an interrupt raised, a CPU that can
     * be interrupted again): an order that cannot be turned round.
     */
    OPEN(2);

    private final int code;

    Touch(int code) {
      this.code = code;
    }
  }

  /** Stands for all that properties look at. */
  static final int VISIBLE = -1;

  private static final int GATE_LEAST = VISIBLE - 3 * MachineConfig.CPUS_MAX;

  private static final Touch[] TOUCHES = Touch.values();

  private int[] objects = new int[8];
  private byte[] touches = new byte[8];
  private int size;
  private boolean afterAll;

  /** An empty footprint. */
  public Footprint() {}

  void clear() {
    size = 0;
    afterAll = false;
  }

  void add(int object, Touch touch) {
    for (int i = 0; i < size; i++) {
      if (objects[i] == object && (touches[i] == 2) == (touch == Touch.OPEN)) {
        touches[i] = (byte) Math.max(touches[i], touch.code);
        return;
      }
    }
    if (size == objects.length) {
      objects = Arrays.copyOf(objects, size * 2);
      touches = Arrays.copyOf(touches, size * 2);
    }
    objects[size] = object;
    touches[size++] = (byte) touch.code;
  }

  void setAfterAll() {
    afterAll = true;
  }

  /** Whether the step could only happen when nothing else could: it comes after all before it. */
  public boolean isAfterAll() {
    return afterAll;
  }

  /** How many entries there are. */
  public int size() {
    return size;
  }

  /** The id of the object of this entry. */
  public int object(int entry) {
    return objects[entry];
  }

  /** How the object of this entry is touched. */
  public Touch touch(int entry) {
    return TOUCHES[touches[entry]];
  }

  /** A copy that does not change any more. */
  public Footprint copy() {
    Footprint copy = new Footprint();
    copy.objects = Arrays.copyOf(objects, size);
    copy.touches = Arrays.copyOf(touches, size);
    copy.size = size;
    copy.afterAll = afterAll;
    return copy;
  }

  /**
   * Whether the step did nothing but touch one object, on a CPU that anybody could use before and
   * after it.
   */
  public boolean isSingleWord() {
    int words = 0;
    for (int i = 0; i < size; i++) {
      if (isGate(objects[i])
          ? touches[i] != 0
          : (touches[i] == 2 || objects[i] < 0 || ++words > 1)) {
        return false;
      }
    }
    return true;
  }

  /** Whether this is the id of a gate: whether a CPU lets others in. */
  public static boolean isGate(int object) {
    return object < VISIBLE && object >= GATE_LEAST;
  }

  /** Whether the object is touched in this way. */
  public boolean touches(int object, Touch touch) {
    for (int i = 0; i < size; i++) {
      if (objects[i] == object && touches[i] == touch.code) {
        return true;
      }
    }
    return false;
  }

  /** Whether this step made possible what the other one did. */
  public boolean opens(Footprint other) {
    return opens(other, true);
  }

  /** Whether this step woke, raised or started what the other one belongs to. */
  public boolean enables(Footprint other) {
    return opens(other, false);
  }

  private boolean opens(Footprint other, boolean gates) {
    for (int i = 0; i < size; i++) {
      if (touches[i] == 2 && (gates || !isGate(objects[i]))) {
        for (int k = 0; k < other.size; k++) {
          if (other.objects[k] == objects[i] && other.touches[k] != 2) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Whether the order of two steps with these footprints can matter. */
  public boolean conflictsWith(Footprint other) {
    if (afterAll || other.afterAll) {
      return true;
    }
    for (int i = 0; i < size; i++) {
      int object = objects[i];
      for (int k = 0; k < other.size; k++) {
        if (other.objects[k] == object && (touches[i] != 0 || other.touches[k] != 0)) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < size; i++) {
      text.append(text.isEmpty() ? "" : " ").append(touch(i)).append(' ').append(objects[i]);
    }
    return text.toString();
  }
}
