package org.vfslab.vfs;

import org.vfslab.block.BlockDevice;

/**
 * Where a filesystem with a journal keeps what on its device, in sectors.
 *
 * <p>Data blocks come first, so that they lie where they lie without a journal; behind them the
 * journal (a descriptor, the records of one transaction, a commit block), the table of inodes with
 * a record of 4 KiB each, and in the last sector the superblock.
 *
 * @param sectors the size of the device
 * @param blockBytes the size of a filesystem block
 */
record DiskLayout(long sectors, int blockBytes) {

  /** How many inodes there are; number 2 is the root, as in ext4. */
  static final int INODES = 64;

  static final int ROOT = 2;

  /** The size of the record of an inode. */
  static final int RECORD_BYTES = 4096;

  static final int RECORD_SECTORS = RECORD_BYTES / BlockDevice.SECTOR_BYTES;

  private static final int TABLE_SECTORS = INODES * RECORD_SECTORS;
  private static final int JOURNAL_SECTORS = 1 + TABLE_SECTORS + 1;

  /** The smallest device that has room for some data too. */
  static final long SECTORS_MIN = 2L * (JOURNAL_SECTORS + TABLE_SECTORS + 1);

  /** Checks that everything fits. */
  DiskLayout {
    if (sectors < SECTORS_MIN) {
      throw new IllegalArgumentException(
          "a filesystem with a journal needs "
              + SECTORS_MIN
              + " sectors or more, and the device has "
              + sectors);
    }
  }

  long superblock() {
    return sectors - 1;
  }

  long table() {
    return superblock() - TABLE_SECTORS;
  }

  long record(long inode) {
    return table() + inode * RECORD_SECTORS;
  }

  long descriptor() {
    return table() - JOURNAL_SECTORS;
  }

  /** Where the record with this index of a transaction lies in the journal. */
  long journalled(int index) {
    return descriptor() + 1 + (long) index * RECORD_SECTORS;
  }

  long commit() {
    return table() - 1;
  }

  /** How many data blocks there are. */
  int dataBlocks() {
    return Math.toIntExact(descriptor() / (blockBytes / BlockDevice.SECTOR_BYTES));
  }
}
