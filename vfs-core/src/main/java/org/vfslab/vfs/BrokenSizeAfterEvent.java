package org.vfslab.vfs;

import org.vfslab.machine.Work;

/**
 * Broken: blocks and size are brought up to date by a worker for whom the event does not wait.
 *
 * <p>What fstests generic/207 and generic/239 look for. Patch name: {@code dio-size-after-event}.
 */
public final class BrokenSizeAfterEvent implements DirectIoEnd {

  @Override
  public void updates(Inode inode, Runnable update) {
    SuperBlock sb = inode.sb();
    sb.dioDone().queueWork(new Work(sb.machine(), "late size", update));
  }
}
