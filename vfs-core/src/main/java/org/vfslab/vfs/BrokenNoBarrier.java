package org.vfslab.vfs;

import org.vfslab.block.BlockDevice;

/**
 * ext4 mounted with {@code nobarrier}: no flush is ever sent and no block of the filesystem carries
 * FUA. Right only where the cache of the device does not forget (a battery), which no device of the
 * model has.
 */
public final class BrokenNoBarrier implements WriteCache {

  @Override
  public int flush(BlockDevice device) {
    return 0;
  }

  @Override
  public int commitFlags() {
    return 0;
  }

  @Override
  public int superFlags() {
    return 0;
  }
}
