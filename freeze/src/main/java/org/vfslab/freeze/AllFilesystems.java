package org.vfslab.freeze;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Work;
import org.vfslab.trace.Happening;

/**
 * Freezing and thawing of all filesystems at once: for suspend ({@code filesystems_freeze}, {@code
 * filesystems_thaw}) and by SysRq-j ({@code emergency_thaw_all}); {@code fs/super.c}, 7.2.
 */
public final class AllFilesystems {
  private final Machine machine;
  private final List<Mounted> mounted = new ArrayList<>();

  /** The owner of the freeze for suspend: only suspend takes it back. */
  private final Object suspend = new Object();

  private final Work emergencyThaw;

  private record Mounted(SuperFreeze freezer, @Nullable BdevFreeze device, boolean powerFreeze) {}

  /** No filesystems yet. */
  public AllFilesystems(Machine machine) {
    this.machine = machine;
    this.emergencyThaw = new Work(machine, "do_thaw_all", this::thawAll);
  }

  /**
   * Adds a filesystem; before the machine runs.
   *
   * @param device through which it may be frozen too, or null
   * @param powerFreeze whether its type asks to be frozen for suspend ({@code FS_POWER_FREEZE})
   */
  public void add(SuperFreeze freezer, @Nullable BdevFreeze device, boolean powerFreeze) {
    mounted.add(new Mounted(freezer, device, powerFreeze));
  }

  /**
   * {@code filesystems_freeze}: freezes exclusively for the kernel, latest mount first; who cannot
   * be frozen is left as it is. Sleeps.
   *
   * @param all every filesystem; else only those whose type asks for it
   */
  public void filesystemsFreeze(boolean all) {
    for (Mounted one : mounted.reversed()) {
      if (all || one.powerFreeze) {
        one.freezer.freezeSuper(exclusively());
      }
    }
  }

  /** {@code filesystems_thaw}: takes back what {@link #filesystemsFreeze} froze. Sleeps. */
  public void filesystemsThaw() {
    for (Mounted one : mounted) {
      one.freezer.thawSuper(exclusively());
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
    for (Mounted one : mounted.reversed()) {
      BdevFreeze device = one.device;
      while (device != null && device.thawBdev() == 0) {
        log("Emergency Thaw on " + device.device().name());
      }
      one.freezer.thawSuper(FreezeRequest.USERSPACE);
    }
    log("Emergency Thaw complete");
  }

  private void log(String line) {
    if (machine.tracing()) {
      machine.trace(new Happening.Noted(line));
    }
  }
}
