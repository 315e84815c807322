package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;

/**
 * {@code mnt_want_write} to {@code mnt_drop_write} of {@code fs/namespace.c}, 7.2: the scope of a
 * change that is not made through an open file, with the {@link WriteSection} and the pre-modify
 * event around it.
 *
 * <p>The order: the section, the event, freeze protection, the mount's writers; back in the
 * opposite one. In mainline there is neither section nor event.
 */
final class WantedWrite {
  private final SuperBlock sb;
  private final WriteSection section;
  private @Nullable Object begun;
  private int error;

  private WantedWrite(Inode inode, long pos, long bytes, Inode[] others) {
    sb = inode.sb();
    section = sb.writeSection();
    begun = section.beforeEvent();
    if (sb.preModifyPlace() == HookPlace.BEFORE_PROTECTION) {
      announce(inode, pos, bytes, others);
    }
    if (error == 0) {
      begun = section.beforeProtection(begun);
      error = sb.wantWrite();
    }
    if (error == 0 && sb.preModifyPlace() == HookPlace.BROKEN_INSIDE_PROTECTION) {
      announce(inode, pos, bytes, others);
      if (error < 0) {
        sb.dropWrite();
      }
    }
    if (error < 0) {
      section.end(begun);
    }
  }

  private void announce(Inode inode, long pos, long bytes, Inode[] others) {
    error = sb.events().preModify(inode, section.covers(begun), pos, bytes);
    for (int i = 0; i < others.length && error == 0; i++) {
      error = sb.events().preModify(others[i], section.covers(begun), -1, 0);
    }
  }

  /**
   * Before names or attributes change. Nothing is held; may sleep for a listener and while the
   * filesystem is frozen.
   *
   * @param inode what changes: the directory of a name, or the object with the attribute
   * @param others what changes with it, on the same filesystem
   */
  static WantedWrite of(Inode inode, Inode... others) {
    return new WantedWrite(inode, -1, 0, others);
  }

  /** Before the bytes from {@code pos} on are cut off or come into being; as {@link #of}. */
  static WantedWrite ofSize(Inode inode, long pos) {
    return new WantedWrite(inode, pos, Long.MAX_VALUE - pos, new Inode[0]);
  }

  /** 0, -EROFS, or the errno with which a listener refused; then nothing is held. */
  int error() {
    return error;
  }

  /** Ends what was begun; nothing if there is an {@link #error}. Never sleeps. */
  void drop() {
    if (error == 0) {
      sb.dropWrite();
      section.end(begun);
    }
  }
}
