package org.vfslab.vfs;

/**
 * Broken: nobody waits for {@code i_dio_count}, so blocks are freed, and given to another file,
 * while a write to them is in flight.
 *
 * <p>What each place that was forgotten looked like: xfs commit e4229d6 (EOF blocks freed under an
 * extending write) is one of them. Patch name: {@code forgotten-dio-wait}.
 */
public final class BrokenForgottenDioWait extends CountedDirectIo {

  @Override
  public void waitsForAll(Inode inode) {}
}
