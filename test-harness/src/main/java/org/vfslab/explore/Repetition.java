package org.vfslab.explore;

/** Who did what lately, to notice that it repeats itself. */
final class Repetition {

  /** How much is remembered; a power of two. */
  private static final int MEMORY = 1024;

  private final long[] actors = new long[MEMORY];
  private final long[] keys = new long[MEMORY];
  private int size;

  void clear() {
    size = 0;
  }

  /**
   * @param actor who
   * @param key what
   */
  void add(long actor, long key) {
    actors[size & MEMORY - 1] = actor;
    keys[size & MEMORY - 1] = key;
    size++;
  }

  int size() {
    return size;
  }

  /**
   * After how many entries, at most {@code max}, the last {@code window} ones repeat; 0 if they do
   * not.
   */
  int period(int window, int max) {
    if (size < window) {
      return 0;
    }
    for (int period = 1; period <= max; period++) {
      if (repeats(window, period)) {
        return period;
      }
    }
    return 0;
  }

  private boolean repeats(int window, int period) {
    for (int back = 1; back <= window - period; back++) {
      int one = size - back & MEMORY - 1;
      int other = size - back - period & MEMORY - 1;
      if (keys[one] != keys[other] || actors[one] != actors[other]) {
        return false;
      }
    }
    return true;
  }

  /** Who came so many entries ago, 1 or more. */
  long actor(int back) {
    return actors[size - back & MEMORY - 1];
  }

  /** What came so many entries ago. */
  long key(int back) {
    return keys[size - back & MEMORY - 1];
  }
}
