package org.vfslab.lockdep;

import org.jspecify.annotations.Nullable;

/** All locks of one key and subclass, among which order is not told apart: {@code lock_class}. */
final class LockClass {
  final int index;
  final LockKey key;
  final int subclass;
  final String name;
  final int nameVersion;
  final WaitType waitInner;
  final WaitType waitOuter;
  final LockType type;

  // What follows is protected by the lock of the graph; usage and stats are also read without.
  int usage;
  private final @Nullable Trace[] usageTraces = new @Nullable Trace[Usage.TRACED];

  /** What was acquired with a lock of this class held, and what was held when one was acquired. */
  private @Nullable LockEdge firstAfter;

  private @Nullable LockEdge lastAfter;
  private @Nullable LockEdge firstBefore;
  private @Nullable LockEdge lastBefore;

  @Nullable LockOrder order;
  @Nullable ClassStatistics statistics;
  long operations;

  // Of the search in progress.
  int visitedIn;
  boolean visitedStrongly;

  LockClass(int index, LockKey key, int subclass, LockMap map, int nameVersion) {
    this.index = index;
    this.key = key;
    this.subclass = subclass;
    this.name = map.name();
    this.nameVersion = nameVersion;
    this.waitInner = map.waitInner;
    this.waitOuter = map.waitOuter;
    this.type = map.type;
  }

  /** The first edge in this direction, from which {@link LockEdge#next} goes on. */
  @Nullable LockEdge first(boolean forwards) {
    return forwards ? firstAfter : firstBefore;
  }

  void addAfter(LockEdge edge) {
    LockEdge last = lastAfter;
    lastAfter = edge;
    if (last == null) {
      firstAfter = edge;
    } else {
      last.nextAfter = edge;
    }
  }

  void addBefore(LockEdge edge) {
    LockEdge last = lastBefore;
    lastBefore = edge;
    if (last == null) {
      firstBefore = edge;
    } else {
      last.nextBefore = edge;
    }
  }

  @Nullable Trace usageTrace(int bit) {
    return bit < Usage.TRACED ? usageTraces[bit] : null;
  }

  void usageTrace(int bit, Trace trace) {
    usageTraces[bit] = trace;
  }

  /** {@code wait_type_outer}, which is the inner one where nothing was said. */
  WaitType outer() {
    return waitOuter == WaitType.INV ? waitInner : waitOuter;
  }

  /** Whether searches about interrupts go past this class ({@code usage_skip}). */
  boolean isNoLock() {
    return type != LockType.NORMAL;
  }

  /** {@code name#version/subclass}. */
  String fullName() {
    return name + (nameVersion > 1 ? "#" + nameVersion : "") + (subclass > 0 ? "/" + subclass : "");
  }

  /** {@code print_lock_name}: with usage and wait types. */
  String described() {
    return described(fullName());
  }

  private String described(String as) {
    return " ("
        + as
        + "){"
        + Usage.characters(usage)
        + "}-{"
        + outer().level()
        + ":"
        + waitInner.level()
        + "}";
  }

  /** The name in a report about one held lock, which its order may have something to add to. */
  String fullName(HeldLock held) {
    LockOrder known = order;
    return known == null ? fullName() : fullName() + known.print(held.map());
  }

  String described(HeldLock held) {
    return described(fullName(held));
  }

  String keyAddress() {
    return key.address(subclass);
  }

  @Override
  public String toString() {
    return fullName();
  }
}
