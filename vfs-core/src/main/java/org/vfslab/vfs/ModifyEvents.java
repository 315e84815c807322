package org.vfslab.vfs;

/** The seam for who wants to know of accesses and modifications; filled by fsnotify. */
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

  /**
   * {@code fsnotify_file_area_perm}: before a range is read or written, with no freeze protection
   * and no i_rwsem held. May sleep for a listener's answer.
   *
   * @return 0, or the negative errno with which the access fails
   */
  int areaPermission(File file, boolean write, long pos, long bytes);

  /**
   * {@code fsnotify_truncate_perm}: before a file gets another size, with no freeze protection and
   * no i_rwsem held. May sleep for a listener's answer.
   *
   * @return 0, or the negative errno with which the change fails
   */
  default int truncatePermission(Inode inode, long newSizeBytes) {
    return 0;
  }

  /** {@code fsnotify_modify}: after some bytes were written. Never waits for a listener. */
  void modified(File file);

  /** {@code fsnotify_access}: after some bytes were read. */
  void accessed(File file);
}
