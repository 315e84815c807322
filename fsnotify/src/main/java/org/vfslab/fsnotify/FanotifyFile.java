package org.vfslab.fsnotify;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.NotifyPoint;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.UserProcess;

/**
 * The open file of a fanotify group and its system calls: {@code fs/notify/fanotify/
 * fanotify_user.c}, 7.2. Results are those of the kernel.
 */
public final class FanotifyFile extends ListenerFile {

  /** {@code FAN_CLASS_NOTIF}: is told, and never asked. */
  public static final int FAN_CLASS_NOTIF = 0;

  /** {@code FAN_CLOEXEC}: without meaning here. */
  public static final int FAN_CLOEXEC = 1;

  /** {@code FAN_NONBLOCK}: a read of an empty queue returns -EAGAIN. */
  public static final int FAN_NONBLOCK = 2;

  /** {@code FAN_CLASS_CONTENT}: may ask for permission events. */
  public static final int FAN_CLASS_CONTENT = 4;

  /** {@code FAN_CLASS_PRE_CONTENT}: may ask for pre-content events as well, and is asked first. */
  public static final int FAN_CLASS_PRE_CONTENT = 8;

  /** {@code FAN_UNLIMITED_QUEUE}: no event is lost for want of room. */
  public static final int FAN_UNLIMITED_QUEUE = 0x10;

  /** {@code FAN_ENABLE_AUDIT}: answers may carry {@link #FAN_AUDIT}. */
  public static final int FAN_ENABLE_AUDIT = 0x40;

  /** {@code FAN_REPORT_FID}: events name objects, and come without descriptors. */
  public static final int FAN_REPORT_FID = 0x200;

  /** {@code FAN_ALLOW}. */
  public static final int FAN_ALLOW = FanotifyGroup.FAN_ALLOW;

  /** {@code FAN_DENY}; an errno may stand in bits 24 to 31. */
  public static final int FAN_DENY = FanotifyGroup.FAN_DENY;

  /** {@code FAN_AUDIT}, added to an answer. */
  public static final int FAN_AUDIT = FanotifyGroup.FAN_AUDIT;

  /** {@code FAN_MARK_ADD}. */
  public static final int FAN_MARK_ADD = 1;

  /** {@code FAN_MARK_REMOVE}. */
  public static final int FAN_MARK_REMOVE = 2;

  /** {@code FAN_MARK_MOUNT}: the mark is for all that is reached through the mount. */
  public static final int FAN_MARK_MOUNT = 0x10;

  /** {@code FAN_MARK_IGNORED_MASK}: the mask says what to ignore. */
  public static final int FAN_MARK_IGNORED_MASK = 0x20;

  /** {@code FAN_MARK_IGNORED_SURV_MODIFY}: a modification leaves the ignore mask. */
  public static final int FAN_MARK_IGNORED_SURV_MODIFY = 0x40;

  /** {@code FAN_MARK_FLUSH}: takes all marks of this kind of object away. */
  public static final int FAN_MARK_FLUSH = 0x80;

  /** {@code FAN_MARK_FILESYSTEM}: the mark is for the whole filesystem. */
  public static final int FAN_MARK_FILESYSTEM = 0x100;

  /** {@code FAN_MARK_EVICTABLE}: the mark does not keep its inode in memory. */
  public static final int FAN_MARK_EVICTABLE = 0x200;

  /** {@code FAN_MARK_IGNORE}: as {@link #FAN_MARK_IGNORED_MASK}, with flags for whom. */
  public static final int FAN_MARK_IGNORE = 0x400;

  private static final int CLASSES = FAN_CLASS_CONTENT | FAN_CLASS_PRE_CONTENT;
  private static final int INIT_KNOWN =
      CLASSES
          | FAN_CLOEXEC
          | FAN_NONBLOCK
          | FAN_UNLIMITED_QUEUE
          | FAN_ENABLE_AUDIT
          | FAN_REPORT_FID;
  private static final int COMMANDS = FAN_MARK_ADD | FAN_MARK_REMOVE | FAN_MARK_FLUSH;
  private static final int KINDS = FAN_MARK_MOUNT | FAN_MARK_FILESYSTEM;
  private static final int IGNORES = FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORE;
  private static final int MARK_KNOWN =
      COMMANDS | KINDS | IGNORES | FAN_MARK_IGNORED_SURV_MODIFY | FAN_MARK_EVICTABLE;
  private static final int EVENTS_KNOWN =
      (EventMask.ALL & ~(EventMask.IN_IGNORED | EventMask.UNMOUNT | EventMask.Q_OVERFLOW))
          | EventMask.FLAGS;

  /** Events that only groups that report ids can be told of ({@code FANOTIFY_INODE_EVENTS}). */
  private static final int NEED_IDS =
      EventMask.DIRENT | EventMask.ATTRIB | EventMask.DELETE_SELF | EventMask.MOVE_SELF;

  private final FanotifyGroup group;
  private final boolean nonBlocking;
  private final int eventFlags;

  private FanotifyFile(
      FanotifyGroup group, UserProcess process, boolean nonBlocking, int eventFlags) {
    super(group, process);
    this.group = group;
    this.nonBlocking = nonBlocking;
    this.eventFlags = eventFlags;
  }

  /**
   * {@code fanotify_init}.
   *
   * @param name of the group, for reports
   * @param eventFlags with which the files of events are opened
   * @param made one element, null, in which the open file is put
   * @return 0, or -EINVAL for flags that make no sense together
   */
  public static int init(
      Fsnotify fsnotify,
      UserProcess process,
      String name,
      int flags,
      int eventFlags,
      @Nullable FanotifyFile[] made) {
    return init(fsnotify, process, name, flags, eventFlags, Group.MAX_EVENTS, made);
  }

  /** The same with another {@code max_queued_events}. */
  public static int init(
      Fsnotify fsnotify,
      UserProcess process,
      String name,
      int flags,
      int eventFlags,
      int maxEvents,
      @Nullable FanotifyFile[] made) {
    int kind = flags & CLASSES;
    boolean reportsIds = (flags & FAN_REPORT_FID) != 0;
    if ((flags & ~INIT_KNOWN) != 0 || kind == CLASSES || (reportsIds && kind != FAN_CLASS_NOTIF)) {
      return -Errno.EINVAL;
    }
    Group.Priority priority =
        switch (kind) {
          case FAN_CLASS_CONTENT -> Group.Priority.CONTENT;
          case FAN_CLASS_PRE_CONTENT -> Group.Priority.PRE_CONTENT;
          default -> Group.Priority.NORMAL;
        };
    int most = (flags & FAN_UNLIMITED_QUEUE) != 0 ? Integer.MAX_VALUE : maxEvents;
    FanotifyGroup group =
        new FanotifyGroup(
            fsnotify, name, priority, most, reportsIds, (flags & FAN_ENABLE_AUDIT) != 0);
    made[0] = new FanotifyFile(group, process, (flags & FAN_NONBLOCK) != 0, eventFlags);
    return 0;
  }

  // ---- marks

  /**
   * {@code fanotify_mark} by path: EBADF once closed, EINVAL, ENOENT for no such path or no such
   * mark, EEXIST for an evictable mark where there is another one.
   *
   * @param mask bits of {@link EventMask}
   */
  public int mark(int flags, int mask, String path) {
    return inside(
        () -> {
          int wrong = checkMark(flags, mask);
          if (wrong < 0) {
            return wrong;
          }
          Inode inode = process().lookUp(path);
          return inode == null ? -Errno.ENOENT : change(flags, mask, inode);
        });
  }

  /** {@link #FAN_MARK_ADD} before the machine runs, when nobody could take a lock. */
  public int markBeforeRun(int flags, int mask, Inode inode) {
    int wrong = checkMark(flags | FAN_MARK_ADD, mask);
    if (wrong < 0) {
      return wrong;
    }
    NotifyPoint point = pointOf(flags, inode);
    Mark mark = Marks.find(group, point);
    if (mark == null) {
      mark = new Mark(group, 0, (flags & FAN_MARK_EVICTABLE) != 0 ? Mark.NO_IREF : 0);
      group.fsnotify().marks().addBeforeRun(mark, point, inode.sb());
    }
    setMask(flags, mask, mark);
    Connector connector = mark.connectorNow();
    if (connector != null) {
      connector.recalculate();
    }
    return 0;
  }

  private static void setMask(int flags, int mask, Mark mark) {
    if ((flags & IGNORES) == 0) {
      mark.maskWord().fetchOr(mask);
    } else {
      mark.ignoreWord().fetchOr(mask);
      int more = (flags & FAN_MARK_IGNORED_SURV_MODIFY) != 0 ? Mark.IGNORED_SURV_MODIFY : 0;
      more |= (flags & FAN_MARK_IGNORE) != 0 ? Mark.HAS_IGNORE_FLAGS : 0;
      mark.flags().fetchOr(more);
    }
  }

  private int checkMark(int flags, int mask) {
    int command = flags & COMMANDS;
    boolean ignores = (flags & IGNORES) != 0;
    if ((flags & ~MARK_KNOWN) != 0
        || Integer.bitCount(command) != 1
        || (flags & KINDS) == KINDS
        || (flags & IGNORES) == IGNORES
        || (mask & ~EVENTS_KNOWN) != 0
        || (command == FAN_MARK_FLUSH ? mask != 0 : mask == 0)) {
      return -Errno.EINVAL;
    }
    Group.Priority priority = group.priority();
    if (!ignores
        && (((mask & EventMask.PERMISSION) != 0 && priority == Group.Priority.NORMAL)
            || ((mask & EventMask.PRE_CONTENT) != 0 && priority != Group.Priority.PRE_CONTENT)
            || ((mask & NEED_IDS) != 0 && !group.reportsIds()))) {
      return -Errno.EINVAL;
    }
    return 0;
  }

  private int change(int flags, int mask, Inode inode) {
    SuperBlock sb = inode.sb();
    NotifyPoint point = pointOf(flags, inode);
    return switch (flags & COMMANDS) {
      case FAN_MARK_ADD -> add(flags, mask, point, sb);
      case FAN_MARK_REMOVE -> remove(flags, mask, point);
      default -> {
        flush(flags);
        yield 0;
      }
    };
  }

  private static NotifyPoint pointOf(int flags, Inode inode) {
    SuperBlock sb = inode.sb();
    return (flags & FAN_MARK_MOUNT) != 0
        ? sb.mountNotifyPoint()
        : (flags & FAN_MARK_FILESYSTEM) != 0 ? sb.notifyPoint() : inode.notifyPoint();
  }

  private int add(int flags, int mask, NotifyPoint point, SuperBlock sb) {
    Marks marks = group.fsnotify().marks();
    group.markMutex().lock();
    Mark mark = Marks.find(group, point);
    int error = 0;
    if (mark == null) {
      mark = new Mark(group, 0, (flags & FAN_MARK_EVICTABLE) != 0 ? Mark.NO_IREF : 0);
      error = marks.add(mark, point, sb);
    } else {
      Marks.get(mark);
      if ((flags & FAN_MARK_EVICTABLE) != 0 && !mark.has(Mark.NO_IREF)) {
        error = -Errno.EEXIST;
      }
    }
    if (error == 0) {
      mark.lock().lock();
      setMask(flags, mask, mark);
      mark.lock().unlock();
      Marks.recalculate(mark);
    }
    group.markMutex().unlock();
    marks.put(mark);
    return error;
  }

  private int remove(int flags, int mask, NotifyPoint point) {
    Marks marks = group.fsnotify().marks();
    group.markMutex().lock();
    Mark mark = Marks.find(group, point);
    if (mark == null) {
      group.markMutex().unlock();
      return -Errno.ENOENT;
    }
    Marks.get(mark);
    mark.lock().lock();
    if ((flags & IGNORES) == 0) {
      mark.maskWord().fetchAnd(~mask);
    } else {
      mark.ignoreWord().fetchAnd(~mask);
    }
    long left =
        (mark.maskWord().readOnce() | mark.ignoreWord().readOnce()) & ~(long) EventMask.FLAGS;
    mark.lock().unlock();
    Marks.recalculate(mark);
    if (left == 0) {
      marks.detach(mark);
    }
    group.markMutex().unlock();
    if (left == 0) {
      Marks.free(mark);
    }
    marks.put(mark);
    return 0;
  }

  private void flush(int flags) {
    Marks marks = group.fsnotify().marks();
    group.markMutex().lock();
    List<Mark> all = List.copyOf(group.marks());
    all.forEach(Marks::get);
    group.markMutex().unlock();
    for (Mark mark : all) {
      Connector connector = mark.connectorNow();
      if (connector != null && kindOf(connector) == (flags & KINDS)) {
        marks.destroy(mark);
      }
      marks.put(mark);
    }
  }

  private static int kindOf(Connector connector) {
    if (connector.point() == connector.sb().mountNotifyPoint()) {
      return FAN_MARK_MOUNT;
    }
    return connector.point() == connector.sb().notifyPoint() ? FAN_MARK_FILESYSTEM : 0;
  }

  // ---- events

  /**
   * {@code read} of one event: sleeps, interruptibly, until there is one.
   *
   * @param into one element, null, in which the event is put
   * @return 0, -EAGAIN if there is none and the group does not block, -ERESTARTSYS, -EBADF once
   *     closed, or why no file could be opened for the event; a permission event is denied then
   */
  public int read(@Nullable FanotifyEvent[] into) {
    return inside(() -> readInside(into));
  }

  private int readInside(@Nullable FanotifyEvent[] into) {
    while (true) {
      Event event = group.takeOne();
      if (event != null) {
        return tell(event, into);
      }
      if (nonBlocking) {
        return -Errno.EAGAIN;
      }
      int interrupted = awaitEvent("fanotify_read");
      if (interrupted < 0) {
        return interrupted;
      }
    }
  }

  /** {@code copy_event_to_user}. */
  private int tell(Event event, @Nullable FanotifyEvent[] into) {
    Inode object = event.object();
    long fd = FanotifyGroup.FAN_NOFD;
    if (object != null && !group.reportsIds()) {
      fd = process().openUnwatched(object, eventFlags);
    }
    boolean failed = fd < FanotifyGroup.FAN_NOFD;
    if (event instanceof PermissionEvent permission) {
      into[0] =
          failed
              ? null
              : new FanotifyEvent(
                  event.mask(), fd, event.pid(), object, "", permission.pos(), permission.bytes());
      if (failed) {
        group.deny(permission);
      } else {
        permission.fd(fd);
        group.reported(permission);
      }
    } else {
      into[0] =
          failed
              ? null
              : new FanotifyEvent(event.mask(), fd, event.pid(), object, event.entry(), -1, 0);
      group.destroy(event);
    }
    return failed ? (int) fd : 0;
  }

  /**
   * {@code write} of an answer.
   *
   * @param response {@link #FAN_ALLOW} or {@link #FAN_DENY}, with an errno in bits 24 to 31 and
   *     {@link #FAN_AUDIT}
   * @return 0, -EINVAL, -ENOENT if no event waits under this descriptor, -EBADF once closed
   */
  public int respond(long fd, int response) {
    return inside(() -> group.answer(fd, response));
  }

  /** How many events were read and wait for an answer; for properties. */
  public long unansweredNow() {
    return group.unansweredNow();
  }

  /** {@code fanotify_release}: all who wait for an answer may go on. */
  @Override
  void release() {
    group.release();
  }
}
