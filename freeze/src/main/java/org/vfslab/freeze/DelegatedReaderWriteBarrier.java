package org.vfslab.freeze;

import org.jspecify.annotations.Nullable;
import org.vfslab.locking.DelegatedReadLock;
import org.vfslab.locking.ReadToken;

/**
 * A write is a reader of a {@link DelegatedReadLock}, whose hold an asynchronous write hands to its
 * completion; the barrier is a writer that comes and goes. It keeps new writes out while it waits.
 *
 * <p>The lock that Jason Gunthorpe asked for in January 2020; no code was posted.
 */
public final class DelegatedReaderWriteBarrier implements WriteBarrier {
  private final DelegatedReadLock lock;

  /** A barrier over a lock that is used for nothing else. */
  public DelegatedReaderWriteBarrier(DelegatedReadLock lock) {
    this.lock = lock;
  }

  @Override
  public @Nullable Object beforeProtection(@Nullable Object begun) {
    return lock.beginRead();
  }

  @Override
  public void handsOver(@Nullable Object begun) {
    if (begun instanceof ReadToken token) {
      lock.exitReader(token);
    }
  }

  @Override
  public void end(@Nullable Object begun) {
    if (begun instanceof ReadToken token) {
      if (token.isDetached()) {
        lock.reenterReader(token);
      }
      lock.endRead(token);
    }
  }

  @Override
  public void waitForWrites() {
    lock.beginWrite();
    lock.endWrite();
  }
}
