package org.vfslab.fsnotify;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockState;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.trace.Happening;
import org.vfslab.vfs.File;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.ModifyEvents;
import org.vfslab.vfs.NotifyPoint;
import org.vfslab.vfs.Place;
import org.vfslab.vfs.SuperBlock;

/**
 * The hooks of the VFS and the way of an event to its listeners: {@code include/linux/fsnotify.h}
 * and {@code fs/notify/fsnotify.c}, 7.2.
 *
 * <p>A hook looks first whether anything on the filesystem is watched, then whether the objects of
 * this event are; only then it enters fsnotify_mark_srcu and tells the groups, the highest priority
 * first, each once. The first group that denies ends the walk.
 *
 * <p>While a machine has no group at all a hook makes no step: nobody can add the first one once it
 * runs.
 */
public final class Fsnotify implements ModifyEvents {

  /** Nobody with at least content priority was there at the open: no permission hooks. */
  private static final int NO_PERM = 1;

  /** Nobody watched the file for pre-content events at the open. */
  private static final int NO_PRE_CONTENT = 2;

  private static final long PAGE = Inode.PAGE_BYTES;

  private final Lockdep lockdep;
  private final Machine machine;
  private final Rcu rcu;
  private final List<Group> groups = new CopyOnWriteArrayList<>();
  private final AtomicInteger cookies = new AtomicInteger();
  private volatile @Nullable Marks marks;

  /** Nobody listens yet. */
  public Fsnotify(Lockdep lockdep, Rcu rcu) {
    this.lockdep = lockdep;
    this.machine = lockdep.machine();
    this.rcu = rcu;
  }

  Lockdep lockdep() {
    return lockdep;
  }

  Marks marks() {
    return Objects.requireNonNull(marks, "no group was made");
  }

  /** Numbers a group; the first one before the machine runs. */
  int enter(Group group) {
    if (marks == null) {
      marks = new Marks(lockdep, rcu);
    }
    groups.add(group);
    return groups.size();
  }

  /** How many marks and connectors are unlinked and not freed; for properties. */
  public long unfreedMarksNow() {
    Marks made = marks;
    return made == null ? 0 : made.unfreedNow();
  }

  private boolean isWatched(SuperBlock sb, Group.Priority priority) {
    return marks != null && sb.watchers(priority.level()).readOnce() != 0;
  }

  @Override
  public boolean wantsClosed(File file) {
    return !file.isUnwatched() && isWatched(file.inode().sb(), Group.Priority.NORMAL);
  }

  // ---- asked before

  @Override
  public int openPermission(File file) {
    SuperBlock sb = file.inode().sb();
    if (marks == null || file.isUnwatched()) {
      return 0;
    }
    if (!isWatched(sb, Group.Priority.CONTENT)) {
      file.hooksOff(NO_PERM | NO_PRE_CONTENT);
      return 0;
    }
    if (!isWatched(sb, Group.Priority.PRE_CONTENT)
        || !isObjectOrParentWatched(file.inode(), EventMask.PRE_CONTENT)) {
      file.hooksOff(NO_PRE_CONTENT);
    }
    return withParent(EventMask.OPEN_PERM, EventData.path(file.inode()));
  }

  private static boolean isObjectOrParentWatched(Inode inode, int mask) {
    SuperBlock sb = inode.sb();
    long watched =
        inode.notifyPoint().mask().readOnce()
            | sb.mountNotifyPoint().mask().readOnce()
            | sb.notifyPoint().mask().readOnce();
    Place place = inode.place();
    if (place != null) {
      watched |= childMask(place.directory());
    }
    return (watched & mask) != 0;
  }

  @Override
  public int areaPermission(File file, boolean write, long pos, long bytes) {
    mustNotHaveStarted(file.inode(), "fsnotify_file_area_perm");
    if (marks == null || file.isUnwatched()) {
      return 0;
    }
    if ((file.hooksOff() & NO_PRE_CONTENT) == 0) {
      int denied = preContent(EventMask.PRE_ACCESS, file.inode(), pos, bytes);
      if (denied < 0) {
        return denied;
      }
    }
    if (write || (file.hooksOff() & NO_PERM) != 0) {
      return 0;
    }
    return permission(EventMask.ACCESS_PERM, EventData.path(file.inode()));
  }

  @Override
  public int mapPermission(File file, long pos, long bytes) {
    return marks == null || file.isUnwatched() || (file.hooksOff() & NO_PRE_CONTENT) != 0
        ? 0
        : preContent(EventMask.PRE_ACCESS, file.inode(), pos, bytes);
  }

  @Override
  public int truncatePermission(Inode inode, long newSizeBytes) {
    return marks == null ? 0 : preContent(EventMask.PRE_ACCESS, inode, newSizeBytes, 0);
  }

  @Override
  public int preModify(Inode inode, LockState inside, long pos, long bytes) {
    if (marks == null) {
      return 0;
    }
    mustNotHaveStarted(inode, "fsnotify_pre_modify");
    if (inside == LockState.NOT_HELD) {
      warn(
          "fsnotify_pre_modify",
          "sb_write_srcu_started(sb) is false",
          "The pre-modify event for "
              + inode.name()
              + " is raised outside the write section: a barrier does not wait for this write.");
    }
    return preContent(EventMask.PRE_MODIFY, inode, pos, bytes);
  }

  /** {@code fsnotify_pre_content}: the range is rounded out to pages. */
  private int preContent(int mask, Inode inode, long pos, long bytes) {
    if (pos < 0) {
      return permission(mask, EventData.path(inode));
    }
    long begin = pos / PAGE * PAGE;
    long end = bytes > Long.MAX_VALUE - pos - PAGE ? Long.MAX_VALUE : pos + bytes;
    long rounded = end == Long.MAX_VALUE ? end : (end + PAGE - 1) / PAGE * PAGE;
    return permission(mask, new EventData(inode, true, begin, rounded - begin));
  }

  /**
   * {@code lockdep_assert_once(file_write_not_started(file))}: only a hold that is known is a
   * mistake.
   */
  private void mustNotHaveStarted(Inode inode, String where) {
    if (inode.sb().writeProtection().writeStarted(FreezeLevel.WRITE) == LockState.HELD) {
      warn(
          where,
          "file_write_not_started(file) is false",
          "The permission hook for "
              + inode.name()
              + " runs inside freeze protection: a listener that writes deadlocks with a freeze.");
    }
  }

  private void warn(String where, String what, String text) {
    String title = "WARNING: at " + where + ": " + what;
    machine.report(ReportKind.LOCKDEP, title, title + "\n" + text);
  }

  private int permission(int mask, EventData data) {
    Group.Priority least =
        (mask & EventMask.PRE_CONTENT) != 0 ? Group.Priority.PRE_CONTENT : Group.Priority.CONTENT;
    return isWatched(data.inode().sb(), least) ? withParent(mask, data) : 0;
  }

  // ---- told after

  @Override
  public void opened(File file) {
    told(file, EventMask.OPEN);
  }

  @Override
  public void closed(File file) {
    told(file, file.isWritable() ? EventMask.CLOSE_WRITE : EventMask.CLOSE_NOWRITE);
  }

  @Override
  public void modified(File file) {
    told(file, EventMask.MODIFY);
  }

  @Override
  public void accessed(File file) {
    told(file, EventMask.ACCESS);
  }

  private void told(File file, int mask) {
    if (!file.isUnwatched() && isWatched(file.inode().sb(), Group.Priority.NORMAL)) {
      withParent(mask, EventData.path(file.inode()));
    }
  }

  @Override
  public void resized(Inode inode) {
    tellInode(inode, EventMask.MODIFY);
  }

  @Override
  public void attributesChanged(Inode inode) {
    tellInode(inode, EventMask.ATTRIB);
  }

  private void tellInode(Inode inode, int mask) {
    if (isWatched(inode.sb(), Group.Priority.NORMAL)) {
      withParent(mask, EventData.inode(inode));
    }
  }

  @Override
  public void created(Inode directory, String name, Inode inode) {
    tellName(EventMask.CREATE, directory, name, inode, 0);
  }

  @Override
  public void unlinked(Inode directory, String name, Inode inode) {
    tellName(EventMask.DELETE, directory, name, inode, 0);
  }

  @Override
  public void moved(
      Inode from, String oldName, Inode to, String newName, Inode inode, @Nullable Inode victim) {
    if (!isWatched(from.sb(), Group.Priority.NORMAL)) {
      return;
    }
    int cookie = cookies.incrementAndGet();
    int rename = EventMask.RENAME | isDir(inode);
    send(rename, EventData.inode(inode), null, oldName, from, to == from ? null : to, 0);
    tellName(EventMask.MOVED_FROM, from, oldName, inode, cookie);
    tellName(EventMask.MOVED_TO, to, newName, inode, cookie);
    if (victim != null) {
      tellInode(victim, EventMask.ATTRIB);
    }
    if (isWatched(inode.sb(), Group.Priority.NORMAL)) {
      send(EventMask.MOVE_SELF | isDir(inode), EventData.inode(inode), null, "", inode, null, 0);
    }
  }

  private void tellName(int mask, Inode directory, String name, Inode inode, int cookie) {
    if (isWatched(directory.sb(), Group.Priority.NORMAL)) {
      send(mask | isDir(inode), EventData.inode(inode), null, name, directory, null, cookie);
    }
  }

  @Override
  public void removed(Inode inode) {
    if (isWatched(inode.sb(), Group.Priority.NORMAL)) {
      send(EventMask.DELETE_SELF | isDir(inode), EventData.inode(inode), null, "", inode, null, 0);
      marks().clear(inode.notifyPoint());
    }
  }

  @Override
  public void unmounted(SuperBlock sb) {
    if (!isWatched(sb, Group.Priority.NORMAL)) {
      return;
    }
    sb.inodes().forEach(this::unmounted);
    unmounted(sb.root());
    marks().clear(sb.mountNotifyPoint());
    marks().clear(sb.notifyPoint());
  }

  private void unmounted(Inode inode) {
    send(EventMask.UNMOUNT, EventData.inode(inode), null, "", inode, null, 0);
    marks().clear(inode.notifyPoint());
  }

  private static int isDir(Inode inode) {
    return inode.isDirectory() ? EventMask.ISDIR : 0;
  }

  // ---- the way of an event

  /** What a directory asks to hear of its children, or 0. */
  private static long childMask(Inode directory) {
    long mask = directory.notifyPoint().mask().readOnce();
    return (mask & EventMask.EVENT_ON_CHILD) == 0 ? 0 : mask;
  }

  /** {@code __fsnotify_parent}: parent and child are told together, a group of both once. */
  private int withParent(int mask, EventData data) {
    Inode inode = data.inode();
    int whole = mask | isDir(inode);
    Place place = inode.place();
    if (place != null && (childMask(place.directory()) & mask) != 0) {
      return send(
          whole | EventMask.EVENT_ON_CHILD, data, place.directory(), place.name(), inode, null, 0);
    }
    return send(whole, data, null, "", inode, null, 0);
  }

  /**
   * {@code fsnotify}.
   *
   * @param parent the directory that hears of its child, or null
   * @param name the name in the directory, or an empty string
   * @param inode whose marks of kind INODE are told: the object, or the directory of a name
   * @param second the directory to which a name moves, or null
   */
  private int send(
      int mask,
      EventData data,
      @Nullable Inode parent,
      String name,
      Inode inode,
      @Nullable Inode second,
      int cookie) {
    SuperBlock sb = inode.sb();
    NotifyPoint mount = data.isPath() ? sb.mountNotifyPoint() : null;
    long wanted = wanted(inode.notifyPoint()) | wanted(sb.notifyPoint());
    wanted |= mount == null ? 0 : wanted(mount);
    wanted |= parent == null ? 0 : wanted(parent.notifyPoint());
    wanted |= second == null ? 0 : wanted(second.notifyPoint());
    if ((wanted & mask & EventMask.ALL) == 0) {
      return 0;
    }
    Marks all = marks();
    Report report = new Report(all, all.srcu().srcuReadLock());
    report.add(Report.Kind.INODE, inode.notifyPoint());
    report.add(Report.Kind.PARENT, parent == null ? null : parent.notifyPoint());
    report.add(Report.Kind.MOUNT, mount);
    report.add(Report.Kind.SUPERBLOCK, sb.notifyPoint());
    report.add(Report.Kind.SECOND_INODE, second == null ? null : second.notifyPoint());
    int result = 0;
    for (Group group = report.next(); group != null; group = report.next()) {
      int answer = sendToGroup(group, mask, data, name, cookie, report);
      if (answer != 0 && (mask & EventMask.PERMISSION) != 0) {
        result = answer;
        break;
      }
    }
    report.end();
    return result;
  }

  private static long wanted(NotifyPoint point) {
    return point.mask().readOnce();
  }

  /** {@code send_to_group}. */
  private int sendToGroup(
      Group group, int mask, EventData data, String name, int cookie, Report report) {
    if (report.told().isEmpty()) {
      return 0;
    }
    int marked = 0;
    int ignored = 0;
    for (Report.Told told : report.told()) {
      Mark mark = told.mark();
      if ((mask & EventMask.MODIFY) != 0 && !mark.has(Mark.IGNORED_SURV_MODIFY)) {
        clearIgnoreMask(mark);
      }
      marked |= mark.mask();
      ignored |=
          mark.effectiveIgnoreMask(
              (mask & EventMask.ISDIR) != 0, told.kind() == Report.Kind.PARENT);
    }
    if ((mask & EventMask.ALL & marked & ~ignored) == 0) {
      return 0;
    }
    if (machine.tracing()) {
      machine.trace(
          new Happening.Noted(
              "event "
                  + EventMask.name(mask & EventMask.ALL)
                  + " on "
                  + data.inode().name()
                  + " to "
                  + group.name()));
    }
    return group.handleEvent(mask, data, name, cookie, report);
  }

  private static void clearIgnoreMask(Mark mark) {
    if (mark.ignoreWord().readOnce() != 0) {
      mark.ignoreWord().writeOnce(0);
    }
  }
}
