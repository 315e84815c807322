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
 * <p>What lies on a device that is not mounted is kept here as well, because the filesystem has no
 * format on disk yet.
 */
public final class Superblocks {

  /** Never changed once shown. Those without an active reference are not mounted. */
  private final AtomicRef<List<SuperBlock>> known;

  /** No filesystem is known yet. */
  public Superblocks(Machine machine) {
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
  @Nullable SuperBlock get(BlockDevice device, boolean readOnly) {
    for (SuperBlock sb : Objects.requireNonNull(known.loadAcquire())) {
      if (sb.device() == device) {
        while (!sb.active().addIfPositive(1)) {
          if (sb.active().compareAndSet(0, 1)) {
            sb.mountWriters().mounted(readOnly);
            break;
          }
        }
        return sb;
      }
    }
    return null;
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
    sb.sUmount().upWrite();
  }
}
