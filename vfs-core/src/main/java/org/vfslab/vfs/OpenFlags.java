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

  /** Makes the file if there is none. */
  public static final int O_CREAT = 0x40;

  /** With {@link #O_CREAT}: fails if there is a file. */
  public static final int O_EXCL = 0x80;

  /** Cuts a regular file down to nothing. */
  public static final int O_TRUNC = 0x200;

  /** Each write goes to the end of the file. */
  public static final int O_APPEND = 0x400;

  /** Says nothing about regular files, as in the kernel. */
  public static final int O_NONBLOCK = 0x800;

  /** Each write is on the device, with what is needed to read it, before the call returns. */
  public static final int O_DSYNC = 0x1000;

  /** Transfers go past the page cache. */
  public static final int O_DIRECT = 0x4000;

  /** Fails unless it is a directory. */
  public static final int O_DIRECTORY = 0x10000;

  /** Like {@link #O_DSYNC}, and with the times of the inode ({@code __O_SYNC | O_DSYNC}). */
  public static final int O_SYNC = 0x101000;

  /** Only names the file: no reads, writes or ioctls ({@code -EBADF}). */
  public static final int O_PATH = 0x200000;

  /**
   * {@code FMODE_NONOTIFY}: no listener is asked or told of what is done with the file. Only the
   * kernel sets it, for files that it hands to listeners.
   */
  public static final int FMODE_NONOTIFY = 0x4000000;

  /** All flags that are modelled. */
  public static final int KNOWN =
      O_ACCMODE
          | O_CREAT
          | O_EXCL
          | O_TRUNC
          | O_APPEND
          | O_NONBLOCK
          | O_DSYNC
          | O_DIRECT
          | O_DIRECTORY
          | O_SYNC
          | O_PATH;

  private OpenFlags() {}
}
