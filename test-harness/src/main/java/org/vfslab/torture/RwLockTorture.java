package org.vfslab.torture;

import org.vfslab.locking.RwLock;
import org.vfslab.machine.IrqLine;

/**
 * An {@link RwLock}: {@code rw_lock_irq} of locktorture. Readers leave interrupts enabled, since a
 * reader in an interrupt passes a writer that waits.
 */
final class RwLockTorture implements Torture {

  @Override
  public String name() {
    return "rwlock";
  }

  @Override
  public String about() {
    return "a queued rwlock: writers with interrupts off, readers with them on, readers in a hard"
        + " interrupt, trylocks";
  }

  @Override
  public void setUp(LockTorture torture) {
    RwLock lock = new RwLock(torture.lockdep(), "torture_rwlock");
    torture.writers(me -> write(torture, lock, me));
    torture.readers(
        me -> {
          if (torture.oneIn(8) ? tries(torture, lock) : takes(lock)) {
            me.holdReadAtomic();
            lock.readUnlock();
          }
        });
    torture.interrupts(
        IrqLine.Kind.HARD,
        "reads in an interrupt",
        me -> {
          lock.readLock();
          me.holdReadAtomic();
          lock.readUnlock();
        });
    torture.atEnd(() -> lock.countWord() == 0 ? null : "not idle at the end: " + lock);
  }

  private static void write(LockTorture torture, RwLock lock, Stress me) {
    if (torture.oneIn(8)) {
      torture.machine().current().localIrqSave();
      torture.count("write trylocks");
      if (lock.writeTrylock()) {
        me.holdWriteAtomic();
        lock.writeUnlock();
      } else {
        torture.count("write trylocks that failed");
      }
      torture.machine().current().localIrqRestore();
    } else {
      lock.writeLockIrqSave();
      me.holdWriteAtomic();
      lock.writeUnlockIrqRestore();
    }
  }

  private static boolean takes(RwLock lock) {
    lock.readLock();
    return true;
  }

  private static boolean tries(LockTorture torture, RwLock lock) {
    torture.count("read trylocks");
    boolean taken = lock.readTrylock();
    if (!taken) {
      torture.count("read trylocks that failed");
    }
    return taken;
  }
}
