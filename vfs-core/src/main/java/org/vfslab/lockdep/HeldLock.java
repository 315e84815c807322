package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;

/**
 * An entry of a context's stack of held locks: {@code held_lock}. Used again and again; only its
 * context touches it.
 */
final class HeldLock {
  private @Nullable LockMap map;
  private @Nullable LockClass lockClass;
  private Mode mode = Mode.WRITE;
  private String site = "";

  @Nullable LockMap nestLock;
  boolean trylock;
  boolean check;
  boolean hardirqsOff;

  /** Only waits for the holders and holds nothing itself ({@code lock_sync}). */
  boolean sync;

  /** How many locks of the class stand behind this entry, if more than one can. */
  int references;

  int pins;

  /** The key of the chain below this entry. */
  long chainKeyBefore;

  // Of lock_stat.
  boolean waited;
  long waitsSinceNs;
  long heldSinceNs;

  void set(LockMap newMap, LockClass newClass, Mode newMode, String newSite) {
    map = newMap;
    lockClass = newClass;
    mode = newMode;
    site = newSite;
    references = 0;
    pins = 0;
    waited = false;
    sync = false;
  }

  /** Forgets what it stood for, so that the lock can go. */
  void clear() {
    map = null;
    lockClass = null;
    nestLock = null;
  }

  LockMap map() {
    return java.util.Objects.requireNonNull(map);
  }

  LockClass lockClass() {
    return java.util.Objects.requireNonNull(lockClass);
  }

  void lockClass(LockClass newClass) {
    lockClass = newClass;
  }

  Mode mode() {
    return mode;
  }

  String site() {
    return site;
  }

  void downgraded(String newSite) {
    mode = Mode.READ;
    site = newSite;
  }

  boolean isRead() {
    return mode != Mode.WRITE;
  }

  /** {@code match_held_lock}: whether this entry stands for {@code lock}, alone or among others. */
  boolean standsFor(LockMap lock) {
    return map == lock
        || (references > 0 && lock.key().classOf(0) == lockClass && lockClass != null);
  }
}
