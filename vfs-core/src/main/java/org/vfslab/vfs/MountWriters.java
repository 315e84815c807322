package org.vfslab.vfs;

import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.PerCpuWord;

/**
 * Who may write through a mount, and the change to read-only that they keep off: {@code
 * mnt_writers} and {@code WRITE_HOLD} of {@code fs/namespace.c}, 7.2.
 *
 * <p>A writer counts itself first and asks afterwards; a remount sets the hold first and counts
 * afterwards. So one of the two sees the other.
 */
final class MountWriters {
  private final Machine machine;
  private final PerCpuWord writers;
  private final AtomicWord hold;
  private final AtomicWord readOnly;

  /** {@code s_readonly_remount}: on its way to read-only. */
  private final AtomicWord roStateChange;

  MountWriters(Machine machine, boolean readOnly) {
    this.machine = machine;
    this.writers = new PerCpuWord(machine, "mnt_writers");
    this.hold = new AtomicWord(machine, "WRITE_HOLD", 0);
    this.readOnly = new AtomicWord(machine, "SB_RDONLY", readOnly ? 1 : 0);
    this.roStateChange = new AtomicWord(machine, "s_readonly_remount", 0);
  }

  /** {@code mnt_get_write_access}: 0 or -EROFS. Never sleeps. */
  int get() {
    writers.add(machine.current(), 1);
    while (hold.loadAcquire() != 0) {
      machine.spinUntilChanged(hold);
    }
    if (roStateChange.loadAcquire() != 0 || readOnly.loadAcquire() != 0) {
      put();
      return -Errno.EROFS;
    }
    return 0;
  }

  /** {@code mnt_put_write_access}. */
  void put() {
    writers.add(machine.current(), -1);
  }

  boolean isReadOnly() {
    return readOnly.peek() != 0;
  }

  /**
   * {@code sb_prepare_remount_readonly} and the change; s_umount held exclusively. From the moment
   * at which nobody may write, {@link #get} fails, and then {@code writeBack} is done.
   *
   * @return 0, or -EBUSY while somebody may write
   */
  int makeReadOnly(Runnable writeBack) {
    hold.xchg(1);
    int result = writers.sum() > 0 ? -Errno.EBUSY : 0;
    if (result == 0) {
      roStateChange.storeRelease(1);
    }
    hold.storeRelease(0);
    if (result == 0) {
      writeBack.run();
      readOnly.storeRelease(1);
      roStateChange.storeRelease(0);
    }
    return result;
  }

  /** Nobody has it mounted, and from now on somebody has. */
  void mounted(boolean asReadOnly) {
    readOnly.storeRelease(asReadOnly ? 1 : 0);
  }

  /** Writers may come again; s_umount held exclusively. */
  void makeWritable() {
    readOnly.storeRelease(0);
  }
}
