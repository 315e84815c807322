package org.vfslab.freeze;

import java.util.Locale;
import java.util.function.ToIntFunction;
import org.vfslab.block.BdevHolder;
import org.vfslab.block.BlockDevice;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.machine.Errno;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;
import org.vfslab.vfs.Superblocks;

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

  /** {@code bd_holder}: what is, or was last, mounted on the device. */
  private final AtomicRef<SuperFreeze> holder;

  /** A device that is not frozen and on which nothing is mounted; its freezes come here. */
  public BdevFreeze(Lockdep lockdep, BlockDevice device) {
    this.device = device;
    this.fsfreezeMutex = new Mutex(lockdep, "&bdev->bd_fsfreeze_mutex");
    this.count = new AtomicWord(lockdep.machine(), "bd_fsfreeze_count of " + device.name(), 0);
    this.holder = new AtomicRef<>(lockdep.machine(), "bd_holder of " + device.name(), null);
    device.heldBy(this);
  }

  /** Says which filesystem is on the device, when it is mounted. */
  public void holder(SuperFreeze mounted) {
    holder.storeRelease(mounted);
  }

  /** The device. */
  public BlockDevice device() {
    return device;
  }

  /**
   * {@code bdev_freeze}: the first one freezes the filesystem, if one is mounted; others are only
   * counted.
   *
   * @return 0; -EINVAL if the filesystem is being unmounted; the error of {@link
   *     SuperFreeze#freezeSuper}; with an error it does not count
   */
  @Override
  public int freezeBdev() {
    fsfreezeMutex.lock();
    int error = 0;
    if (count.addReturn(1) == 1) {
      error = withSuper(mounted -> mounted.freezeSuper(NESTING));
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
    } else if (count.readOnce() == 0) {
      error = withSuper(mounted -> mounted.thawSuper(NESTING));
      if (error < 0) {
        count.fetchAdd(1);
      }
    }
    fsfreezeMutex.unlock();
    return error;
  }

  @Override
  public boolean refusesMount() {
    return count.readOnce() > 0;
  }

  /**
   * {@code fs_bdev_freeze} and {@code fs_bdev_thaw}: has something done with the filesystem on the
   * device, which an active reference keeps meanwhile ({@code get_bdev_super}).
   *
   * @return 0 if nothing is mounted; -EINVAL if it is on its way out; else what was returned
   */
  private int withSuper(ToIntFunction<SuperFreeze> call) {
    SuperFreeze mounted = holder.loadAcquire();
    if (mounted == null || mounted.sb().isDead()) {
      return 0;
    }
    if (!Superblocks.getActive(mounted.sb())) {
      return -Errno.EINVAL;
    }
    int result = call.applyAsInt(mounted);
    Superblocks.deactivate(mounted.sb());
    return result;
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
