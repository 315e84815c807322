package org.vfslab.vfs;

import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;

/**
 * i_rwsem is given back when the submission is over; {@code i_dio_count} is what is left to keep
 * the blocks of an asynchronous request from being freed. Whoever frees blocks has to remember to
 * wait for it.
 */
public class CountedDirectIo implements DataLocking {

  @Override
  public void prepares(Lockdep lockdep) {}

  @Override
  public void begins(Inode inode) {
    inode.dioCount().begin();
  }

  @Override
  public void handsOver(Inode inode, Mode held) {}

  @Override
  public void takesBack(Inode inode, Mode held) {}

  @Override
  public void ends(Inode inode, Mode held, boolean handedOver) {
    inode.dioCount().end();
  }

  @Override
  public void submitted(Inode inode, Mode held, boolean handedOver) {
    inode.unlock(held);
  }

  @Override
  public void waitsForAll(Inode inode) {
    inode.dioCount().waitForAll();
  }

  @Override
  public boolean serialisesPartialBlocks() {
    return true;
  }

  @Override
  public boolean waitsForOwnWrite() {
    return true;
  }
}
