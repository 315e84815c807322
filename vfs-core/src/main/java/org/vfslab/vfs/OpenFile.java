package org.vfslab.vfs;

import java.util.function.Consumer;
import org.vfslab.machine.WaitQueue;

/** What a descriptor stands for: a file of a filesystem, or one without any. */
public interface OpenFile {

  /** Takes another reference ({@code get_file}); the caller has one. */
  void get();

  /** {@code fput}: gives a reference back; any context. */
  void put();

  /**
   * {@code vfs_poll}: what the file is ready for now, as {@link PollEvents}. Never sleeps here.
   *
   * @param queues told of each wait queue whose wake-ups say that this has changed ({@code
   *     poll_wait}), before the state is looked at
   */
  int poll(Consumer<WaitQueue> queues);
}
