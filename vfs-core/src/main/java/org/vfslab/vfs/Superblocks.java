package org.vfslab.vfs;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
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
   * {@code sget_fc}: the superblock that is alive on a device, frozen or not, or a new one; with an
   * active reference for the caller. Null where there is no filesystem.
   */
  @Nullable SuperBlock get(BlockDevice device, String mountPoint, boolean readOnly) {
    for (SuperBlock sb : Objects.requireNonNull(known.loadAcquire())) {
      if (sb.device() == device && (sb.journal() == null || sb.active().loadAcquire() > 0)) {
        while (!sb.active().addIfPositive(1)) {
          if (sb.active().compareAndSet(0, 1)) {
            sb.mountWriters().mounted(readOnly);
            break;
          }
        }
        return sb;
      }
    }
    SuperBlock found = DiskFormat.mount(device, mountPoint, readOnly, maker);
    if (found != null) {
      add(found);
    }
    return found;
  }

  /**
   * {@code deactivate_super}: gives an active reference back; the last one writes everything back
   * and forgets what is in memory. May sleep then.
   */
  public static void deactivate(SuperBlock sb) {
    if (sb.active().addReturn(-1) > 0) {
      return;
    }
    sb.sUmount().downWrite();
    Sync.syncFilesystem(sb);
    sb.events().unmounted(sb);
    for (Inode inode : sb.inodes()) {
      inode.pages().drop(0, LabFs.BYTES_MAX);
    }
    sb.operations().putSuper(sb);
    sb.sUmount().upWrite();
  }
}
