package org.vfslab.fsnotify;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.lockdep.LockState;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.trace.Happening;
import org.vfslab.vfs.File;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.ModifyEvents;

/**
 * The hooks of the VFS: {@code include/linux/fsnotify.h} and {@code fs/notify/fsnotify.c}, 7.2.
 *
 * <p>Permission hooks run before freeze protection (since 6.8), which is asserted here as upstream
 * does. Listeners of permission events always allow so far.
 */
public final class Fsnotify implements ModifyEvents {
  private final Machine machine;
  private final List<Group> groups = new ArrayList<>();

  /** Nobody listens yet. */
  public Fsnotify(Machine machine) {
    this.machine = machine;
  }

  /** Adds a listener; before the machine runs. */
  public void add(Group group) {
    groups.add(group);
  }

  @Override
  public int areaPermission(File file, boolean write, long pos, long bytes) {
    LockState started = file.inode().sb().writeProtection().writeStarted(FreezeLevel.WRITE);
    if (started == LockState.HELD) {
      String title = "WARNING: at fsnotify_file_area_perm: file_write_not_started(file) is false";
      machine.report(
          ReportKind.LOCKDEP,
          title,
          title
              + "\nThe permission hook for "
              + file.inode().name()
              + " runs inside freeze protection: a listener that writes deadlocks with a freeze.");
    }
    send(file, EventMask.PRE_ACCESS);
    return 0;
  }

  @Override
  public void modified(File file) {
    send(file, EventMask.MODIFY);
  }

  @Override
  public void accessed(File file) {
    send(file, EventMask.ACCESS);
  }

  /** {@code fsnotify}: tells each group that has a mark for it. */
  private void send(File file, int bit) {
    for (Group group : groups) {
      if (group.wants(file.inode(), bit)) {
        group.insert(new Event(bit, file.inode().name()));
        if (machine.tracing()) {
          machine.trace(
              new Happening.Noted("event " + EventMask.name(bit) + " on " + file.inode().name()));
        }
      }
    }
  }
}
