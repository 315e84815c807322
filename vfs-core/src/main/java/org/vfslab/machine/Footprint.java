package org.vfslab.machine;

import java.util.Arrays;

/**
 * What one step touched: pairs of an object's id and the way it was touched, each object once.
 *
 * <p>Two steps of different contexts can change places without anybody noticing unless their
 * footprints conflict.
 */
public final class Footprint {

  /*
   * Ids. Objects have theirs, from 0; whatever else the order of steps can depend on has a negative
   * one:
   *
   *   VISIBLE    all that properties look at
   *   TASKS      the list of tasks: who was added first has the smaller number
   *   gate       whether a CPU lets in tasks, soft interrupts, hard interrupts
   *   orders     what a CPU's sections without interrupts order, for the race detector
   *   expiry     timers of one time expire in the order in which they were started
   *   interrupt  raised by one step and entered by another
   *   wake       of a context that sleeps, spins or has not begun
   *
   * Gates. A step that must wait until somebody lets it come passes a gate: that of a CPU, that of a
   * lock that it takes, or both. A lock is its own gate: who takes it closes it, who gives it back
   * opens it. What keeps a context from the CPU is nested: who keeps hard interrupts out keeps out
   * soft ones too, and who keeps out soft ones keeps out other tasks. So a CPU has a level: the
   * first gate that is open. A step passes one gate, and reads it; a step that changes the level
   * closes what it closes, opens what it opens, and reads the first gate that stays open, because
   * that is where somebody can come in between.
   */

  /** How a step touches an object. */
  public enum Touch {
    /** Looks at it. */
    READ(0),
    /** May change it. */
    WRITE(1),
    /** Closes a gate: takes a lock, or keeps others from a CPU. */
    CLOSE(2),
    /**
     * Makes possible what touches the object later (a wake-up, an interrupt raised, a lock given
     * back, a CPU that can be interrupted again).
     */
    OPEN(3);

    private final int code;

    Touch(int code) {
      this.code = code;
    }
  }

  /** No gate. */
  public static final int NONE = Integer.MIN_VALUE;

  static final int VISIBLE = -1;
  static final int TASKS = -2;

  /** A CPU has gates for tasks, soft interrupts and hard interrupts, from the inside out. */
  static final int GATES = 3;

  private static final int GATE_LAST = -3;
  private static final int ORDERS_LAST = GATE_LAST - GATES * MachineConfig.CPUS_MAX;

  // The bits above tell the kinds of the other ids apart.
  private static final int EXPIRY = 0b111 << 29;
  private static final int WAKE = 0b110 << 29;
  private static final int INTERRUPT = 0b10 << 30;
  private static final int EXPIRY_BITS = 28;
  private static final int INTERRUPT_BITS = 30;

  private static final Touch[] TOUCHES = Touch.values();

  private int[] objects;
  private byte[] touches;
  private int size;

  // One bit for each object, by its id: to see at a glance that nothing is shared.
  private long touched;
  private long changed;

  private int gate = NONE;
  private int lock = NONE;
  private boolean changesGate;
  private int earliest;
  private boolean afterAll;
  private boolean last;

  /** An empty footprint. */
  public Footprint() {
    objects = new int[8];
    touches = new byte[8];
  }

  private Footprint(Footprint of) {
    objects = Arrays.copyOf(of.objects, of.size);
    touches = Arrays.copyOf(of.touches, of.size);
    size = of.size;
    touched = of.touched;
    changed = of.changed;
    gate = of.gate;
    lock = of.lock;
    changesGate = of.changesGate;
    earliest = of.earliest;
    afterAll = of.afterAll;
    last = of.last;
  }

  // ---- ids

  static int gate(Cpu cpu, int gate) {
    return GATE_LAST - cpu.number() * GATES - gate;
  }

  static int orders(Cpu cpu) {
    return ORDERS_LAST - cpu.number();
  }

  static int expiry(long timeNs) {
    return EXPIRY | (Long.hashCode(timeNs) & ((1 << EXPIRY_BITS) - 1));
  }

  static int wake(Context context) {
    return WAKE + context.index();
  }

  static int interrupt(long actor) {
    return INTERRUPT | (int) ((actor ^ (actor >>> INTERRUPT_BITS)) & ((1L << INTERRUPT_BITS) - 1));
  }

  // ---- writing

  void clear() {
    size = 0;
    touched = 0;
    changed = 0;
    gate = NONE;
    lock = NONE;
    changesGate = false;
    earliest = 0;
    afterAll = false;
    last = false;
  }

  void add(int object, Touch touch) {
    byte how = (byte) touch.code;
    long bit = bit(object);
    if (how != 0) {
      changed |= bit;
    }
    if ((touched & bit) != 0) {
      for (int i = 0; i < size; i++) {
        if (objects[i] == object) {
          touches[i] = (byte) Math.max(touches[i], how);
          return;
        }
      }
    }
    touched |= bit;
    if (size == objects.length) {
      objects = Arrays.copyOf(objects, size * 2);
      touches = Arrays.copyOf(touches, size * 2);
    }
    objects[size] = object;
    touches[size++] = how;
  }

  private static long bit(int object) {
    return 1L << ((object * 0x9E3779B9) >>> 26);
  }

  /** Says which gate of its CPU the step has passed. */
  void setGate(int passed) {
    gate = passed;
  }

  /** Says which lock had to be free for the step. */
  void setLock(int passed) {
    lock = passed;
  }

  void setChangesGate() {
    changesGate = true;
  }

  /** Says that time brought this interrupt after so many steps. */
  void setEarliest(int steps) {
    earliest = steps;
  }

  void setAfterAll() {
    afterAll = true;
  }

  void setLast() {
    last = true;
  }

  // ---- reading

  /** Whether the step could only happen when nothing else could: it comes after all before it. */
  public boolean isAfterAll() {
    return afterAll;
  }

  /** Whether the run was given up after this step although others could have gone on. */
  public boolean isLast() {
    return last;
  }

  /** The gate of its CPU that the step passed, or {@link #NONE} if nobody could have closed it. */
  public int gate() {
    return gate;
  }

  /** The lock that had to be free for the step, or {@link #NONE}. */
  public int lock() {
    return lock;
  }

  /** Whether the step closed or opened a gate. */
  public boolean changesGate() {
    return changesGate;
  }

  /** After how many steps time brought the interrupt that begins here; 0 if time did not. */
  public int earliest() {
    return earliest;
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

  /** Whether nothing tells the two apart. */
  public boolean sameAs(Footprint other) {
    return size == other.size
        && touched == other.touched
        && changed == other.changed
        && gate == other.gate
        && lock == other.lock
        && changesGate == other.changesGate
        && earliest == other.earliest
        && afterAll == other.afterAll
        && last == other.last
        && Arrays.equals(objects, 0, size, other.objects, 0, size)
        && Arrays.equals(touches, 0, size, other.touches, 0, size);
  }

  /** A hash of what {@link #sameAs} compares: the same for what is the same. */
  public int contentHash() {
    return Long.hashCode((touched * 31 + changed) * 31 + gate) * 31 + lock + size;
  }

  /** The same as plain numbers, for {@link #of}. */
  public int[] toInts() {
    int[] ints = new int[4 + 2 * size];
    ints[0] = gate;
    ints[1] = lock;
    ints[2] = earliest;
    ints[3] = (changesGate ? 4 : 0) + (afterAll ? 2 : 0) + (last ? 1 : 0);
    for (int i = 0; i < size; i++) {
      ints[4 + 2 * i] = objects[i];
      ints[5 + 2 * i] = touches[i];
    }
    return ints;
  }

  /**
   * The footprint that {@link #toInts} gave these numbers.
   *
   * @throws IllegalArgumentException if it cannot have
   */
  public static Footprint of(int[] ints) {
    if (ints.length < 4 || ints.length % 2 != 0) {
      throw new IllegalArgumentException("a footprint cannot have " + ints.length + " numbers");
    }
    Footprint footprint = new Footprint();
    footprint.gate = ints[0];
    footprint.lock = ints[1];
    footprint.earliest = ints[2];
    footprint.changesGate = (ints[3] & 4) != 0;
    footprint.afterAll = (ints[3] & 2) != 0;
    footprint.last = (ints[3] & 1) != 0;
    for (int i = 4; i < ints.length; i += 2) {
      int touch = ints[i + 1];
      if (touch < 0 || touch >= TOUCHES.length) {
        throw new IllegalArgumentException("an object cannot be touched in way " + touch);
      }
      footprint.add(ints[i], TOUCHES[touch]);
    }
    return footprint;
  }

  /** A copy that does not change any more. */
  public Footprint copy() {
    return new Footprint(this);
  }

  /**
   * Whether the step did nothing but touch one object, or take or give back one lock, on a CPU that
   * anybody could use before and after it.
   */
  public boolean isSingleWord() {
    int words = 0;
    for (int i = 0; i < size; i++) {
      if (isGate(objects[i]) ? touches[i] != Touch.READ.code : (objects[i] < 0 || ++words > 1)) {
        return false;
      }
    }
    return !last;
  }

  /** Whether this is the id of a gate: whether a CPU lets others in. */
  public static boolean isGate(int object) {
    return object <= GATE_LAST && object > ORDERS_LAST;
  }

  /** Whether the object is touched in this way. */
  public boolean touches(int object, Touch touch) {
    if ((touched & bit(object)) != 0) {
      for (int i = 0; i < size; i++) {
        if (objects[i] == object) {
          return touches[i] == touch.code;
        }
      }
    }
    return false;
  }

  /** Whether this step opened a gate that the other one passed. */
  public boolean opensGateOf(Footprint other) {
    return (other.gate != NONE && touches(other.gate, Touch.OPEN))
        || (other.lock != NONE && touches(other.lock, Touch.OPEN));
  }

  /** Whether this step woke, raised or started what the other one belongs to. */
  public boolean enables(Footprint other) {
    if ((changed & other.touched) != 0) {
      for (int i = 0; i < size; i++) {
        if (touches[i] == Touch.OPEN.code && objects[i] < 0 && !isGate(objects[i])) {
          for (int k = 0; k < other.size; k++) {
            if (other.objects[k] == objects[i] && other.touches[k] != Touch.OPEN.code) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  /** Whether the order of two steps with these footprints can matter. */
  public boolean conflictsWith(Footprint other) {
    if (((changed & other.touched) | (touched & other.changed)) != 0) {
      for (int i = 0; i < size; i++) {
        int object = objects[i];
        for (int k = 0; k < other.size; k++) {
          if (other.objects[k] == object) {
            if (touches[i] != 0 || other.touches[k] != 0) {
              return true;
            }
            break;
          }
        }
      }
    }
    return afterAll || other.afterAll || last || other.last;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < size; i++) {
      text.append(text.isEmpty() ? "" : " ").append(touch(i)).append(' ').append(objects[i]);
    }
    return text + (afterAll ? " after all" : "") + (last ? " last" : "");
  }
}
