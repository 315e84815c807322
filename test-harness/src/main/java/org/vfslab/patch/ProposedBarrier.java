package org.vfslab.patch;

import org.vfslab.freeze.WriteBarrier;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.Rcu;
import org.vfslab.vfs.SuperBlock;

/**
 * A barrier that a patch brings.
 *
 * @param maker makes that of one superblock
 * @param inSyncAndFreeze whether syncfs and freeze begin with it; it is a call of its own anyway
 */
public record ProposedBarrier(Maker maker, boolean inSyncAndFreeze) {

  /** Makes the barrier of one superblock. */
  @FunctionalInterface
  public interface Maker {
    /** Makes it; before the machine runs. */
    WriteBarrier make(Lockdep lockdep, Rcu rcu, SuperBlock sb);
  }
}
