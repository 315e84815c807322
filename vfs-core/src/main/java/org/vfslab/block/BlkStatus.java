package org.vfslab.block;

import org.vfslab.machine.Errno;

/**
 * How a bio or request ended: {@code blk_status_t}, with the errno that {@code blk_status_to_errno}
 * (block/blk-core.c, 7.2) makes of it.
 */
public enum BlkStatus {
  OK(0),
  /** The device cannot do this operation. */
  NOTSUPP(Errno.EOPNOTSUPP),
  /** No answer in time, and error handling gave up. */
  TIMEOUT(Errno.ETIMEDOUT),
  NOSPC(Errno.ENOSPC),
  TRANSPORT(Errno.ENOLINK),
  TARGET(Errno.EREMOTEIO),
  RESV_CONFLICT(Errno.EBADE),
  /** The medium is bad at this place. */
  MEDIUM(Errno.ENODATA),
  PROTECTION(Errno.EILSEQ),
  /** The machine is short of something; the block layer tries again. */
  RESOURCE(Errno.ENOMEM),
  /** Everything for which there is no other word. */
  IOERR(Errno.EIO),
  /** It would have had to wait, and the bio said {@link Bio#NOWAIT}. */
  AGAIN(Errno.EAGAIN),
  /** The device is short of something; the block layer tries again. */
  DEV_RESOURCE(Errno.EBUSY),
  ZONE_OPEN_RESOURCE(Errno.ETOOMANYREFS),
  ZONE_ACTIVE_RESOURCE(Errno.EOVERFLOW),
  /** The device is gone. */
  OFFLINE(Errno.ENODEV),
  DURATION_LIMIT(Errno.ETIME),
  INVAL(Errno.EINVAL);

  private final int errno;

  BlkStatus(int errno) {
    this.errno = errno;
  }

  /** {@code blk_status_to_errno}: 0 or a negative errno. */
  public int errno() {
    return -errno;
  }

  /** The kernel's name, such as {@code BLK_STS_IOERR}. */
  public String kernelName() {
    return "BLK_STS_" + name();
  }
}
