package org.vfslab.vfs;

import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;

/**
 * Where listeners hang their marks on an inode, a mount or a superblock: {@code i_fsnotify_marks}
 * and {@code i_fsnotify_mask}. What hangs there is fsnotify's own.
 */
public final class NotifyPoint {
  private final String name;
  private final AtomicRef<Object> marks;
  private final AtomicWord mask;

  NotifyPoint(Machine machine, String name) {
    this.name = name;
    this.marks = new AtomicRef<>(machine, "marks of " + name, null);
    this.mask = new AtomicWord(machine, "mask of " + name, 0);
  }

  /** What hangs here, or null. */
  public AtomicRef<Object> marks() {
    return marks;
  }

  /** All that the marks here ask for, for a look without a lock. */
  public AtomicWord mask() {
    return mask;
  }

  /** The object, for reports. */
  @Override
  public String toString() {
    return name;
  }
}
