package org.vfslab.fsnotify;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.UserProcess;

/** An inotify instance and its system calls: {@code fs/notify/inotify}, 7.2. */
public final class Inotify extends ListenerFile {

  /** {@code IN_ONLYDIR}: the path must be a directory. */
  public static final int IN_ONLYDIR = 0x1000000;

  /** {@code IN_MASK_CREATE}: there must be no watch yet. */
  public static final int IN_MASK_CREATE = 0x10000000;

  /** {@code IN_MASK_ADD}: adds to the watch that is there. */
  public static final int IN_MASK_ADD = 0x20000000;

  /** {@code IN_ONESHOT}: the first event takes the watch away. */
  public static final int IN_ONESHOT = 0x80000000;

  /** {@code IN_ALL_EVENTS}. */
  public static final int IN_ALL_EVENTS = 0xfff;

  private final Instance group;
  private final boolean nonBlocking;

  /** {@code inotify_init1}; the first group before the machine runs. */
  public Inotify(Fsnotify fsnotify, UserProcess process, String name, boolean nonBlocking) {
    this(new Instance(fsnotify, name), process, nonBlocking);
  }

  private Inotify(Instance group, UserProcess process, boolean nonBlocking) {
    super(group, process);
    this.group = group;
    this.nonBlocking = nonBlocking;
  }

  /** An event of one watch. */
  private static final class Queued extends Event {
    private final int wd;

    Queued(Machine machine, int wd, int mask, String name, int cookie) {
      super(machine, mask, null, name, 0, cookie);
      this.wd = wd;
    }
  }

  /** The kernel's side. */
  private static final class Instance extends Group {

    /** {@code idr_lock}. */
    private final SpinLock idrLock;

    // Protected by idrLock.
    private final Map<Integer, Mark> watches = new TreeMap<>();
    private int nextWd = 1;

    Instance(Fsnotify fsnotify, String name) {
      super(fsnotify, fsnotify.lockdep(), name, Priority.NORMAL, MAX_EVENTS);
      this.idrLock = new SpinLock(fsnotify.lockdep(), "inotify idr_lock");
    }

    /** {@code fsnotify_handle_event}: the parent's watch with the name, the child's without. */
    @Override
    int handleEvent(int mask, EventData data, String name, int cookie, Report report) {
      List<Report.Told> told = new ArrayList<>(report.told());
      told.sort((a, b) -> Boolean.compare(isParent(b), isParent(a)));
      for (Report.Told one : told) {
        boolean onChild = (mask & EventMask.EVENT_ON_CHILD) != 0;
        if ((mask & one.mark().mask() & EventMask.ALL) != 0) {
          queue(one.mark(), mask, onChild && !isParent(one) ? "" : name, cookie);
          if (one.mark().has(Mark.IN_ONESHOT)) {
            fsnotify().marks().destroy(one.mark());
          }
        }
      }
      return 0;
    }

    private static boolean isParent(Report.Told told) {
      return told.kind() == Report.Kind.PARENT;
    }

    /** {@code inotify_handle_inode_event}. */
    private void queue(Mark mark, int mask, String name, int cookie) {
      int shown = mask & ~EventMask.EVENT_ON_CHILD;
      if ((mask & (EventMask.MOVE_SELF | EventMask.DELETE_SELF)) != 0) {
        shown &= ~EventMask.ISDIR;
      }
      Event event = new Queued(machine(), mark.wd(), shown, name, cookie);
      if (insert(event, Instance::merge) != QUEUED) {
        destroy(event);
      }
    }

    /** {@code inotify_merge}: only the newest event, and only an equal one. */
    private static boolean merge(Deque<Event> queue, Event event) {
      return queue.peekLast() instanceof Queued last
          && event instanceof Queued fresh
          && last.mask() == fresh.mask()
          && last.wd == fresh.wd
          && last.entry().equals(fresh.entry())
          && (last.mask() & EventMask.IN_IGNORED) == 0;
    }

    /** {@code inotify_ignored_and_remove_idr}. */
    @Override
    void freeing(Mark mark) {
      queue(mark, EventMask.IN_IGNORED, "", 0);
      idrLock.lock();
      watches.remove(mark.wd());
      idrLock.unlock();
    }
  }

  /**
   * {@code inotify_add_watch}.
   *
   * @return a watch descriptor, from 1; -EINVAL without events, -ENOENT, -ENOTDIR, -EEXIST
   */
  public int addWatch(String path, int mask) {
    return inside(() -> add(path, mask));
  }

  private int add(String path, int mask) {
    boolean adds = (mask & IN_MASK_ADD) != 0;
    boolean creates = (mask & IN_MASK_CREATE) != 0;
    if ((mask & IN_ALL_EVENTS) == 0 || (adds && creates)) {
      return -Errno.EINVAL;
    }
    Inode inode = process().lookUp(path);
    int wrong = check(inode, mask);
    if (inode == null || wrong < 0) {
      return wrong;
    }
    int events = events(mask);
    group.markMutex().lock();
    Mark mark = Marks.find(group, inode.notifyPoint());
    int result;
    if (mark == null) {
      result = newWatch(inode, mask);
    } else if (creates) {
      result = -Errno.EEXIST;
    } else {
      mark.lock().lock();
      mark.maskWord().writeOnce(adds ? mark.mask() | events : events);
      mark.lock().unlock();
      Marks.recalculate(mark);
      result = mark.wd();
    }
    group.markMutex().unlock();
    return result;
  }

  /**
   * A watch that is there before the machine runs, as {@link #addWatch}; the first one of its
   * object.
   */
  public int addWatchBeforeRun(String path, int mask) {
    if ((mask & IN_ALL_EVENTS) == 0) {
      return -Errno.EINVAL;
    }
    Inode inode = process().lookUp(path);
    int wrong = check(inode, mask);
    if (inode == null || wrong < 0) {
      return wrong;
    }
    if (Marks.find(group, inode.notifyPoint()) != null) {
      return -Errno.EEXIST;
    }
    Mark mark = mark(mask);
    int wd = group.nextWd++;
    group.watches.put(wd, mark);
    mark.wd(wd);
    group.fsnotify().marks().addBeforeRun(mark, inode.notifyPoint(), inode.sb());
    return wd;
  }

  private static int check(@Nullable Inode inode, int mask) {
    if (inode == null) {
      return -Errno.ENOENT;
    }
    return (mask & IN_ONLYDIR) != 0 && !inode.isDirectory() ? -Errno.ENOTDIR : 0;
  }

  private static int events(int mask) {
    return (mask & IN_ALL_EVENTS) | EventMask.UNMOUNT | EventMask.EVENT_ON_CHILD;
  }

  private Mark mark(int mask) {
    return new Mark(group, events(mask), (mask & IN_ONESHOT) != 0 ? Mark.IN_ONESHOT : 0);
  }

  private int newWatch(Inode inode, int asked) {
    Mark mark = mark(asked);
    group.idrLock.lock();
    int wd = group.nextWd++;
    group.watches.put(wd, mark);
    group.idrLock.unlock();
    mark.wd(wd);
    Marks marks = group.fsnotify().marks();
    int error = marks.add(mark, inode.notifyPoint(), inode.sb());
    marks.put(mark);
    return error < 0 ? error : wd;
  }

  /** {@code inotify_rm_watch}: 0, or -EINVAL for a watch that is not there. IN_IGNORED follows. */
  public int removeWatch(int wd) {
    return inside(() -> remove(wd));
  }

  private int remove(int wd) {
    group.idrLock.lock();
    Mark mark = group.watches.get(wd);
    if (mark != null) {
      Marks.get(mark);
    }
    group.idrLock.unlock();
    if (mark == null) {
      return -Errno.EINVAL;
    }
    Marks marks = group.fsnotify().marks();
    marks.destroy(mark);
    marks.put(mark);
    return 0;
  }

  /**
   * {@code read} of one event: sleeps, interruptibly, until there is one.
   *
   * @param into one element, null, in which the event is put
   * @return 0, -EAGAIN, -EINTR or -EBADF
   */
  public int read(@Nullable InotifyEvent[] into) {
    return inside(() -> readInside(into));
  }

  private int readInside(@Nullable InotifyEvent[] into) {
    while (true) {
      group.notificationLock().lock();
      Event event = group.peekLocked() == null ? null : group.removeLocked();
      group.notificationLock().unlock();
      if (event != null) {
        int wd = event instanceof Queued queued ? queued.wd : -1;
        into[0] = new InotifyEvent(wd, event.mask(), event.cookie(), event.entry());
        group.destroy(event);
        return 0;
      }
      if (nonBlocking) {
        return -Errno.EAGAIN;
      }
      if (awaitEvent("inotify_read") < 0) {
        return -Errno.EINTR;
      }
    }
  }

  /** {@code inotify_release}. */
  @Override
  void release() {
    group.destroyGroup();
  }
}
