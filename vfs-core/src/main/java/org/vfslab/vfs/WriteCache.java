package org.vfslab.vfs;

import org.vfslab.block.Bio;
import org.vfslab.block.BlockDevice;

/**
 * The seam for what a filesystem does about the volatile cache of its device: the mount option
 * {@code barrier} of ext4, {@code JBD2_BARRIER}.
 *
 * <p>Direct I/O does not ask here: whether a write of {@code O_DSYNC} carries FUA is decided by
 * what the device is like ({@code fs/iomap/direct-io.c}).
 */
public interface WriteCache {

  /** Mainline: barriers are on. */
  WriteCache UPSTREAM = new WriteCache() {};

  /**
   * {@code blkdev_issue_flush}: what has completed is durable on return. May sleep. A device
   * without a volatile cache has nothing to do, and that takes no step.
   *
   * @return 0 or a negative errno
   */
  default int flush(BlockDevice device) {
    return device.config().writeCache() ? device.issueFlush() : 0;
  }

  /**
   * Flags of a block whose durability says that others are there: the commit record of the journal.
   */
  default int commitFlags() {
    return Bio.PREFLUSH | Bio.FUA;
  }

  /** Flags of a block that has to be durable when its write ends: the superblock. */
  default int superFlags() {
    return Bio.FUA;
  }
}
