package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.function.IntBinaryOperator;

/**
 * What is left of a disk when its power goes at one moment: what was durable, and of each unit that
 * is written atomically any one of the states that later writes gave it, whether those had ended or
 * were in flight.
 *
 * <p>It belongs to no machine and never changes, so that one moment can be looked at many times.
 */
public final class Remains {
  private final Media durable;
  private final long sectors;
  private final int unitSectors;

  /** Where the units lie that are not settled, in units, and what may survive of each. */
  private final List<Long> places = new ArrayList<>();

  private final List<List<Data>> versions = new ArrayList<>();

  /**
   * What is durable and what is not.
   *
   * @param states by unit, the oldest first; those that make no difference are left out here
   */
  Remains(Media durable, long sectors, int unitSectors, SortedMap<Long, List<Data>> states) {
    this.durable = durable;
    this.sectors = sectors;
    this.unitSectors = unitSectors;
    states.forEach(
        (unit, all) -> {
          List<Data> different = new ArrayList<>();
          Data before = durable.read(unit * unitSectors, unitSectors * BlockDevice.SECTOR_BYTES);
          for (Data state : all) {
            if (!state.sameAs(different.isEmpty() ? before : different.getLast())) {
              different.add(state);
            }
          }
          if (!different.isEmpty()) {
            places.add(unit);
            versions.add(different);
          }
        });
  }

  /** How many units are not settled. */
  public int units() {
    return places.size();
  }

  /** How many states of this unit may survive besides the durable one; at least 1. */
  public int versions(int unit) {
    return versions.get(unit).size();
  }

  /**
   * One of the media that may be found after the power came back.
   *
   * @param kept asked for each unit, with its number and {@link #versions}: 0 keeps what was
   *     durable, n the n-th state after it
   */
  public DiskImage image(IntBinaryOperator kept) {
    Media left = durable.copy();
    for (int unit = 0; unit < places.size(); unit++) {
      List<Data> states = versions.get(unit);
      int choice = kept.applyAsInt(unit, states.size());
      if (choice > 0) {
        left.write(places.get(unit) * unitSectors, states.get(choice - 1));
      }
    }
    return new DiskImage(left, sectors);
  }

  /** How many different disks may be found, or more than {@code most}. */
  public long count(long most) {
    long count = 1;
    for (int unit = 0; unit < places.size() && count <= most; unit++) {
      count *= versions(unit) + 1;
    }
    return count;
  }

  /**
   * The choices of one of these disks, for {@link #image}; good for one image.
   *
   * @param number from 0, on which nothing survived, to {@link #count} - 1
   */
  public IntBinaryOperator numbered(long number) {
    long[] rest = {number};
    return (unit, states) -> {
      int kept = (int) (rest[0] % (states + 1));
      rest[0] /= states + 1;
      return kept;
    };
  }
}
