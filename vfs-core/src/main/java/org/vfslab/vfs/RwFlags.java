package org.vfslab.vfs;

/** The flags of {@code preadv2} and {@code pwritev2}, with the kernel's values. */
public final class RwFlags {
  /** Polls for the end of a direct transfer. Accepted; the interrupt ends it all the same. */
  public static final int RWF_HIPRI = 1;

  /** {@code O_DSYNC} for this write. */
  public static final int RWF_DSYNC = 2;

  /** {@code O_SYNC} for this write. */
  public static final int RWF_SYNC = 4;

  /** Fails with {@code -EAGAIN} instead of sleeping for a lock or for the device. */
  public static final int RWF_NOWAIT = 8;

  /** {@code O_APPEND} for this write. */
  public static final int RWF_APPEND = 0x10;

  /** All flags that are modelled. */
  public static final int KNOWN = RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND;

  private RwFlags() {}
}
