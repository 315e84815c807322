package org.vfslab.fsnotify;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.locking.SpinLock;
import org.vfslab.locking.Srcu;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.WaitQueue;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;
import org.vfslab.vfs.NotifyPoint;
import org.vfslab.vfs.SuperBlock;

/**
 * Adding, finding and taking away marks: {@code fs/notify/mark.c}, 7.2.
 *
 * <p>Locks, outermost first: the group's mark_mutex, mark->lock, connector->lock. Who walks the
 * marks of an object holds none of them: it is in a section of fsnotify_mark_srcu. So what was
 * unlinked is freed by a worker, a grace period later, and one reader that sleeps in its section
 * keeps all marks of the machine from being freed.
 */
final class Marks {
  private final Lockdep lockdep;
  private final Machine machine;
  private final Srcu srcu;

  /** {@code destroy_lock}. */
  private final SpinLock destroyLock;

  // Protected by destroyLock.
  private List<KernelObject> destroyList = new ArrayList<>();

  private final Work reaper;

  /** How many marks and connectors were given to the reaper, and how many it freed. */
  private final AtomicWord given;

  private final AtomicWord freed;
  private final WaitQueue reaped;

  Marks(Lockdep lockdep, Rcu rcu) {
    this.lockdep = lockdep;
    this.machine = lockdep.machine();
    this.srcu = new Srcu(lockdep, rcu, "fsnotify_mark_srcu");
    this.destroyLock = new SpinLock(lockdep, "destroy_lock");
    this.reaper = new Work(machine, "fsnotify_mark_destroy_workfn", this::reap);
    this.given = new AtomicWord(machine, "marks to free", 0);
    this.freed = new AtomicWord(machine, "marks freed", 0);
    this.reaped = new WaitQueue(machine, "fsnotify_wait_marks_destroyed");
  }

  /** {@code fsnotify_mark_srcu}. */
  Srcu srcu() {
    return srcu;
  }

  // ---- adding

  /**
   * {@code fsnotify_add_mark_locked}: mark_mutex of its group held.
   *
   * @return 0, or -EEXIST if the group has a mark there
   */
  int add(Mark mark, NotifyPoint point, SuperBlock sb) {
    Group group = mark.group();
    group.markMutex().assertHeld("fsnotify_add_mark_locked");
    mark.lock().lock();
    mark.flags().fetchOr(Mark.ALIVE | Mark.ATTACHED);
    mark.lock().unlock();
    group.marks().add(mark);
    get(mark);
    int error = addToObject(mark, point, sb);
    if (error < 0) {
      mark.lock().lock();
      mark.flags().fetchAnd(~(Mark.ALIVE | Mark.ATTACHED));
      mark.lock().unlock();
      group.marks().remove(mark);
      put(mark);
      return error;
    }
    recalculate(mark);
    return 0;
  }

  private int addToObject(Mark mark, NotifyPoint point, SuperBlock sb) {
    while (true) {
      Connector connector = (Connector) point.marks().loadAcquire();
      if (connector == null) {
        Connector made = new Connector(lockdep, point, sb);
        if (!point.marks().compareAndSet(null, made)) {
          made.kfree();
        }
        continue;
      }
      connector.lock().lock();
      if (point.marks().loadAcquire() != connector) { // its last mark went meanwhile
        connector.lock().unlock();
        continue;
      }
      for (Mark other : connector.marks()) {
        if (other.group() == mark.group() && other.has(Mark.ATTACHED)) {
          connector.lock().unlock();
          return -Errno.EEXIST;
        }
      }
      connector.add(mark);
      mark.connector().storeRelease(connector);
      watch(sb, mark.group(), 1);
      connector.lock().unlock();
      return 0;
    }
  }

  /** Adds a mark before the machine runs, when nobody is there who could take a lock. */
  void addBeforeRun(Mark mark, NotifyPoint point, SuperBlock sb) {
    Connector connector = (Connector) point.marks().peek();
    if (connector == null) {
      connector = new Connector(lockdep, point, sb);
      point.marks().storeRelease(connector);
    }
    mark.flags().fetchOr(Mark.ALIVE | Mark.ATTACHED);
    mark.group().marks().add(mark);
    connector.add(mark);
    mark.connector().storeRelease(connector);
    watch(sb, mark.group(), 1);
    connector.recalculate();
  }

  private static void watch(SuperBlock sb, Group group, int delta) {
    for (int priority = 0; priority <= group.priority().level(); priority++) {
      sb.watchers(priority).fetchAdd(delta);
    }
  }

  /** {@code fsnotify_find_mark}: the group's mark there; mark_mutex held. */
  static @Nullable Mark find(Group group, NotifyPoint point) {
    for (Mark mark : group.marks()) {
      Connector connector = mark.connectorNow();
      if (connector != null && connector.point() == point) {
        return mark;
      }
    }
    return null;
  }

  /** {@code fsnotify_recalc_mask}. */
  static void recalculate(Mark mark) {
    Connector connector = mark.connectorNow();
    if (connector != null) {
      connector.lock().lock();
      connector.recalculate();
      connector.lock().unlock();
    }
  }

  // ---- references

  static void get(Mark mark) {
    mark.refs().fetchAdd(1);
  }

  /**
   * {@code fsnotify_get_mark_safe}: pins a mark, and its group, for a wait outside of the SRCU
   * section; false if it is going away.
   */
  boolean getForWait(Mark mark) {
    if (!mark.refs().addIfPositive(1)) {
      return false;
    }
    mark.lock().lock();
    boolean attached = mark.has(Mark.ATTACHED);
    if (attached) {
      mark.group().userWaits().fetchAdd(1);
    }
    mark.lock().unlock();
    if (!attached) {
      put(mark);
    }
    return attached;
  }

  /** {@code fsnotify_put_mark_wake}: ends {@link #getForWait}. */
  void putAfterWait(Mark mark) {
    Group group = mark.group();
    group.get();
    put(mark);
    if (group.userWaits().addReturn(-1) == 0 && group.isShutDown()) {
      group.notificationWaitq().wakeUpAll();
    }
    group.put();
  }

  /** {@code fsnotify_put_mark}: any context that may take a spinlock; never sleeps. */
  void put(Mark mark) {
    Connector connector = mark.connectorNow();
    if (connector == null) { // was never attached
      if (mark.refs().addReturn(-1) == 0) {
        reap(List.of(mark));
      }
      return;
    }
    if (!decrementAndLock(mark.refs(), connector.lock())) {
      return;
    }
    List<KernelObject> gone = new ArrayList<>();
    connector.remove(mark);
    watch(connector.sb(), mark.group(), -1);
    if (connector.marks().isEmpty()) {
      connector.point().mask().writeOnce(0);
      connector.point().marks().storeRelease(null);
      gone.add(connector);
    } else {
      connector.recalculate();
    }
    connector.lock().unlock();
    mark.connector().storeRelease(null);
    gone.add(mark);
    reap(gone);
  }

  /** {@code refcount_dec_and_lock}. */
  private static boolean decrementAndLock(AtomicWord refs, SpinLock lock) {
    while (true) {
      long now = refs.readOnce();
      if (now > 1) {
        if (refs.compareAndSet(now, now - 1)) {
          return false;
        }
        continue;
      }
      lock.lock();
      if (refs.addReturn(-1) == 0) {
        return true;
      }
      lock.unlock();
      return false;
    }
  }

  // ---- taking away

  /** {@code fsnotify_destroy_mark}: may sleep. */
  void destroy(Mark mark) {
    Group group = mark.group();
    group.markMutex().lock();
    detach(mark);
    group.markMutex().unlock();
    free(mark);
  }

  /** {@code fsnotify_detach_mark}: mark_mutex held; the caller has a reference. */
  void detach(Mark mark) {
    mark.lock().lock();
    boolean was = (mark.flags().fetchAnd(~Mark.ATTACHED) & Mark.ATTACHED) != 0;
    mark.lock().unlock();
    if (was) {
      mark.group().marks().remove(mark);
      put(mark);
    }
  }

  /** {@code fsnotify_free_mark}: the group hears of it once. */
  static void free(Mark mark) {
    mark.lock().lock();
    boolean was = (mark.flags().fetchAnd(~Mark.ALIVE) & Mark.ALIVE) != 0;
    mark.lock().unlock();
    if (was) {
      mark.group().freeing(mark);
    }
  }

  /** {@code fsnotify_clear_marks_by_group}: may sleep. */
  void clear(Group group) {
    while (true) {
      group.markMutex().lock();
      Mark mark = group.marks().isEmpty() ? null : group.marks().getFirst();
      if (mark == null) {
        group.markMutex().unlock();
        return;
      }
      get(mark);
      detach(mark);
      group.markMutex().unlock();
      free(mark);
      put(mark);
    }
  }

  /** {@code fsnotify_destroy_marks}: all marks of an object that goes away; may sleep. */
  void clear(NotifyPoint point) {
    int index = srcu.srcuReadLock();
    List<Mark> pinned = new ArrayList<>();
    if (point.marks().loadAcquire() instanceof Connector connector) {
      connector.lock().lock();
      for (Mark mark : connector.marks()) {
        if (mark.refs().addIfPositive(1)) {
          pinned.add(mark);
        }
      }
      connector.lock().unlock();
    }
    srcu.srcuReadUnlock(index);
    for (Mark mark : pinned) {
      destroy(mark);
      put(mark);
    }
  }

  // ---- freeing

  private void reap(List<? extends KernelObject> gone) {
    destroyLock.lock();
    destroyList.addAll(gone);
    given.fetchAdd(gone.size());
    destroyLock.unlock();
    machine.systemWorkqueue().queueWork(reaper);
  }

  /** {@code fsnotify_mark_destroy_workfn}. */
  private void reap() {
    destroyLock.lock();
    List<KernelObject> gone = destroyList;
    destroyList = new ArrayList<>();
    destroyLock.unlock();
    if (gone.isEmpty()) {
      return;
    }
    srcu.synchronizeSrcu();
    for (KernelObject object : gone) {
      if (object instanceof Mark mark) {
        mark.group().put();
      }
      object.kfree();
    }
    freed.fetchAdd(gone.size());
    reaped.wakeUpAll();
  }

  /** {@code fsnotify_wait_marks_destroyed}: sleeps until what was unlinked before is freed. */
  void waitUntilFreed() {
    long until = given.loadAcquire();
    reaped.waitEvent("fsnotify_wait_marks_destroyed", () -> freed.loadAcquire() >= until);
  }

  /** How many marks and connectors wait to be freed; for properties. */
  long unfreedNow() {
    return given.peek() - freed.peek();
  }
}
