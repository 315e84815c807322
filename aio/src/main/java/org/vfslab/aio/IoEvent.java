package org.vfslab.aio;

import org.jspecify.annotations.Nullable;

/**
 * A completion as user space reads it: {@code struct io_event} without its second result, which is
 * 0.
 *
 * @param data what the submitter put into the control block
 * @param obj the control block
 * @param res the bytes transferred, the events of a poll, or a negative errno
 */
public record IoEvent(long data, @Nullable Iocb obj, long res) {

  /** What the ring holds where the kernel has not written yet. */
  static final IoEvent ZERO = new IoEvent(0, null, 0);
}
