package org.vfslab.fsnotify;

import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;
import org.vfslab.machine.TaskState;
import org.vfslab.machine.WaitQueue;
import org.vfslab.trace.Happening;

/**
 * A fanotify group as the kernel sees it: {@code fs/notify/fanotify/fanotify.c}, 7.2. The system
 * calls on its descriptor are in {@link FanotifyFile}.
 */
final class FanotifyGroup extends Group {

  /** No descriptor comes with the event. */
  static final long FAN_NOFD = -1;

  static final int FAN_ALLOW = 1;
  static final int FAN_DENY = 2;

  /** {@code FAN_AUDIT}: the answer is logged. */
  static final int FAN_AUDIT = 0x10;

  /** Where an errno stands in an answer ({@code FAN_ERRNO_SHIFT}). */
  private static final int ERRNO_SHIFT = 24;

  /** The errnos with which a pre-content listener may deny; 0 for none given. */
  private static final Set<Integer> ERRNOS =
      Set.of(
          0,
          Errno.EIO,
          Errno.EPERM,
          Errno.EBUSY,
          Errno.ETXTBSY,
          Errno.EAGAIN,
          Errno.ENOSPC,
          Errno.EDQUOT);

  /** How many events of a bucket are looked at for a merge ({@code FANOTIFY_MAX_MERGE_EVENTS}). */
  private static final int MERGES_MAX = 128;

  private final boolean reportsIds;
  private final boolean auditEnabled;
  private final WaitQueue accessWaitq;

  // Protected by notification_lock.
  private final List<PermissionEvent> accessList = new ArrayList<>();

  FanotifyGroup(
      Fsnotify fsnotify,
      String name,
      Priority priority,
      int maxEvents,
      boolean reportsIds,
      boolean auditEnabled) {
    super(fsnotify, fsnotify.lockdep(), name, priority, maxEvents);
    this.reportsIds = reportsIds;
    this.auditEnabled = auditEnabled;
    this.accessWaitq = new WaitQueue(machine(), "answers of " + name);
  }

  boolean reportsIds() {
    return reportsIds;
  }

  // ---- an event comes

  @Override
  int handleEvent(int mask, EventData data, String name, int cookie, Report report) {
    int told = userMask(mask, report);
    if (told == 0) {
      return 0;
    }
    boolean asks = (told & EventMask.PERMISSION) != 0;
    if (asks && !report.prepareUserWait()) {
      return 0;
    }
    Machine machine = machine();
    int pid = machine.currentOrNull() instanceof Task task ? task.pid() : 0;
    int result = 0;
    if (asks) {
      PermissionEvent event = new PermissionEvent(machine, told, data, pid);
      if (insert(event, null) == QUEUED) {
        result = response(event);
      } else {
        destroy(event);
      }
      report.finishUserWait();
    } else {
      Event event = new Event(machine, told, data.inode(), reportsIds ? name : "", pid, 0);
      if (insert(event, FanotifyGroup::merge) != QUEUED) {
        destroy(event);
      }
    }
    return result;
  }

  /** {@code fanotify_group_event_mask}: of the event, what this group's marks ask to hear. */
  private int userMask(int mask, Report report) {
    int marked = 0;
    int ignored = 0;
    for (Report.Told told : report.told()) {
      Mark mark = told.mark();
      ignored |=
          mark.effectiveIgnoreMask(
              (mask & EventMask.ISDIR) != 0, told.kind() == Report.Kind.PARENT);
      if ((mask & EventMask.ISDIR) == 0 || (mark.mask() & EventMask.ISDIR) != 0) {
        marked |= mark.mask();
      }
    }
    int events = mask & EventMask.ALL & marked & ~ignored;
    if (events == 0 || !reportsIds) {
      return events;
    }
    return events | (mask & EventMask.ISDIR);
  }

  /**
   * {@code fanotify_merge}: the newest equal event, among so many. Permission events never merge.
   */
  private static boolean merge(Deque<Event> queue, Event event) {
    Iterator<Event> newest = queue.descendingIterator();
    for (int i = 0; newest.hasNext() && i < MERGES_MAX; i++) {
      Event old = newest.next();
      if (!old.isPermission() && old.object() != null && canMerge(old, event)) {
        old.addToMask(event.mask());
        return true;
      }
    }
    return false;
  }

  /** {@code fanotify_should_merge}. */
  private static boolean canMerge(Event old, Event event) {
    int apart = EventMask.ISDIR | EventMask.RENAME;
    return old.object() == event.object()
        && old.pid() == event.pid()
        && old.entry().equals(event.entry())
        && (old.mask() & apart) == (event.mask() & apart);
  }

  // ---- a task waits for its answer

  /** {@code fanotify_get_response}: outside of SRCU; killable. 0 or a negative errno. */
  private int response(PermissionEvent event) {
    int result =
        accessWaitq.waitEvent(
            "fanotify_get_response",
            TaskState.KILLABLE,
            () -> event.state().loadAcquire() == PermissionEvent.ANSWERED);
    if (result < 0) {
      notificationLock().lock();
      long state = event.state().loadAcquire();
      if (state == PermissionEvent.REPORTED) {
        event.state().storeRelease(PermissionEvent.CANCELED); // the answer will free it
      } else if (state == PermissionEvent.INIT) {
        removeLocked(event);
      }
      notificationLock().unlock();
      if (state == PermissionEvent.REPORTED) {
        return result;
      }
      if (state == PermissionEvent.INIT) {
        destroy(event);
        return result;
      }
    }
    event.use();
    int response = event.response();
    if ((response & FAN_AUDIT) != 0 && machine().tracing()) {
      machine().trace(new Happening.Noted("audit: fanotify answer " + (response & 3)));
    }
    destroy(event);
    if ((response & 3) == FAN_ALLOW) {
      return 0;
    }
    int errno = errnoOf(response);
    return errno == 0 ? -Errno.EPERM : -errno;
  }

  private static int errnoOf(int response) {
    return response >>> ERRNO_SHIFT;
  }

  // ---- the listener

  /** {@code get_one_event}: takes the oldest event; null if there is none. */
  @Nullable Event takeOne() {
    notificationLock().lock();
    Event event = peekLocked() == null ? null : removeLocked();
    if (event instanceof PermissionEvent permission) {
      permission.state().storeRelease(PermissionEvent.REPORTED);
    }
    notificationLock().unlock();
    return event;
  }

  /** The event was copied to user space: its answer can come. */
  void reported(PermissionEvent event) {
    notificationLock().lock();
    accessList.add(event);
    notificationLock().unlock();
  }

  /** The event could not be told to anybody. */
  void deny(PermissionEvent event) {
    notificationLock().lock();
    finishLocked(event, FAN_DENY);
    accessWaitq.wakeUp();
  }

  /**
   * {@code process_access_response}.
   *
   * @return 0, -EINVAL for an answer that makes no sense, -ENOENT if no event waits under this
   *     descriptor
   */
  int answer(long fd, int response) {
    int wanted = response & 3;
    int errno = errnoOf(response);
    boolean makesSense =
        switch (wanted) {
          case FAN_ALLOW -> errno == 0;
          case FAN_DENY ->
              (errno == 0 || priority() == Priority.PRE_CONTENT) && ERRNOS.contains(errno);
          default -> false;
        };
    int known = 3 | FAN_AUDIT | (0xff << ERRNO_SHIFT);
    if (!makesSense
        || (response & ~known) != 0
        || ((response & FAN_AUDIT) != 0 && !auditEnabled)
        || fd < 0) {
      return -Errno.EINVAL;
    }
    notificationLock().lock();
    for (PermissionEvent event : accessList) {
      if (event.fd() == fd) {
        accessList.remove(event);
        finishLocked(event, response);
        accessWaitq.wakeUp();
        return 0;
      }
    }
    notificationLock().unlock();
    return -Errno.ENOENT;
  }

  /** {@code finish_permission_event}: notification_lock held, given back here. */
  private void finishLocked(PermissionEvent event, int response) {
    event.response(response);
    boolean canceled = event.state().loadAcquire() == PermissionEvent.CANCELED;
    if (!canceled) {
      event.state().storeRelease(PermissionEvent.ANSWERED);
    }
    notificationLock().unlock();
    if (canceled) {
      destroy(event);
    }
  }

  /** {@code fanotify_release}: whoever waits may go on; then the group goes. May sleep. */
  void release() {
    stopQueueing();
    notificationLock().lock();
    while (!accessList.isEmpty()) {
      finishLocked(accessList.removeFirst(), FAN_ALLOW);
      notificationLock().lock();
    }
    while (peekLocked() != null) {
      Event event = removeLocked();
      if (event instanceof PermissionEvent permission) {
        finishLocked(permission, FAN_ALLOW);
      } else {
        notificationLock().unlock();
        destroy(event);
      }
      notificationLock().lock();
    }
    notificationLock().unlock();
    accessWaitq.wakeUpAll();
    destroyGroup();
  }

  /** How many events were read and wait for an answer; for properties. */
  long unansweredNow() {
    return accessList.size();
  }
}
