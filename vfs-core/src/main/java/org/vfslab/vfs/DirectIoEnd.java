package org.vfslab.vfs;

/** The seam for the end of a direct write: what is done for the file, when, and by whom. */
public interface DirectIoEnd {

  /**
   * Mainline ({@code fs/iomap/direct-io.c}): everything before the event, what sleeps in a task.
   */
  DirectIoEnd UPSTREAM = new DirectIoEnd() {};

  /** The bios of a write that makes the file longer are about to be submitted. */
  default void extendsTo(Inode inode, long sizeBytes) {}

  /** The data is on the device: {@code update} makes its blocks written and the file longer. */
  default void updates(Inode inode, Runnable update) {
    update.run();
  }

  /**
   * Whether pages that were read meanwhile are dropped ({@code
   * kiocb_invalidate_post_direct_write}).
   */
  default boolean invalidates() {
    return true;
  }

  /** Whether what may sleep is left to a worker. */
  default boolean usesWorker() {
    return true;
  }
}
