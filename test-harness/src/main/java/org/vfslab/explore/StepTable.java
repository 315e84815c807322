package org.vfslab.explore;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Footprint;

/**
 * The different steps of an exploration, by number: who makes one, and what it touches. There are
 * few, however many executions are made of them.
 */
final class StepTable {

  /** Between steps with numbers below this it is remembered whether they conflict. */
  private static final int REMEMBERED = 1024;

  private long[] actors = new long[16];
  private @Nullable Footprint[] footprints = new Footprint[16];
  private int size;

  /** Numbers of steps plus 1 by their hash; open addressing. */
  private int[] slots = new int[64];

  private long[] @Nullable [] asked = new long[16][];
  private long[] @Nullable [] conflicts = new long[16][];

  /**
   * The number of a step of {@code actor}.
   *
   * @param footprint what it touches, of which a copy is kept; null if that is not certain
   */
  int of(long actor, @Nullable Footprint footprint) {
    int hash = Long.hashCode(actor) * 31 + (footprint == null ? 7 : footprint.contentHash());
    int slot = slotOf(hash);
    while (slots[slot] != 0) {
      int step = slots[slot] - 1;
      if (actors[step] == actor && isSame(footprints[step], footprint)) {
        return step;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    if (size == actors.length) {
      actors = Arrays.copyOf(actors, size * 2);
      footprints = Arrays.copyOf(footprints, size * 2);
    }
    actors[size] = actor;
    footprints[size] = footprint == null ? null : footprint.copy();
    slots[slot] = ++size;
    if (size * 2 > slots.length) {
      grow();
    }
    return size - 1;
  }

  private int slotOf(int hash) {
    return (hash * 0x9E3779B9) >>> (32 - Integer.numberOfTrailingZeros(slots.length));
  }

  private static boolean isSame(@Nullable Footprint one, @Nullable Footprint other) {
    if (one == null) {
      return other == null;
    }
    return other != null && one.sameAs(other);
  }

  private void grow() {
    slots = new int[slots.length * 2];
    for (int step = 0; step < size; step++) {
      Footprint footprint = footprints[step];
      int hash =
          Long.hashCode(actors[step]) * 31 + (footprint == null ? 7 : footprint.contentHash());
      int slot = slotOf(hash);
      while (slots[slot] != 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = step + 1;
    }
  }

  void save(DporLines lines) {
    lines.add(size);
    for (int step = 0; step < size; step++) {
      Footprint footprint = footprints[step];
      int[] touched = footprint == null ? new int[0] : footprint.toInts();
      long[] line = new long[1 + touched.length];
      line[0] = actors[step];
      for (int i = 0; i < touched.length; i++) {
        line[i + 1] = touched[i];
      }
      lines.add(line);
    }
  }

  /** A table that was saved. */
  static StepTable of(DporLines lines) {
    StepTable table = new StepTable();
    long count = lines.next(1)[0];
    for (long step = 0; step < count; step++) {
      long[] line = lines.next(1);
      int[] touched = new int[line.length - 1];
      for (int i = 0; i < touched.length; i++) {
        touched[i] = (int) line[i + 1];
      }
      table.of(line[0], touched.length == 0 ? null : Footprint.of(touched));
    }
    return table;
  }

  void clear() {
    actors = new long[0];
    footprints = new Footprint[0];
    slots = new int[0];
    size = 0;
    asked = new long[0][];
    conflicts = new long[0][];
  }

  /** A table in which the same steps have the same numbers. */
  StepTable copy() {
    StepTable copy = new StepTable();
    copy.actors = actors.clone();
    copy.footprints = footprints.clone();
    copy.size = size;
    copy.slots = slots.clone();
    return copy;
  }

  /** The numbers of steps that have these in another table. */
  int[] taken(int[] steps, StepTable from) {
    int[] taken = new int[steps.length];
    for (int i = 0; i < steps.length; i++) {
      taken[i] = of(from.actors[steps[i]], from.footprints[steps[i]]);
    }
    return taken;
  }

  /** How many different steps there are. */
  int size() {
    return size;
  }

  /** Who makes this step. */
  long actor(int step) {
    return actors[step];
  }

  /** What this step touches, or null if that is not certain. */
  @Nullable Footprint footprint(int step) {
    return footprints[step];
  }

  /** Whether it is certain what this step touches. */
  boolean isCertain(int step) {
    return footprints[step] != null;
  }

  /** Whether the order of two steps can matter. */
  boolean conflict(int one, int other) {
    if (one >= REMEMBERED || other >= REMEMBERED) {
      return isConflict(one, other);
    }
    if (one >= asked.length) {
      asked = Arrays.copyOf(asked, Math.max(one + 1, asked.length * 2));
      conflicts = Arrays.copyOf(conflicts, asked.length);
    }
    int word = other >> 6;
    long bit = 1L << other;
    long[] known = asked[one];
    long[] answers = conflicts[one];
    if (known == null || answers == null || known.length <= word) {
      int length = Math.max(word, size >> 6) + 1;
      known = known == null ? new long[length] : Arrays.copyOf(known, length);
      answers = answers == null ? new long[length] : Arrays.copyOf(answers, length);
      asked[one] = known;
      conflicts[one] = answers;
    }
    if ((known[word] & bit) == 0) {
      known[word] |= bit;
      if (isConflict(one, other)) {
        answers[word] |= bit;
      }
    }
    return (answers[word] & bit) != 0;
  }

  private boolean isConflict(int one, int other) {
    Footprint first = footprints[one];
    Footprint second = footprints[other];
    return first == null || second == null || first.conflictsWith(second);
  }

  /**
   * Whether beginning with {@code first} leads to everything to which the steps of {@code sequence}
   * lead: it is among them with nothing before it that it depends on, or depends on none of them.
   */
  boolean isWeakInitial(int first, int[] sequence) {
    for (int step : sequence) {
      if (actors[step] == actors[first]) {
        return true;
      }
      if (conflict(first, step)) {
        return false;
      }
    }
    return true;
  }
}
