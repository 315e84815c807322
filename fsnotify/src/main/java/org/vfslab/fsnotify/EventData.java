package org.vfslab.fsnotify;

import org.vfslab.vfs.Inode;

/**
 * What an event is about ({@code data} and {@code data_type} of {@code fsnotify}).
 *
 * @param inode the object
 * @param isPath whether it was reached through a mount, so that marks of the mount count
 * @param pos where its range begins, page aligned; -1 without one
 * @param bytes how long the range is
 */
record EventData(Inode inode, boolean isPath, long pos, long bytes) {

  static EventData path(Inode inode) {
    return new EventData(inode, true, -1, 0);
  }

  static EventData inode(Inode inode) {
    return new EventData(inode, false, -1, 0);
  }
}
