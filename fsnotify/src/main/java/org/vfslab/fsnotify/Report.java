package org.vfslab.fsnotify;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.vfs.NotifyPoint;

/**
 * A walk over the marks of all objects that an event concerns, in the order of the groups: {@code
 * struct fsnotify_iter_info}. Each group comes once, with all of its marks.
 */
final class Report {

  /** Whose marks a list is ({@code FSNOTIFY_ITER_TYPE_*}). */
  enum Kind {
    INODE,
    PARENT,
    MOUNT,
    SUPERBLOCK,
    SECOND_INODE
  }

  private static final Kind[] KINDS = Kind.values();

  /** One of the lists, and how far the walk has come in it. */
  private static final class Cursor {
    final Kind kind;
    final @Nullable Connector connector;
    List<Mark> list;
    int at;

    Cursor(Kind kind, @Nullable Connector connector) {
      this.kind = kind;
      this.connector = connector;
      this.list = connector == null ? List.of() : connector.marks();
    }

    @Nullable Mark head() {
      return at < list.size() ? list.get(at) : null;
    }

    /** The list may have changed while nothing but its head was pinned. */
    void refresh() {
      Mark head = head();
      if (connector != null && head != null) {
        list = connector.marks();
        at = list.indexOf(head);
      }
    }
  }

  /** A mark of the group that is told, and by which way the event reached it. */
  record Told(Mark mark, Kind kind) {}

  private final Marks marks;
  private final List<Cursor> cursors = new ArrayList<>(KINDS.length);
  private final List<Told> told = new ArrayList<>(KINDS.length);
  private @Nullable Group selected;
  private List<Mark> pinned = List.of();
  private int index;

  /** In a section of fsnotify_mark_srcu, whose index {@code index} is. */
  Report(Marks marks, int index) {
    this.marks = marks;
    this.index = index;
  }

  void add(Kind kind, @Nullable NotifyPoint point) {
    if (point != null && point.marks().loadAcquire() instanceof Connector connector) {
      connector.use();
      cursors.add(new Cursor(kind, connector));
    }
  }

  /**
   * {@code fsnotify_iter_select_report_types}: the next group's marks.
   *
   * @return the group, or null at the end
   */
  @Nullable Group next() {
    for (Cursor cursor : cursors) {
      Mark head = cursor.head();
      if (head != null && head.group() == selected) {
        cursor.at++;
      }
    }
    Group first = null;
    for (Cursor cursor : cursors) {
      Mark head = cursor.head();
      if (head != null) {
        head.use();
        if (first == null || Group.compare(head.group(), first) < 0) {
          first = head.group();
        }
      }
    }
    selected = first;
    told.clear();
    for (Cursor cursor : cursors) {
      Mark head = cursor.head();
      if (head != null && head.group() == first && hears(cursor.kind, head)) {
        told.add(new Told(head, cursor.kind));
      }
    }
    return first;
  }

  /** A mark of the parent is told only if it asked for events on children. */
  private static boolean hears(Kind kind, Mark mark) {
    return kind != Kind.PARENT
        || ((mark.mask() | mark.ignoreWord().readOnce()) & EventMask.EVENT_ON_CHILD) != 0;
  }

  /** The marks of the group that is told now. */
  List<Told> told() {
    return told;
  }

  /**
   * {@code fsnotify_prepare_user_wait}: pins the marks at which the walk stands and leaves the SRCU
   * section, so that other marks can be freed during the wait.
   *
   * @return false if one of them is going away; then nothing was done
   */
  boolean prepareUserWait() {
    List<Mark> got = new ArrayList<>(cursors.size());
    for (Cursor cursor : cursors) {
      Mark head = cursor.head();
      if (head != null) {
        if (!marks.getForWait(head)) {
          got.forEach(marks::putAfterWait);
          return false;
        }
        got.add(head);
      }
    }
    pinned = got;
    marks.srcu().srcuReadUnlock(index);
    return true;
  }

  /** {@code fsnotify_finish_user_wait}. */
  void finishUserWait() {
    index = marks.srcu().srcuReadLock();
    cursors.forEach(Cursor::refresh);
    pinned.forEach(marks::putAfterWait);
    pinned = List.of();
  }

  /** Leaves the SRCU section. */
  void end() {
    marks.srcu().srcuReadUnlock(index);
  }
}
