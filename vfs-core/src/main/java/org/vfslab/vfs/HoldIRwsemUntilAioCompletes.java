package org.vfslab.vfs;

import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;

/**
 * i_rwsem is held, in the mode in which it was taken, until the direct I/O has ended, and {@code
 * i_dio_count} is gone: who holds i_rwsem exclusively has nothing left to wait for.
 *
 * <p>"RFC: hold i_rwsem until aio completes", Christoph Hellwig, 14 January 2020, patches 7, 8, 11
 * and 12: the submitter tells lockdep that it has given i_rwsem up and takes its name out of the
 * owner word; the completion tells lockdep that it has it, and gives it back after size and page
 * cache but before O_SYNC's flush. Writes to parts of new blocks need no more than the lock. Never
 * merged. Patch name: {@code hold-i-rwsem-until-aio-completes}.
 */
public final class HoldIRwsemUntilAioCompletes implements DataLocking {

  private final boolean declared;

  /**
   * i_rwsem held until the I/O completes.
   *
   * @param declared whether lockdep is told that such holds are handed over, instead of being told
   *     that they ended: patch {@code hold-i-rwsem-handed-over}
   */
  public HoldIRwsemUntilAioCompletes(boolean declared) {
    this.declared = declared;
  }

  @Override
  public void prepares(Lockdep lockdep) {
    if (declared) {
      lockdep.declareHandedOver("i_rwsem");
    }
  }

  @Override
  public void begins(Inode inode) {}

  @Override
  public void handsOver(Inode inode, Mode held) {
    inode.iRwsem().releaseOwnership();
  }

  @Override
  public void takesBack(Inode inode, Mode held) {
    inode.iRwsem().takeOwnership();
  }

  @Override
  public void ends(Inode inode, Mode held, boolean handedOver) {
    if (handedOver) {
      inode.iRwsem().takeOwnership();
      inode.unlock(held);
    }
  }

  @Override
  public void submitted(Inode inode, Mode held, boolean handedOver) {
    if (!handedOver) {
      inode.unlock(held);
    }
  }

  @Override
  public void waitsForAll(Inode inode) {}

  @Override
  public boolean serialisesPartialBlocks() {
    return true;
  }

  @Override
  public boolean waitsForOwnWrite() {
    return false;
  }
}
