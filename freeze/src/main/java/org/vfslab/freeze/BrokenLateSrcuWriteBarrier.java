package org.vfslab.freeze;

import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockState;
import org.vfslab.locking.Srcu;

/**
 * Broken: promises to cover events and begins after them, so that a barrier between event and write
 * does not wait for the write.
 */
public final class BrokenLateSrcuWriteBarrier extends SrcuWriteBarrier {

  /** A barrier over a domain that is used for nothing else. */
  public BrokenLateSrcuWriteBarrier(Srcu writeSrcu) {
    super(writeSrcu, false);
  }

  @Override
  public LockState covers(@Nullable Object begun) {
    return begun == null ? LockState.NOT_HELD : LockState.HELD;
  }
}
