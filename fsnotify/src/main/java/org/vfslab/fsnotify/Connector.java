package org.vfslab.fsnotify;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.SpinLock;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.KernelObject;
import org.vfslab.vfs.NotifyPoint;
import org.vfslab.vfs.SuperBlock;

/**
 * The marks of one object: {@code struct fsnotify_mark_connector}. The list is sorted by {@link
 * Group#compare}; it is read in a section of fsnotify_mark_srcu and changed with the lock held.
 */
final class Connector extends KernelObject {
  private final NotifyPoint point;
  private final SuperBlock sb;
  private final SpinLock lock;

  /** Never changed once shown. */
  private final AtomicRef<List<Mark>> marks;

  Connector(Lockdep lockdep, NotifyPoint point, SuperBlock sb) {
    super(lockdep.machine(), "connector of " + point);
    this.point = point;
    this.sb = sb;
    this.lock = machine().within(this, () -> new SpinLock(lockdep, "connector->lock"));
    this.marks = new AtomicRef<>(machine(), "list of " + name(), List.of());
  }

  NotifyPoint point() {
    return point;
  }

  SuperBlock sb() {
    return sb;
  }

  SpinLock lock() {
    return lock;
  }

  List<Mark> marks() {
    return Objects.requireNonNull(marks.loadAcquire());
  }

  /** Adds a mark at its place; lock held. */
  void add(Mark mark) {
    List<Mark> next = new ArrayList<>(marks());
    int at = 0;
    while (at < next.size() && Group.compare(next.get(at).group(), mark.group()) < 0) {
      at++;
    }
    next.add(at, mark);
    marks.storeRelease(List.copyOf(next));
  }

  /** Takes a mark out; lock held. */
  void remove(Mark mark) {
    List<Mark> next = new ArrayList<>(marks());
    next.remove(mark);
    marks.storeRelease(List.copyOf(next));
  }

  /** {@code __fsnotify_recalc_mask}; lock held. */
  void recalculate() {
    int all = 0;
    for (Mark mark : marks()) {
      if (mark.has(Mark.ATTACHED)) {
        all |= mark.wanted();
      }
    }
    point.mask().writeOnce(all);
  }
}
