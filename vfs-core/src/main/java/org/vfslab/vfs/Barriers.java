package org.vfslab.vfs;

import org.vfslab.machine.Errno;

/** The seam for what waits for writes: freezing, thawing and syncing; filled by freeze. */
public interface Barriers {

  /** {@code ioctl(FIFREEZE)}: returns 0 or a negative errno. May sleep. */
  int freeze(SuperBlock sb);

  /** {@code ioctl(FITHAW)}: returns 0 or a negative errno. May sleep. */
  int thaw(SuperBlock sb);

  /** {@code ioctl(FIWRITEBARRIER)}, not in mainline: waits for the writes in flight. May sleep. */
  default int writeBarrier(SuperBlock sb) {
    return -Errno.ENOTTY;
  }

  /** {@code syncfs}: returns 0 or a negative errno. May sleep. */
  int syncfs(SuperBlock sb);
}
