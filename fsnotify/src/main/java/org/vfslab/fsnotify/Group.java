package org.vfslab.fsnotify;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.WaitQueue;
import org.vfslab.vfs.Inode;

/** A listener and its queue: {@code struct fsnotify_group}. */
public final class Group {
  private final String name;
  private final SpinLock notificationLock;
  private final WaitQueue notificationWait;

  /** The inodes that are marked, and for which events; fixed before the machine runs. */
  private final Map<Inode, Integer> marks = new HashMap<>();

  // Protected by notificationLock.
  private final Deque<Event> queue = new ArrayDeque<>();

  /** A group without marks. */
  public Group(Lockdep lockdep, String name) {
    this.name = name;
    this.notificationLock = new SpinLock(lockdep, "notification_lock");
    this.notificationWait = new WaitQueue(lockdep.machine(), name);
  }

  /** Has events of {@code mask} on {@code inode} told; before the machine runs. */
  public void mark(Inode inode, int mask) {
    marks.merge(inode, mask, (a, b) -> a | b);
  }

  boolean wants(Inode inode, int bit) {
    Integer mask = marks.get(inode);
    return mask != null && (mask & bit) != 0;
  }

  /** {@code fsnotify_insert_event}: any context that may take a spinlock; never sleeps. */
  void insert(Event event) {
    notificationLock.lock();
    queue.add(event);
    notificationLock.unlock();
    notificationWait.wakeUp();
  }

  /** The oldest event, taken out of the queue, or null. */
  public @Nullable Event poll() {
    notificationLock.lock();
    Event event = queue.poll();
    notificationLock.unlock();
    return event;
  }

  /** How many events wait to be read; for printing and for properties. */
  public int queued() {
    return queue.size();
  }

  @Override
  public String toString() {
    return name + ": " + queue;
  }
}
