package org.vfslab.freeze;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BdevHolder;
import org.vfslab.block.BlockDevice;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.machine.Errno;
import org.vfslab.memory.AtomicWord;

/**
 * Freezes the filesystem on a block device, for those who know only the device: device-mapper, LVM,
 * loop. {@code bdev_freeze} and {@code bdev_thaw} of {@code block/bdev.c}, {@code fs_bdev_freeze}
 * and {@code fs_bdev_thaw} of {@code fs/super.c}, 7.2.
 *
 * <p>Freezes of a device are counted, and all together count as one freeze of its filesystem, which
 * may nest with others. All calls sleep; {@code bd_fsfreeze_mutex} is taken outside s_umount. A
 * device has no page cache of its own here, so {@code sync_blockdev} has nothing to do.
 */
public final class BdevFreeze implements BdevHolder {
  private static final FreezeRequest NESTING =
      new FreezeRequest(FreezeHolder.USERSPACE, true, false, null);

  private final BlockDevice device;
  private final Mutex fsfreezeMutex;

  /** {@code bd_fsfreeze_count}: changed with the mutex held, read without. */
  private final AtomicWord count;

  // Protected by fsfreezeMutex: what is mounted on the device.
  private @Nullable SuperFreeze holder;

  /** A device that is not frozen and on which nothing is mounted; its freezes come here. */
  public BdevFreeze(Lockdep lockdep, BlockDevice device) {
    this.device = device;
    this.fsfreezeMutex = new Mutex(lockdep, "&bdev->bd_fsfreeze_mutex");
    this.count = new AtomicWord(lockdep.machine(), "bd_fsfreeze_count of " + device.name(), 0);
    device.heldBy(this);
  }

  /** Says which filesystem is on the device; before the machine runs. */
  public void holder(SuperFreeze mounted) {
    holder = mounted;
  }

  /** The device. */
  public BlockDevice device() {
    return device;
  }

  /**
   * {@code bdev_freeze}: the first one freezes the filesystem, others are only counted.
   *
   * @return 0, or the error of {@link SuperFreeze#freezeSuper}, and then it does not count
   */
  @Override
  public int freezeBdev() {
    fsfreezeMutex.lock();
    int error = 0;
    if (count.addReturn(1) == 1 && holder != null) {
      error = holder.freezeSuper(NESTING);
      if (error < 0) {
        count.fetchAdd(-1);
      }
    }
    fsfreezeMutex.unlock();
    return error;
  }

  /**
   * {@code bdev_thaw}: the last one thaws the filesystem.
   *
   * @return 0; -EINVAL if the device is not frozen; the error of {@link SuperFreeze#thawSuper}, and
   *     then it stays frozen
   */
  @Override
  public int thawBdev() {
    fsfreezeMutex.lock();
    int error = 0;
    if (!count.addIfPositive(-1)) {
      error = -Errno.EINVAL;
    } else if (count.readOnce() == 0 && holder != null) {
      error = holder.thawSuper(NESTING);
      if (error < 0) {
        count.fetchAdd(1);
      }
    }
    fsfreezeMutex.unlock();
    return error;
  }

  /** Whether a mount is refused with -EBUSY, because the device is frozen. */
  public boolean refusesMount() {
    return count.readOnce() > 0;
  }

  /** How many freezes are on; for printing and for properties. */
  public long countNow() {
    return count.peek();
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s: bd_fsfreeze_count %d", device.name(), count.peek());
  }
}
