package org.vfslab.campaign;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.freeze.FreezeState;
import org.vfslab.freeze.SbWriters;
import org.vfslab.lab.Lab;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.SuperBlock;

/** Looks for what tasks and interrupts did not give back when a machine has come to its end. */
final class Leaks {

  private Leaks() {}

  /**
   * What is held still of an unmounted filesystem, its device and its aio, in a sentence, or null.
   */
  static @Nullable String of(Lab lab, SuperBlock sb, List<Inode> inodes) {
    String held = held(sb.sUmount());
    for (Inode inode : inodes) {
      held = held == null ? held(inode.iRwsem()) : held;
      held = held == null ? held(inode.invalidateLock()) : held;
      if (inode.dioCount().now() != 0) {
        return inode + " has " + inode.dioCount().now() + " direct I/Os in flight";
      }
    }
    if (held != null) {
      return held;
    }
    SbWriters writers = lab.protection(sb);
    for (FreezeLevel level : FreezeLevel.values()) {
      if (writers.writers(level) != 0 || writers.lockOf(level).isBlocked()) {
        return level.className() + " is held: " + writers.lockOf(level);
      }
    }
    if (writers.now() != FreezeState.UNFROZEN) {
      return sb + " is frozen: " + writers.now();
    }
    if (sb.active().peek() != 0) {
      return sb + " has " + sb.active().peek() + " active references";
    }
    if (lab.aio().aioNrNow() != 0) {
      return "aio_nr is " + lab.aio().aioNrNow();
    }
    return lab.leak();
  }

  private static @Nullable String held(RwSemaphore lock) {
    return lock.countWord() == 0 ? null : lock + " is held";
  }
}
