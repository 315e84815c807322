package org.vfslab.block;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sectors of a device; what was never written reads as zeroes. */
final class Media {

  /** A sector's bytes inside a copy of what was written, which nobody changes any more. */
  private static final class Sector {
    private final byte[] data;
    private final int offset;

    Sector(byte[] data, int offset) {
      this.data = data;
      this.offset = offset;
    }
  }

  private final Map<Long, Sector> sectors = new HashMap<>();

  void write(long first, byte[] data) {
    byte[] kept = data.clone(); // the buffer is its owner's again
    for (int offset = 0; offset < kept.length; offset += BlockDevice.SECTOR_BYTES) {
      sectors.put(first + offset / BlockDevice.SECTOR_BYTES, new Sector(kept, offset));
    }
  }

  void read(long first, byte[] data) {
    for (int offset = 0; offset < data.length; offset += BlockDevice.SECTOR_BYTES) {
      @Nullable Sector sector = sectors.get(first + offset / BlockDevice.SECTOR_BYTES);
      if (sector == null) {
        java.util.Arrays.fill(data, offset, offset + BlockDevice.SECTOR_BYTES, (byte) 0);
      } else {
        System.arraycopy(sector.data, sector.offset, data, offset, BlockDevice.SECTOR_BYTES);
      }
    }
  }
}
