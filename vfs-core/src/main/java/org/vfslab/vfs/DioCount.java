package org.vfslab.vfs;

import org.vfslab.machine.Machine;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;

/**
 * The direct I/O in flight on one inode: {@code i_dio_count}.
 *
 * <p>Together with i_rwsem held exclusively, {@link #waitForAll} keeps direct I/O out although its
 * submitter let go of i_rwsem long ago.
 */
public final class DioCount {
  private final AtomicWord count;
  private final WaitQueue queue;

  DioCount(Machine machine) {
    count = new AtomicWord(machine, "i_dio_count", 0);
    queue = new WaitQueue(machine, "i_dio_count");
  }

  /** {@code inode_dio_begin}: with i_rwsem held in any mode. */
  void begin() {
    count.fetchAdd(1);
  }

  /** {@code inode_dio_end}: any context; never sleeps. */
  void end() {
    if (count.addReturn(-1) == 0) {
      queue.wakeUpAll();
    }
  }

  /**
   * {@code inode_dio_wait}: sleeps, uninterruptibly, until no direct I/O is in flight. The caller
   * holds i_rwsem exclusively, or new I/O may begin at any time.
   */
  public void waitForAll() {
    queue.waitEvent("inode_dio_wait", () -> count.loadAcquire() == 0);
  }

  /** The count for printing and for properties. */
  public long now() {
    return count.peek();
  }
}
