package org.vfslab.fsnotify;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Machine;
import org.vfslab.memory.KernelObject;
import org.vfslab.vfs.Inode;

/**
 * A queued event ({@code struct fsnotify_event}); its fields are protected by notification_lock.
 */
class Event extends KernelObject {
  private final @Nullable Inode object;
  private final String name;
  private final int pid;
  private final int cookie;
  private int mask;

  Event(Machine machine, int mask, @Nullable Inode object, String name, int pid, int cookie) {
    super(machine, "event " + EventMask.name(mask));
    this.mask = mask;
    this.object = object;
    this.name = name;
    this.pid = pid;
    this.cookie = cookie;
  }

  final int mask() {
    return mask;
  }

  final void addToMask(int more) {
    mask |= more;
  }

  /** What it is about; null for an overflow. */
  final @Nullable Inode object() {
    return object;
  }

  /** The name in a directory, or an empty string. */
  final String entry() {
    return name;
  }

  final int pid() {
    return pid;
  }

  final int cookie() {
    return cookie;
  }

  boolean isPermission() {
    return false;
  }
}
