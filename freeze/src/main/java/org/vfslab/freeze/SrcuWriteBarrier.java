package org.vfslab.freeze;

import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.LockState;
import org.vfslab.locking.Srcu;

/**
 * A write is a reader of an SRCU domain of its superblock, and the barrier is a grace period: it
 * waits for the writes that have begun, in whatever context they end, and keeps nobody out.
 *
 * <p>With {@code coversEvents} the section begins before the listeners are asked, as in the branch
 * {@code sb_write_barrier} (Amir Goldstein, November 2022). Without, it has the scope of {@code
 * want_write} and {@code drop_write}, as in "vfs write barriers" (January 2025). Neither was
 * merged.
 */
public class SrcuWriteBarrier implements WriteBarrier {
  private final Srcu writeSrcu;
  private final boolean coversEvents;

  /** A barrier over a domain that is used for nothing else. */
  public SrcuWriteBarrier(Srcu writeSrcu, boolean coversEvents) {
    this.writeSrcu = writeSrcu;
    this.coversEvents = coversEvents;
  }

  @Override
  public @Nullable Object beforeEvent() {
    return coversEvents ? writeSrcu.srcuDownRead() : null;
  }

  @Override
  public LockState covers(@Nullable Object begun) {
    return !coversEvents ? LockState.UNKNOWN : begun == null ? LockState.NOT_HELD : LockState.HELD;
  }

  @Override
  public @Nullable Object beforeProtection(@Nullable Object begun) {
    return begun == null ? (Integer) writeSrcu.srcuDownRead() : begun;
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
