package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockState;

/**
 * The seam for who wants to know of accesses and modifications; filled by fsnotify.
 *
 * <p>Hooks that return an errno may sleep for a listener's answer. The others never wait for
 * anybody and may be called with locks held.
 */
public interface ModifyEvents {

  /** Nobody listens. */
  ModifyEvents NONE =
      new ModifyEvents() {
        @Override
        public int areaPermission(File file, boolean write, long pos, long bytes) {
          return 0;
        }

        @Override
        public void modified(File file) {}

        @Override
        public void accessed(File file) {}
      };

  // ---- asked before

  /**
   * {@code fsnotify_open_perm_and_set_mode}: before a file is opened; decides for which of the
   * file's later hooks anybody is asked. Freeze protection is held if the open truncates, as
   * upstream.
   *
   * @return 0, or the negative errno with which the open fails
   */
  default int openPermission(File file) {
    return 0;
  }

  /**
   * {@code fsnotify_file_area_perm}: before a range is read or written, with no freeze protection
   * and no i_rwsem held. May sleep for a listener's answer.
   *
   * @return 0, or the negative errno with which the access fails
   */
  int areaPermission(File file, boolean write, long pos, long bytes);

  /**
   * {@code fsnotify_mmap_perm}: before a range is mapped, with no mmap_lock held. May sleep for a
   * listener's answer.
   *
   * @return 0, or the negative errno with which {@code mmap} fails
   */
  default int mapPermission(File file, long pos, long bytes) {
    return 0;
  }

  /**
   * {@code fsnotify_truncate_perm}: before a file gets another size, with no freeze protection and
   * no i_rwsem held. May sleep for a listener's answer.
   *
   * @return 0, or the negative errno with which the change fails
   */
  default int truncatePermission(Inode inode, long newSizeBytes) {
    return 0;
  }

  /**
   * The pre-modify event of the proposal of 2022, not in mainline: before data, size or names
   * change, inside the {@link WriteSection} and outside of freeze protection.
   *
   * @param inside what the section says of itself
   * @return 0, or the negative errno with which the change fails
   */
  default int preModify(Inode inode, LockState inside, long pos, long bytes) {
    return 0;
  }

  // ---- told after

  /** {@code fsnotify_open}. */
  default void opened(File file) {}

  /** Whether anybody may listen to {@link #closed}, which then has to wait for process context. */
  default boolean wantsClosed(File file) {
    return false;
  }

  /** {@code fsnotify_close}: the last reference of the file is gone. */
  default void closed(File file) {}

  /** {@code fsnotify_modify}: after some bytes were written. Never waits for a listener. */
  void modified(File file);

  /** {@code fsnotify_access}: after some bytes were read. */
  void accessed(File file);

  /** {@code fsnotify_change} for another size; i_rwsem held. */
  default void resized(Inode inode) {}

  /** {@code fsnotify_change} for other attributes, and {@code fsnotify_link_count}. */
  default void attributesChanged(Inode inode) {}

  /** {@code fsnotify_create}, {@code fsnotify_mkdir}, {@code fsnotify_link}; directory locked. */
  default void created(Inode directory, String name, Inode inode) {}

  /** {@code fsnotify_unlink}, {@code fsnotify_rmdir}; directory locked. */
  default void unlinked(Inode directory, String name, Inode inode) {}

  /** {@code fsnotify_move}; both directories locked. */
  default void moved(
      Inode from, String oldName, Inode to, String newName, Inode inode, @Nullable Inode victim) {}

  /** {@code fsnotify_inoderemove}: no name and no user is left; takes the marks away. May sleep. */
  default void removed(Inode inode) {}

  /** {@code fsnotify_sb_delete}: the filesystem is gone; takes the marks away. May sleep. */
  default void unmounted(SuperBlock sb) {}
}
