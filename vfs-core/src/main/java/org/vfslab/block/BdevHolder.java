package org.vfslab.block;

/** Who has a device open and must be quiet while it is frozen: {@code struct blk_holder_ops}. */
public interface BdevHolder {

  /**
   * {@code bdev_freeze}: writes everything back and lets nobody write any more. May sleep.
   *
   * @return 0 or a negative errno
   */
  int freezeBdev();

  /** {@code bdev_thaw}. May sleep. */
  int thawBdev();

  /** Whether a filesystem that is not mounted yet cannot be, because the device is frozen. */
  default boolean refusesMount() {
    return false;
  }
}
