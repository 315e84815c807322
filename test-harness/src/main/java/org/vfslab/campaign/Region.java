package org.vfslab.campaign;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.Bio;
import org.vfslab.block.BlkStatus;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.block.Fault;

/**
 * The sectors of one submitter, and what each may hold: one byte value in all of it, out of a few.
 *
 * <p>A write that ended well leaves its value. One that failed, or met a fault that lies, may have
 * left it or not; after a corrupted byte a sector may hold anything until it is written again.
 */
final class Region {
  private static final int BYTE_VALUES = 256;

  private final long first;
  private final BitSet[] possible;
  private final BitSet anything = new BitSet();

  Region(long first, int sectors) {
    this.first = first;
    this.possible = new BitSet[sectors];
    for (int i = 0; i < sectors; i++) {
      possible[i] = new BitSet(BYTE_VALUES);
      possible[i].set(0);
    }
  }

  /** A write of this value has ended. */
  void written(Bio bio, int value) {
    boolean sure =
        bio.blkStatus() == BlkStatus.OK && !bio.struckBy().stream().anyMatch(Region::lies);
    boolean corrupt = bio.struckBy().contains(Fault.CORRUPTED_BYTE.word());
    for (int i = 0; i < bio.sectors(); i++) {
      int at = (int) (bio.sector() + i - first);
      if (sure) {
        possible[at].clear();
        anything.clear(at);
      }
      possible[at].set(value);
      if (corrupt) {
        anything.set(at);
      }
    }
  }

  private static boolean lies(String fault) {
    return Fault.of(fault).map(Fault::lies).orElse(false);
  }

  /** A read has ended well: why what it brought cannot be, or null. */
  @Nullable String read(Bio bio) {
    if (bio.struckBy().contains(Fault.CORRUPTED_BYTE.word())) {
      return null;
    }
    for (int i = 0; i < bio.sectors(); i++) {
      int at = (int) (bio.sector() + i - first);
      Data sector =
          bio.data().slice(i * BlockDevice.SECTOR_BYTES, (i + 1) * BlockDevice.SECTOR_BYTES);
      int value = sector.uniformValue();
      if (anything.get(at)) {
        continue;
      }
      if (value < 0 || !possible[at].get(value)) {
        return "sector "
            + (bio.sector() + i)
            + " holds "
            + (value < 0 ? "different bytes" : String.valueOf(value))
            + " where "
            + possible[at]
            + " was written";
      }
      possible[at].clear();
      possible[at].set(value);
    }
    return null;
  }
}
