package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Shared;

/** What the validator knows a lock by: the kernel's {@code lockdep_map}, one in each lock. */
public final class LockMap {

  /** The made-up size of a lock in memory. */
  static final int SIZE_BYTES = 64;

  private final int instance;
  private final String name;
  private LockKey key;
  final WaitType waitInner;
  final WaitType waitOuter;
  final LockType type;

  /** The class of subclass 0 once it is known ({@code class_cache}). */
  @Nullable LockClass cached;

  /** The memory in which the lock lives, if it can be freed. */
  @Nullable Shared memory;

  // Of lock_stat: who had the lock last.
  int lastCpu = -1;
  @Nullable String lastSite;

  // Of holds that are handed over; protected by HandedOver.
  int holdsOnStacks;
  int releasedEarly;

  LockMap(
      int instance,
      String name,
      LockKey key,
      WaitType waitInner,
      WaitType waitOuter,
      LockType type) {
    this.instance = instance;
    this.name = name;
    this.key = key;
    this.waitInner = waitInner;
    this.waitOuter = waitOuter;
    this.type = type;
  }

  /** The name of its class, without version and subclass. */
  public String name() {
    return name;
  }

  LockKey key() {
    return key;
  }

  /** Gives the lock another class; the classes of the old key stay. */
  void key(LockKey newKey) {
    key = newKey;
    cached = null;
  }

  /** The made-up address under which reports show the lock. */
  String address() {
    return String.format("%016x", start());
  }

  /** The first address behind the lock, less one. */
  String lastAddress() {
    return String.format("%016x", start() + SIZE_BYTES - 1);
  }

  private long start() {
    return 0xffff888100000000L + SIZE_BYTES * (long) instance;
  }

  @Override
  public String toString() {
    return name;
  }
}
