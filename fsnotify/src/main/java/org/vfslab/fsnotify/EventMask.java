package org.vfslab.fsnotify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an event is about: bits of {@code include/linux/fsnotify_backend.h}, 7.2. */
public final class EventMask {
  /** The file was read ({@code FS_ACCESS}). */
  public static final int ACCESS = 0x1;

  /** The file was written ({@code FS_MODIFY}). */
  public static final int MODIFY = 0x2;

  /** Attributes changed. */
  public static final int ATTRIB = 0x4;

  /** A file that was open for writing was closed. */
  public static final int CLOSE_WRITE = 0x8;

  /** A file that was not open for writing was closed. */
  public static final int CLOSE_NOWRITE = 0x10;

  /** A file was opened. */
  public static final int OPEN = 0x20;

  /** A name was moved away. */
  public static final int MOVED_FROM = 0x40;

  /** A name was moved here. */
  public static final int MOVED_TO = 0x80;

  /** A name was made. */
  public static final int CREATE = 0x100;

  /** A name was taken away. */
  public static final int DELETE = 0x200;

  /** The object itself is gone. */
  public static final int DELETE_SELF = 0x400;

  /** The object itself was moved. */
  public static final int MOVE_SELF = 0x800;

  /** The filesystem was unmounted. */
  public static final int UNMOUNT = 0x2000;

  /** Events were lost ({@code FS_Q_OVERFLOW}). */
  public static final int Q_OVERFLOW = 0x4000;

  /** The watch is gone ({@code IN_IGNORED}). */
  public static final int IN_IGNORED = 0x8000;

  /** A file is about to be opened. */
  public static final int OPEN_PERM = 0x10000;

  /** A file is about to be read. */
  public static final int ACCESS_PERM = 0x20000;

  /** A range is about to be read or written ({@code FS_PRE_ACCESS}, since 6.14). */
  public static final int PRE_ACCESS = 0x100000;

  /**
   * A range is about to be written ({@code FS_PRE_MODIFY} of the proposal of 2022). Not in
   * mainline: the bit is ours.
   */
  public static final int PRE_MODIFY = 0x200000;

  /** The mark of a directory asks for events on what is in it. */
  public static final int EVENT_ON_CHILD = 0x8000000;

  /** A rename, told once with both names. */
  public static final int RENAME = 0x10000000;

  /** The object is a directory. */
  public static final int ISDIR = 0x40000000;

  /** Events before which the kernel waits for an answer about content. */
  static final int CONTENT_PERM = OPEN_PERM | ACCESS_PERM;

  /** Events that are raised before content is there, or changes. */
  static final int PRE_CONTENT = PRE_ACCESS | PRE_MODIFY;

  /** Events for which the kernel waits. */
  static final int PERMISSION = CONTENT_PERM | PRE_CONTENT;

  /** Events that concern names in a directory. */
  static final int DIRENT = MOVED_FROM | MOVED_TO | CREATE | DELETE | RENAME;

  /** Bits that say more about an event and are none. */
  static final int FLAGS = EVENT_ON_CHILD | ISDIR;

  /** All events that can be asked for. */
  static final int ALL =
      ACCESS
          | MODIFY
          | ATTRIB
          | CLOSE_WRITE
          | CLOSE_NOWRITE
          | OPEN
          | DIRENT
          | DELETE_SELF
          | MOVE_SELF
          | UNMOUNT
          | Q_OVERFLOW
          | IN_IGNORED
          | PERMISSION;

  private static final Map<String, Integer> NAMES = names();

  private EventMask() {}

  private static Map<String, Integer> names() {
    Map<String, Integer> names = new LinkedHashMap<>();
    names.put("ACCESS", ACCESS);
    names.put("MODIFY", MODIFY);
    names.put("ATTRIB", ATTRIB);
    names.put("CLOSE_WRITE", CLOSE_WRITE);
    names.put("CLOSE_NOWRITE", CLOSE_NOWRITE);
    names.put("OPEN", OPEN);
    names.put("MOVED_FROM", MOVED_FROM);
    names.put("MOVED_TO", MOVED_TO);
    names.put("CREATE", CREATE);
    names.put("DELETE", DELETE);
    names.put("DELETE_SELF", DELETE_SELF);
    names.put("MOVE_SELF", MOVE_SELF);
    names.put("UNMOUNT", UNMOUNT);
    names.put("Q_OVERFLOW", Q_OVERFLOW);
    names.put("IN_IGNORED", IN_IGNORED);
    names.put("OPEN_PERM", OPEN_PERM);
    names.put("ACCESS_PERM", ACCESS_PERM);
    names.put("PRE_ACCESS", PRE_ACCESS);
    names.put("PRE_MODIFY", PRE_MODIFY);
    names.put("EVENT_ON_CHILD", EVENT_ON_CHILD);
    names.put("RENAME", RENAME);
    names.put("ISDIR", ISDIR);
    return names;
  }

  /** All names without their prefix, with their bits. */
  public static Map<String, Integer> all() {
    return Map.copyOf(NAMES);
  }

  /** The names of all bits of a mask, in the order of the bits. */
  public static String name(int mask) {
    List<String> found = new ArrayList<>();
    int left = mask;
    for (Map.Entry<String, Integer> entry : NAMES.entrySet()) {
      if ((left & entry.getValue()) != 0) {
        left &= ~entry.getValue();
        found.add("FS_" + entry.getKey());
      }
    }
    if (left != 0 || found.isEmpty()) {
      found.add("0x" + Integer.toHexString(left));
    }
    return String.join("|", found);
  }
}
