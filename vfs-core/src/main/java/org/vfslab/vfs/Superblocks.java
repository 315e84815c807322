package org.vfslab.vfs;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BdevHolder;
import org.vfslab.block.BlockDevice;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicRef;

/**
 * The superblocks by their device: {@code super_blocks}, {@code sget_fc} and the end of the last
 * active reference in {@code fs/super.c}, 7.2.
 *
 * <p>A filesystem without a journal has no format on its device: what would lie there while it is
 * not mounted is kept here.
 */
public final class Superblocks {

  /** Never changed once shown. Those without an active reference are not mounted. */
  private final AtomicRef<List<SuperBlock>> known;

  private final DiskFormat.Maker maker;

  /** No filesystem is known yet; those on devices are found with the help of {@code maker}. */
  public Superblocks(Machine machine, DiskFormat.Maker maker) {
    this.maker = maker;
    this.known = new AtomicRef<>(machine, "super_blocks", List.of());
  }

  /** Set-up: a filesystem that is mounted. */
  void add(SuperBlock sb) {
    List<SuperBlock> old = Objects.requireNonNull(known.peek());
    if (!old.contains(sb)) {
      known.storeRelease(Stream.concat(old.stream(), Stream.of(sb)).toList());
    }
  }

  /**
   * What was found on a device.
   *
   * @param sb the superblock, with an active reference for the caller, or null
   * @param error why there is none, a negative errno, or 0
   */
  record Found(@Nullable SuperBlock sb, int error) {}

  /**
   * {@code sget_fc} and {@code setup_bdev_super}: the superblock that is alive on a device, frozen
   * or not, or a new one. Takes s_umount. May sleep.
   *
   * @return with -EINVAL where there is no filesystem, with -EBUSY where a new superblock would be
   *     made on a device that is frozen
   */
  Found get(BlockDevice device, String mountPoint, boolean readOnly) {
    for (SuperBlock sb : Objects.requireNonNull(known.loadAcquire())) {
      if (sb.device() == device && (sb.journal() == null || sb.active().loadAcquire() > 0)) {
        sb.sUmount().downWrite();
        boolean grabbed = sb.active().addIfPositive(1);
        int error = 0;
        if (!grabbed && sb.journal() == null) {
          error = claim(sb);
          grabbed = error == 0;
          if (grabbed) {
            sb.active().storeRelease(1);
            sb.mountWriters().mounted(readOnly);
          }
        }
        sb.sUmount().upWrite();
        if (grabbed || error < 0) {
          return new Found(grabbed ? sb : null, error);
        }
      }
    }
    Found found = DiskFormat.mount(device, mountPoint, readOnly, maker);
    if (found.sb() != null) {
      add(found.sb());
    }
    return found;
  }

  /**
   * {@code setup_bdev_super}: takes the device, and only then asks whether it is frozen. Who
   * freezes counts first and looks for a filesystem afterwards, so one of the two sees the other.
   * s_umount is held exclusively.
   *
   * @return 0, or -EBUSY, and then the superblock is dead
   */
  static int claim(SuperBlock sb) {
    sb.dead(false);
    BdevHolder holder = sb.device().holder();
    if (holder != null && holder.refusesMount()) {
      sb.dead(true);
      return -Errno.EBUSY;
    }
    return 0;
  }

  /**
   * {@code get_active_super}: takes an active reference, unless the superblock is on its way out.
   * Takes s_umount. May sleep.
   */
  public static boolean getActive(SuperBlock sb) {
    sb.sUmount().downWrite();
    boolean isActive = sb.active().addIfPositive(1);
    sb.sUmount().upWrite();
    return isActive;
  }

  /**
   * {@code deactivate_super}: gives an active reference back; the last one ends as {@link
   * #deactivateLocked} says. May sleep then.
   */
  public static void deactivate(SuperBlock sb) {
    if (!sb.active().addUnless(-1, 1)) {
      sb.sUmount().downWrite();
      deactivateLocked(sb);
    }
  }

  /**
   * {@code deactivate_locked_super}: gives an active reference and s_umount back, which is held
   * exclusively. The last reference writes everything back and forgets what is in memory. May
   * sleep.
   */
  public static void deactivateLocked(SuperBlock sb) {
    if (sb.active().addReturn(-1) == 0) {
      Sync.syncFilesystem(sb);
      sb.events().unmounted(sb);
      for (Inode inode : sb.inodes()) {
        inode.pages().drop(0, LabFs.BYTES_MAX);
      }
      sb.operations().putSuper(sb);
      sb.dead(true);
    }
    sb.sUmount().upWrite();
  }
}
