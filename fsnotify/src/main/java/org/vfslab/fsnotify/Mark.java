package org.vfslab.fsnotify;

import org.jspecify.annotations.Nullable;
import org.vfslab.locking.SpinLock;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;
import org.vfslab.memory.KernelObject;

/**
 * One group's interest in one object: {@code struct fsnotify_mark}.
 *
 * <p>Found through its connector by whoever is in a section of fsnotify_mark_srcu, freed a grace
 * period after its last reference went.
 */
final class Mark extends KernelObject {
  /** The group may still be told. */
  static final int ALIVE = 1;

  /** It is on its group's list, and keeps the group alive. */
  static final int ATTACHED = 2;

  /** {@code FSNOTIFY_MARK_FLAG_IGNORED_SURV_MODIFY}. */
  static final int IGNORED_SURV_MODIFY = 4;

  /** {@code FSNOTIFY_MARK_FLAG_NO_IREF}: evictable. */
  static final int NO_IREF = 8;

  /** {@code FSNOTIFY_MARK_FLAG_HAS_IGNORE_FLAGS}: the ignore mask says which objects it is for. */
  static final int HAS_IGNORE_FLAGS = 16;

  /** {@code FSNOTIFY_MARK_FLAG_IN_ONESHOT}. */
  static final int IN_ONESHOT = 32;

  private final Group group;
  private final SpinLock lock;
  private final AtomicWord refs;
  private final AtomicRef<Connector> connector;

  // Written with lock held, read without.
  private final AtomicWord mask;
  private final AtomicWord ignoreMask;
  private final AtomicWord flags;

  /** inotify: its watch descriptor; protected by the group's mark_mutex. */
  private int wd = -1;

  /** A mark with one reference, the maker's. */
  Mark(Group group, int mask, int flags) {
    super(group.machine(), "mark of " + group.name());
    this.group = group;
    this.lock = machine().within(this, () -> new SpinLock(group.lockdep(), "mark->lock"));
    this.refs = new AtomicWord(machine(), "refs of " + name(), 1);
    this.connector = new AtomicRef<>(machine(), "connector of " + name(), null);
    this.mask = new AtomicWord(machine(), "mask of " + name(), mask);
    this.ignoreMask = new AtomicWord(machine(), "ignore mask of " + name(), 0);
    this.flags = new AtomicWord(machine(), "flags of " + name(), flags);
    group.get();
  }

  Group group() {
    return group;
  }

  SpinLock lock() {
    return lock;
  }

  AtomicWord refs() {
    return refs;
  }

  AtomicRef<Connector> connector() {
    return connector;
  }

  int mask() {
    return (int) mask.readOnce();
  }

  AtomicWord maskWord() {
    return mask;
  }

  AtomicWord ignoreWord() {
    return ignoreMask;
  }

  boolean has(int flag) {
    return (flags.readOnce() & flag) != 0;
  }

  AtomicWord flags() {
    return flags;
  }

  int wd() {
    return wd;
  }

  void wd(int newWd) {
    wd = newWd;
  }

  /** {@code fsnotify_ignore_mask}: with the flags that old ignore masks have without saying so. */
  private int ignoreMask() {
    int ignored = (int) ignoreMask.readOnce();
    if (ignored == 0 || has(HAS_IGNORE_FLAGS)) {
      return ignored;
    }
    return ignored | EventMask.ISDIR | (mask() & EventMask.EVENT_ON_CHILD);
  }

  /** {@code fsnotify_effective_ignore_mask}: what it ignores of an event that came this way. */
  int effectiveIgnoreMask(boolean isDirectory, boolean fromParent) {
    int ignored = ignoreMask();
    if (ignored == 0
        || (isDirectory && (ignored & EventMask.ISDIR) == 0)
        || (fromParent && (ignored & EventMask.EVENT_ON_CHILD) == 0)) {
      return 0;
    }
    return ignored;
  }

  /** {@code fsnotify_calc_mask}: for what its object has to look out. */
  int wanted() {
    int wanted = mask();
    int ignored = ignoreMask();
    if (ignored != 0 && !has(IGNORED_SURV_MODIFY)) {
      wanted |= EventMask.MODIFY; // which clears the ignore mask
    }
    return wanted | (ignored & EventMask.EVENT_ON_CHILD);
  }

  /** Where it hangs now, or null. */
  @Nullable Connector connectorNow() {
    return connector.loadAcquire();
  }
}
