package org.vfslab.lockdep;

/**
 * How the locks of a class were ever used in or around interrupts: {@code enum lock_usage_bit}.
 *
 * <p>A bit says that a lock was taken in an interrupt of a kind, or was held while such interrupts
 * were enabled; shared or exclusively.
 */
final class Usage {

  /*
   * Overview. Bit 0 of a bit's number: 1 for shared. Bit 1: 0 for "taken in", 1 for "held while
   * enabled". The rest: 0 for hard interrupts, 1 for soft ones. Two more bits tell of any use.
   */
  static final int READ = 1;
  static final int ENABLED = 2;
  static final int HARDIRQ = 0;
  static final int SOFTIRQ = 4;
  static final int USED = 8;
  static final int USED_READ = 9;
  static final int STATES = 10;

  /** How many of the bits keep the trace of who set them: not the last. */
  static final int TRACED = 9;

  // Masks of bits.
  static final int IN_ALL = 0b0011_0011;
  static final int ENABLED_ALL = 0b1100_1100;
  static final int EXCLUSIVE = 0b0101_0101;
  private static final int SHARED = 0b1010_1010;

  private static final String[] NAMES = {
    "IN-HARDIRQ-W", "IN-HARDIRQ-R", "HARDIRQ-ON-W", "HARDIRQ-ON-R",
    "IN-SOFTIRQ-W", "IN-SOFTIRQ-R", "SOFTIRQ-ON-W", "SOFTIRQ-ON-R",
    "INITIAL USE", "INITIAL READ USE",
  };

  private static final int[] CHECKED = {0, 1, 4, 5, 2, 3, 6, 7, 8, 9};

  private Usage() {}

  /** The bit whose turn is the {@code at}th when several are new. */
  static int checkedAt(int at) {
    return CHECKED[at];
  }

  /** The bit as reports name it. */
  static String name(int bit) {
    return NAMES[bit];
  }

  /** The interrupts of a bit, with the suffix for shared uses. */
  static String stateName(int bit) {
    return ((bit & SOFTIRQ) == 0 ? "HARDIRQ" : "SOFTIRQ") + ((bit & READ) == 0 ? "" : "-READ");
  }

  /** The bit of exclusive use that contradicts {@code bit}. */
  static int exclusive(int bit) {
    return (bit & ~READ) ^ ENABLED;
  }

  /** All bits that contradict one of {@code mask} in another class: shared ones can too. */
  static int exclusiveMask(int mask) {
    int inverted = (mask & ENABLED_ALL) >> ENABLED | (mask & IN_ALL) << ENABLED;
    return inverted | (inverted & SHARED) >> READ | (inverted & EXCLUSIVE) << READ;
  }

  /** The four characters between braces. */
  static String characters(int mask) {
    char[] characters = new char[4];
    for (int i = 0; i < characters.length; i++) {
      int bit = (i >> 1) * SOFTIRQ + (i & 1);
      boolean in = (mask & 1 << bit) != 0;
      boolean enabled = (mask & 1 << (bit + ENABLED)) != 0;
      characters[i] = enabled ? (in ? '?' : '+') : (in ? '-' : '.');
    }
    return new String(characters);
  }
}
