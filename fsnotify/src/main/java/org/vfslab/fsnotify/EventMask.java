package org.vfslab.fsnotify;

/** What an event is about: bits of {@code include/linux/fsnotify_backend.h}, 7.2. */
public final class EventMask {
  /** The file was read ({@code FS_ACCESS}). */
  public static final int ACCESS = 0x1;

  /** The file was written ({@code FS_MODIFY}). */
  public static final int MODIFY = 0x2;

  /** A range is about to be read or written ({@code FS_PRE_ACCESS}, since 6.14). */
  public static final int PRE_ACCESS = 0x100000;

  private EventMask() {}

  /** The name of a single bit. */
  public static String name(int bit) {
    return switch (bit) {
      case ACCESS -> "FS_ACCESS";
      case MODIFY -> "FS_MODIFY";
      case PRE_ACCESS -> "FS_PRE_ACCESS";
      default -> "0x" + Integer.toHexString(bit);
    };
  }
}
