package org.vfslab.vfs;

import org.vfslab.lockdep.LockState;

/**
 * The seam through which a write is kept out of a frozen filesystem, one per superblock; filled by
 * the freeze module.
 *
 * <p>Lock order: {@link FreezeLevel#WRITE} outside i_rwsem, {@link FreezeLevel#FS} innermost.
 */
public interface WriteProtection {

  /** {@code sb_start_write} and its like: sleeps, uninterruptibly, while the level is frozen. */
  void startWrite(FreezeLevel level);

  /** {@code sb_start_write_trylock}: any context; returns whether the write may begin. */
  boolean startWriteTrylock(FreezeLevel level);

  /** {@code sb_end_write}: any context; not necessarily the task that began. Never sleeps. */
  void endWrite(FreezeLevel level);

  /**
   * {@code __sb_writers_release}: tells lockdep that the current task holds the level no longer,
   * because an interrupt will end the write for it.
   */
  void releaseOwnership(FreezeLevel level);

  /** {@code __sb_writers_acquired}: tells lockdep that the current context ends the write. */
  void takeOwnership(FreezeLevel level);

  /** {@code __sb_write_started}: whether the current task is inside a write, as lockdep knows. */
  LockState writeStarted(FreezeLevel level);

  /** {@code s_writers.frozen != SB_UNFROZEN}: s_umount is held. */
  default boolean isFrozen() {
    return false;
  }
}
