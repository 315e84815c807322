package org.vfslab.freeze;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicRef;
import org.vfslab.trace.Happening;
import org.vfslab.vfs.Superblocks;

/**
 * Freezing and thawing of all filesystems at once: for suspend ({@code filesystems_freeze}, {@code
 * filesystems_thaw}) and by SysRq-j ({@code emergency_thaw_all}); {@code fs/super.c}, 7.2.
 */
public final class AllFilesystems {
  private final Machine machine;

  /** {@code super_blocks}, in the order of their mounts. Never changed once shown. */
  private final AtomicRef<List<Mounted>> mounted;

  /** The owner of the freeze for suspend: only suspend takes it back. */
  private final Object suspend = new Object();

  private final Work emergencyThaw;

  private record Mounted(SuperFreeze freezer, @Nullable BdevFreeze device, boolean powerFreeze) {}

  /** No filesystems yet. */
  public AllFilesystems(Machine machine) {
    this.machine = machine;
    this.mounted = new AtomicRef<>(machine, "super_blocks", List.of());
    this.emergencyThaw = new Work(machine, "do_thaw_all", this::thawAll);
  }

  /**
   * Adds a filesystem that is mounted.
   *
   * @param device through which it may be frozen too, or null
   * @param powerFreeze whether its type asks to be frozen for suspend ({@code FS_POWER_FREEZE})
   */
  public void add(SuperFreeze freezer, @Nullable BdevFreeze device, boolean powerFreeze) {
    Mounted added = new Mounted(freezer, device, powerFreeze);
    List<Mounted> old;
    do {
      old = Objects.requireNonNull(mounted.peek());
    } while (!mounted.compareAndSet(old, Stream.concat(old.stream(), Stream.of(added)).toList()));
  }

  /**
   * {@code filesystems_freeze}: freezes exclusively for the kernel, latest mount first; who cannot
   * be frozen is left as it is. Sleeps.
   *
   * @param all every filesystem; else only those whose type asks for it
   */
  public void filesystemsFreeze(boolean all) {
    for (Mounted one : mounted().reversed()) {
      if (all || one.powerFreeze) {
        whileActive(one, () -> one.freezer.freezeSuper(exclusively()));
      }
    }
  }

  /** {@code filesystems_thaw}: takes back what {@link #filesystemsFreeze} froze. Sleeps. */
  public void filesystemsThaw() {
    for (Mounted one : mounted()) {
      whileActive(one, () -> one.freezer.thawSuper(exclusively()));
    }
  }

  private List<Mounted> mounted() {
    return Objects.requireNonNull(mounted.loadAcquire());
  }

  /** Passes over who is on the way out. */
  private static void whileActive(Mounted one, Runnable action) {
    if (Superblocks.getActive(one.freezer.sb())) {
      action.run();
      Superblocks.deactivate(one.freezer.sb());
    }
  }

  private FreezeRequest exclusively() {
    return new FreezeRequest(FreezeHolder.KERNEL, false, true, suspend);
  }

  /**
   * {@code emergency_thaw_all}: has a worker take back every freeze by device and by user space.
   * What the kernel froze stays frozen. Any context.
   */
  public void emergencyThawAll() {
    machine.systemWorkqueue().queueWork(emergencyThaw);
  }

  private void thawAll() {
    for (Mounted one : mounted()) {
      whileActive(one, () -> thaw(one));
    }
    log("Emergency Thaw complete");
  }

  private void thaw(Mounted one) {
    BdevFreeze device = one.device;
    while (device != null && device.thawBdev() == 0) {
      log("Emergency Thaw on " + device.device().name());
    }
    one.freezer.thawSuper(FreezeRequest.USERSPACE);
  }

  private void log(String line) {
    if (machine.tracing()) {
      machine.trace(new Happening.Noted(line));
    }
  }
}
