package org.vfslab.torture;

import org.vfslab.locking.WaitBit;
import org.vfslab.machine.TaskState;

/** A bit of a {@link WaitBit} as a lock that sleeps, beside another bit with the same queue. */
final class BitLockTorture implements Torture {

  private static final int BIT = 3;
  private static final int OTHER_BIT = 40;

  @Override
  public String name() {
    return "bit-lock";
  }

  @Override
  public String about() {
    return "wait_on_bit_lock with kills, and others who wait for the same bit and for another one";
  }

  @Override
  public void setUp(LockTorture torture) {
    WaitBit word = new WaitBit(torture.machine(), "torture_bits");
    torture.writers(
        me -> {
          word.waitOnBitLock(BIT, TaskState.UNINTERRUPTIBLE);
          me.holdWrite();
          word.clearAndWakeUpBit(BIT);
        });
    torture.other(
        "waiter",
        me -> {
          word.waitOnBit(BIT, TaskState.UNINTERRUPTIBLE);
          torture.count("waits for the bit");
          torture.delay();
        });
    for (int i = 0; i < 2; i++) {
      torture.other(
          "neighbour" + i,
          me -> {
            word.waitOnBitLock(OTHER_BIT, TaskState.UNINTERRUPTIBLE);
            torture.count("holds of the other bit");
            torture.delay();
            word.clearAndWakeUpBit(OTHER_BIT);
          });
    }
    Hunter.joins(
        torture,
        me -> {
          if (word.waitOnBitLock(BIT, TaskState.KILLABLE) != 0) {
            return false;
          }
          me.holdWrite();
          word.clearAndWakeUpBit(BIT);
          return true;
        });
    torture.atEnd(() -> word.word() == 0 ? null : "not idle at the end: " + word);
  }
}
