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

  /** The same in an interrupt, where nobody sleeps. */
  public void holdReadInInterrupt() {
    acquired.incrementAndGet();
    failed.addAndGet(torture.inside().read(Thread::onSpinWait));
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
