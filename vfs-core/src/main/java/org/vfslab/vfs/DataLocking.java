package org.vfslab.vfs;

import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;

/**
 * The seam for what keeps truncation away from direct I/O: who holds what of an inode, and until
 * when. The submitter comes with i_rwsem held in some mode.
 *
 * <p>The order of one direct I/O: {@link #begins}, the bios; of an asynchronous one {@link
 * #handsOver} before it can end without its submitter; {@link #ends} after size and page cache have
 * been looked after, in any context; {@link #submitted} last of all in the submitter.
 */
public interface DataLocking {

  /** Mainline: i_rwsem until the submission is over, {@code i_dio_count} until the I/O is. */
  DataLocking UPSTREAM = new CountedDirectIo();

  /** Told of the validator before there is any inode. */
  void prepares(Lockdep lockdep);

  /** Direct I/O is about to be submitted ({@code inode_dio_begin}). */
  void begins(Inode inode);

  /** From now on the I/O may end without the task that submitted it. */
  void handsOver(Inode inode, Mode held);

  /** It has ended before the submitter could leave it: the submitter completes it. */
  void takesBack(Inode inode, Mode held);

  /**
   * The I/O has ended ({@code inode_dio_end}); any context, never sleeps.
   *
   * @param handedOver whether {@link #handsOver} came, and no {@link #takesBack}
   */
  void ends(Inode inode, Mode held, boolean handedOver);

  /**
   * The submitter is done, and the I/O may have ended long ago.
   *
   * @param handedOver whether the end is left to the completion ({@code -EIOCBQUEUED})
   */
  void submitted(Inode inode, Mode held, boolean handedOver);

  /**
   * {@code inode_dio_wait}: i_rwsem is held exclusively; returns when no direct I/O is in flight.
   * May sleep.
   */
  void waitsForAll(Inode inode);

  /** Whether a write that has to zero parts of a new block runs alone, with i_rwsem exclusive. */
  boolean serialisesPartialBlocks();

  /** Whether such a write, or one that extends the file, is waited for by its submitter. */
  boolean waitsForOwnWrite();
}
