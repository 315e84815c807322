package org.vfslab.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What readers of a tortured flavour look at, and the statistics of {@code
 * kernel/rcu/rcutorture.c}, 7.2.
 */
final class RcuElements {

  /*
   * Overview. One element is current. A writer puts a new one in its place, and then the old one
   * goes down a pipe: after each grace period it is one step further, and after PIPE_LENGTH it is
   * free again. A reader looks how far its element has come when it is about to leave: 0, or 1 if
   * the element was replaced meanwhile. At 2 a grace period has passed that did not wait for this
   * reader.
   */
  static final int PIPE_LENGTH = 10;

  private static final int COUNT = 10 * PIPE_LENGTH;

  /** {@code struct rcu_torture}. */
  static final class Element {
    private volatile int pipe;

    /**
     * 1 from before it can be found until it is free; plain, so that the order must come from RCU.
     */
    private int complete;
  }

  private final ConcurrentLinkedQueue<Element> free = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Element current;
  private final AtomicLong versions = new AtomicLong();
  private final AtomicLong allocations = new AtomicLong();
  private final AtomicLong allocationsFailed = new AtomicLong();
  private final AtomicLong frees = new AtomicLong();
  private final AtomicLong incomplete = new AtomicLong();
  private final AtomicLongArray readersAt = new AtomicLongArray(PIPE_LENGTH + 1);
  private final AtomicLongArray passed = new AtomicLongArray(PIPE_LENGTH + 1);

  RcuElements() {
    for (int i = 0; i < COUNT; i++) {
      free.add(new Element());
    }
  }

  // ---- the writer

  /** Makes a new element current; returns the old one, null if none was or none is free. */
  @Nullable Element replace() {
    Element next = free.poll();
    if (next == null) {
      allocationsFailed.incrementAndGet();
      return null;
    }
    allocations.incrementAndGet();
    next.pipe = 0;
    next.complete = 1;
    Element old = current;
    current = next;
    versions.incrementAndGet();
    if (old != null) {
      goesOn(old);
    }
    return old;
  }

  /** The element is one step further; returns whether it has come to the end and is free. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one context at a time moves an element
  boolean goesOn(Element element) {
    passed.incrementAndGet(element.pipe);
    element.pipe++;
    if (element.pipe < PIPE_LENGTH) {
      return false;
    }
    passed.incrementAndGet(PIPE_LENGTH);
    element.complete = 0;
    frees.incrementAndGet();
    free.add(element);
    return true;
  }

  // ---- readers

  /** The current element as a reader finds it, or null before the first. */
  @Nullable Element dereference() {
    Element found = current;
    if (found != null && found.complete == 0) {
      incomplete.incrementAndGet();
    }
    return found;
  }

  /** A reader of this element is about to leave. */
  void leaves(Element element) {
    readersAt.incrementAndGet(Math.min(element.pipe, PIPE_LENGTH));
  }

  // ---- statistics

  /** How many readers saw what a grace period must keep from them. */
  long failures() {
    long sum = incomplete.get();
    for (int i = 2; i <= PIPE_LENGTH; i++) {
      sum += readersAt.get(i);
    }
    return sum;
  }

  /** {@code rcu_torture_stats_print}; without what the model has not. */
  List<String> lines(String name, String more) {
    String flag = name + "-torture: ";
    List<String> lines = new ArrayList<>();
    lines.add(
        flag
            + "rtc: "
            + (current == null ? 0 : 1)
            + " ver: "
            + versions
            + " tfle: "
            + (free.isEmpty() ? 1 : 0)
            + " rta: "
            + allocations
            + " rtaf: "
            + allocationsFailed
            + " rtf: "
            + frees
            + " rtmbe: "
            + incomplete
            + more);
    lines.add(flag + (failures() > 0 ? "!!! " : "") + "Reader Pipe: " + words(readersAt));
    lines.add(flag + "Free-Block Circulation: " + words(passed));
    return lines;
  }

  private static String words(AtomicLongArray counts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < counts.length(); i++) {
      text.append(' ').append(counts.get(i));
    }
    return text.toString();
  }
}
