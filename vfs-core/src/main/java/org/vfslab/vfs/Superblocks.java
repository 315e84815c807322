package org.vfslab.vfs;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicRef;

/**
 * The superblocks that are alive, by their device: {@code super_blocks} and {@code sget_fc} of
 * {@code fs/super.c}, 7.2.
 */
public final class Superblocks {
  private final Maker maker;

  /** Never changed once shown. */
  private final AtomicRef<List<SuperBlock>> alive;

  /** Makes a superblock and fills its seams; null if there is no filesystem on the device. */
  @FunctionalInterface
  public interface Maker {
    /** May sleep: it reads the device. */
    @Nullable SuperBlock make(BlockDevice device, String mountPoint, boolean readOnly);
  }

  /** None is alive yet. */
  public Superblocks(Machine machine, Maker maker) {
    this.maker = maker;
    this.alive = new AtomicRef<>(machine, "super_blocks", List.of());
  }

  /** Set-up: a superblock that was made elsewhere. */
  void add(SuperBlock sb) {
    while (true) {
      List<SuperBlock> old = now();
      if (old.contains(sb)
          || alive.compareAndSet(old, Stream.concat(old.stream(), Stream.of(sb)).toList())) {
        return;
      }
    }
  }

  private List<SuperBlock> now() {
    return Objects.requireNonNull(alive.peek());
  }

  /** {@code grab_super}: the one that is alive on a device, with an active reference more. */
  @Nullable SuperBlock grab(BlockDevice device) {
    for (SuperBlock sb : Objects.requireNonNull(alive.loadAcquire())) {
      if (sb.device() == device && sb.active().addIfPositive(1)) {
        return sb;
      }
    }
    return null;
  }

  @Nullable SuperBlock make(BlockDevice device, String mountPoint, boolean readOnly) {
    SuperBlock sb = maker.make(device, mountPoint, readOnly);
    if (sb != null) {
      add(sb);
    }
    return sb;
  }

  /**
   * {@code deactivate_super}: gives an active reference back; the last one writes everything back
   * and ends the superblock. May sleep then.
   */
  public void deactivate(SuperBlock sb) {
    if (sb.active().addReturn(-1) == 0) {
      sb.sUmount().downWrite();
      Sync.syncFilesystem(sb);
      sb.sUmount().upWrite();
      while (true) {
        List<SuperBlock> old = now();
        if (alive.compareAndSet(old, old.stream().filter(each -> each != sb).toList())) {
          return;
        }
      }
    }
  }
}
