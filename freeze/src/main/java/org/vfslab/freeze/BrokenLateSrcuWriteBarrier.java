package org.vfslab.freeze;

import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockState;
import org.vfslab.locking.Srcu;

/**
 * Broken: promises to cover events and begins after them, so that a barrier between event and write
 * does not wait for the write.
 */
public final class BrokenLateSrcuWriteBarrier implements WriteBarrier {
  private final Srcu writeSrcu;

  /** A barrier over a domain that is used for nothing else. */
  public BrokenLateSrcuWriteBarrier(Srcu writeSrcu) {
    this.writeSrcu = writeSrcu;
  }

  @Override
  public LockState covers(@Nullable Object begun) {
    return begun == null ? LockState.NOT_HELD : LockState.HELD;
  }

  @Override
  public @Nullable Object beforeProtection(@Nullable Object begun) {
    return writeSrcu.srcuDownRead();
  }

  @Override
  public void end(@Nullable Object begun) {
    if (begun instanceof Integer index) {
      writeSrcu.srcuUpRead(index);
    }
  }

  @Override
  public void waitForWrites() {
    writeSrcu.synchronizeSrcu();
  }
}
