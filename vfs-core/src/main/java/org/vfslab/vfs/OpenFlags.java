package org.vfslab.vfs;

/** The flags of {@code open(2)} that the model knows, with their x86 values. */
public final class OpenFlags {
  /** Read only. */
  public static final int O_RDONLY = 0;

  /** Write only. */
  public static final int O_WRONLY = 1;

  /** Read and write. */
  public static final int O_RDWR = 2;

  /** The mask of the three above. */
  public static final int O_ACCMODE = 3;

  /** Transfers go past the page cache. */
  public static final int O_DIRECT = 0x4000;

  /** All flags that are modelled. */
  public static final int KNOWN = O_ACCMODE | O_DIRECT;

  private OpenFlags() {}
}
