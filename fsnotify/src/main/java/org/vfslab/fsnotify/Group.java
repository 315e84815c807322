package org.vfslab.fsnotify;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Mutex;
import org.vfslab.locking.SpinLock;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;

/**
 * A listener and its queue: {@code struct fsnotify_group}, with the queue of {@code
 * fs/notify/notification.c}, 7.2.
 */
public abstract class Group extends KernelObject {

  /** {@code max_queued_events} of both front ends. */
  public static final int MAX_EVENTS = 16384;

  /** The result of {@link #insert} for an event that is queued. */
  static final int QUEUED = 0;

  /** The result for one that another event has taken up. */
  static final int MERGED = 1;

  /** The result for one that is lost. */
  static final int DROPPED = 2;

  /** Who is told first ({@code enum fsnotify_group_prio}). */
  public enum Priority {
    /** {@code FSNOTIFY_PRIO_NORMAL}. */
    NORMAL(0),
    /** {@code FSNOTIFY_PRIO_CONTENT}. */
    CONTENT(1),
    /** {@code FSNOTIFY_PRIO_PRE_CONTENT}. */
    PRE_CONTENT(2);

    private final int level;

    Priority(int level) {
      this.level = level;
    }

    /** The number of the kernel. */
    public int level() {
      return level;
    }
  }

  private final Fsnotify fsnotify;
  private final int number;
  private final Priority priority;

  /** {@code max_events}: protected by notificationLock. */
  private int maxEvents;

  private final AtomicWord refs;
  private final Mutex markMutex;

  // Protected by markMutex.
  private final List<Mark> marks = new ArrayList<>();

  private final SpinLock notificationLock;
  private final WaitQueue notificationWaitq;

  // Protected by notificationLock.
  private final Deque<Event> queue = new ArrayDeque<>();
  private final Event overflow;
  private boolean overflowQueued;

  /** {@code q_len}: written with notificationLock held. */
  private final AtomicWord queued;

  /** {@code shutdown}: written with notificationLock held. */
  private final AtomicWord shutdown;

  /** {@code user_waits}: how many tasks wait for an answer with marks of this group pinned. */
  private final AtomicWord userWaits;

  @SuppressWarnings("this-escape") // its number comes from the list on which it is put
  Group(Fsnotify fsnotify, Lockdep lockdep, String name, Priority priority, int maxEvents) {
    super(lockdep.machine(), name);
    this.fsnotify = fsnotify;
    this.priority = priority;
    this.maxEvents = maxEvents;
    this.refs = new AtomicWord(machine(), "refs of " + name, 1);
    this.markMutex = machine().within(this, () -> new Mutex(lockdep, "group->mark_mutex"));
    this.notificationLock =
        machine().within(this, () -> new SpinLock(lockdep, "group->notification_lock"));
    this.notificationWaitq = new WaitQueue(machine(), "events of " + name);
    this.queued = new AtomicWord(machine(), "q_len of " + name, 0);
    this.shutdown = new AtomicWord(machine(), "shutdown of " + name, 0);
    this.userWaits = new AtomicWord(machine(), "user_waits of " + name, 0);
    this.overflow = new Event(machine(), EventMask.Q_OVERFLOW, null, "", 0, 0);
    this.number = fsnotify.enter(this);
  }

  /**
   * {@code fsnotify_compare_groups}: below 0 if {@code a} is told before {@code b}. The kernel's
   * second key is the address; ours is the age.
   */
  static int compare(Group a, Group b) {
    int byPriority = Integer.compare(b.priority.level(), a.priority.level());
    return byPriority != 0 ? byPriority : Integer.compare(a.number, b.number);
  }

  final Fsnotify fsnotify() {
    return fsnotify;
  }

  final Lockdep lockdep() {
    return fsnotify.lockdep();
  }

  final Priority priority() {
    return priority;
  }

  final Mutex markMutex() {
    return markMutex;
  }

  /** Its marks; markMutex held. */
  final List<Mark> marks() {
    return marks;
  }

  final SpinLock notificationLock() {
    return notificationLock;
  }

  final WaitQueue notificationWaitq() {
    return notificationWaitq;
  }

  final AtomicWord userWaits() {
    return userWaits;
  }

  final boolean isShutDown() {
    return shutdown.loadAcquire() != 0;
  }

  final AtomicWord queuedWord() {
    return queued;
  }

  // ---- what front ends do

  /**
   * {@code handle_event}: in a section of fsnotify_mark_srcu.
   *
   * @return 0, or for a permission event the errno with which it is denied
   */
  abstract int handleEvent(int mask, EventData data, String name, int cookie, Report report);

  /** {@code freeing_mark}: a mark of it is going away. May sleep for nothing. */
  void freeing(Mark mark) {}

  // ---- references

  final void get() {
    refs.fetchAdd(1);
  }

  /** {@code fsnotify_put_group}. */
  final void put() {
    if (refs.addReturn(-1) == 0) {
      kfree();
    }
  }

  // ---- the queue

  /** What a front end does to find an event that can take up a new one; notification_lock held. */
  interface Merge {
    /** Returns whether it was taken up. */
    boolean merge(Deque<Event> queue, Event event);
  }

  /**
   * {@code fsnotify_insert_event}: any context that may take a spinlock; never sleeps. An event for
   * which there is no room is lost, and the overflow event is queued in its place once.
   *
   * @return {@link #QUEUED}, {@link #MERGED} or {@link #DROPPED}
   */
  final int insert(Event event, @Nullable Merge merge) {
    notificationLock.lock();
    int result = insertLocked(event, merge);
    notificationLock.unlock();
    if (result == QUEUED || result == DROPPED) {
      notificationWaitq.wakeUp();
    }
    return result;
  }

  private int insertLocked(Event event, @Nullable Merge merge) {
    if (isShutDown()) {
      return DROPPED;
    }
    boolean full = event == overflow || queued.readOnce() >= maxEvents;
    if (full && overflowQueued) {
      return DROPPED;
    }
    if (!full && merge != null && !queue.isEmpty() && merge.merge(queue, event)) {
      return MERGED;
    }
    overflowQueued |= full;
    queue.add(full ? overflow : event);
    queued.fetchAdd(1);
    return full ? DROPPED : QUEUED;
  }

  /** The oldest event; notification_lock held. */
  final @Nullable Event peekLocked() {
    return queue.peek();
  }

  /** {@code fsnotify_remove_first_event}: notification_lock held, and the queue is not empty. */
  final Event removeLocked() {
    Event event = queue.remove();
    removed(event);
    return event;
  }

  /** {@code fsnotify_remove_queued_event}: notification_lock held, and the event is queued. */
  final void removeLocked(Event event) {
    queue.remove(event);
    removed(event);
  }

  private void removed(Event event) {
    queued.fetchAdd(-1);
    if (event == overflow) {
      overflowQueued = false;
    }
  }

  /** {@code fsnotify_destroy_event}; the overflow event stays. */
  final void destroy(Event event) {
    if (event != overflow) {
      event.kfree();
    }
  }

  /** Gives the queue another length. */
  final void limit(int newMaxEvents) {
    notificationLock.lock();
    maxEvents = newMaxEvents;
    notificationLock.unlock();
  }

  // ---- the end

  /** {@code fsnotify_group_stop_queueing}. */
  final void stopQueueing() {
    notificationLock.lock();
    shutdown.storeRelease(1);
    notificationLock.unlock();
  }

  /**
   * {@code fsnotify_destroy_group}: takes the marks away and waits until nobody can use them. May
   * sleep.
   */
  final void destroyGroup() {
    stopQueueing();
    fsnotify.marks().clear(this);
    notificationWaitq.waitEvent("fsnotify_destroy_group", () -> userWaits.loadAcquire() == 0);
    fsnotify.marks().waitUntilFreed();
    notificationLock.lock();
    while (peekLocked() != null) {
      Event event = removeLocked();
      notificationLock.unlock();
      destroy(event);
      notificationLock.lock();
    }
    notificationLock.unlock();
    put();
  }

  /** How many events wait to be read; for printing and for properties. */
  public final long queuedNow() {
    return queued.peek();
  }

  @Override
  public final String toString() {
    return name() + ": " + queuedNow() + " events";
  }
}
