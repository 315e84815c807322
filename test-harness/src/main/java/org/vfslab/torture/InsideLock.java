package org.vfslab.torture;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the tortured lock protects: marks of who is inside, and plain data in two halves, of which
 * only a writer may see that they differ.
 */
final class InsideLock {
  private final AtomicInteger readers = new AtomicInteger();
  private volatile boolean written;
  private long left;
  private long right;

  /** A writer comes in and leaves; returns how many things it found wrong. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // the tortured lock is what makes it atomic
  int write(Runnable stay) {
    int wrong = written ? 1 : 0;
    written = true;
    wrong += readers.get() != 0 ? 1 : 0;
    left++;
    stay.run();
    wrong += left != right + 1 ? 1 : 0;
    right++;
    wrong += readers.get() != 0 || !written ? 1 : 0;
    written = false;
    return wrong;
  }

  /** A reader comes in and leaves; returns how many things it found wrong. */
  int read(Runnable stay) {
    readers.incrementAndGet();
    int wrong = written ? 1 : 0;
    wrong += left != right ? 1 : 0;
    stay.run();
    wrong += written || left != right ? 1 : 0;
    readers.decrementAndGet();
    return wrong;
  }

  /** Whether nobody is inside any more and both halves have this many writes. */
  boolean isQuietAfter(long writes) {
    return readers.get() == 0 && !written && left == writes && right == writes;
  }
}
