package org.vfslab.torture;

import java.util.concurrent.atomic.AtomicLong;

/** One thread that takes and gives back the tortured lock; its statistics. */
public final class Stress {
  private final LockTorture torture;
  private final AtomicLong acquired = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  Stress(LockTorture torture) {
    this.torture = torture;
  }

  /** Called with the lock held exclusively: looks whether that is so, and stays for a while. */
  public void holdWrite() {
    acquired.lazySet(acquired.get() + 1);
    writes.lazySet(writes.get() + 1);
    failed.addAndGet(torture.inside().write(torture::delay));
  }

  /** Called with the lock held shared: looks whether no writer has it, and stays for a while. */
  public void holdRead() {
    acquired.lazySet(acquired.get() + 1);
    failed.addAndGet(torture.inside().read(torture::delay));
  }

  /** {@link #holdWrite} where nobody may sleep: with a spinning lock, or in an interrupt. */
  public void holdWriteAtomic() {
    acquired.incrementAndGet();
    writes.incrementAndGet();
    failed.addAndGet(torture.inside().write(torture::delayAtomic));
  }

  /** {@link #holdRead} where nobody may sleep. */
  public void holdReadAtomic() {
    acquired.incrementAndGet();
    failed.addAndGet(torture.inside().read(torture::delayAtomic));
  }

  /** Counts a round in which there is nothing to look at inside. */
  public void countOnly() {
    acquired.incrementAndGet();
  }

  long acquired() {
    return acquired.get();
  }

  long writes() {
    return writes.get();
  }

  long failed() {
    return failed.get();
  }
}
