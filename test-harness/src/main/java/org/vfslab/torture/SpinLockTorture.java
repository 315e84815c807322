package org.vfslab.torture;

import org.vfslab.locking.SpinLock;
import org.vfslab.machine.IrqLine;

/**
 * A {@link SpinLock}: {@code spin_lock} of locktorture, whose holders are tasks and soft
 * interrupts, and {@code spin_lock_irq}, where hard interrupts take it too.
 */
final class SpinLockTorture implements Torture {

  private final boolean irq;

  SpinLockTorture(boolean irq) {
    this.irq = irq;
  }

  @Override
  public String name() {
    return irq ? "spinlock-irq" : "spinlock";
  }

  @Override
  public String about() {
    return irq
        ? "spin_lock_irqsave in tasks, and a hard interrupt that takes the lock"
        : "spin_lock_bh and trylocks in tasks, and a soft interrupt that takes the lock";
  }

  @Override
  public void setUp(LockTorture torture) {
    SpinLock lock = new SpinLock(torture.lockdep(), "torture_spinlock");
    torture.writers(
        me -> {
          if (irq) {
            lock.lockIrqSave();
            me.holdWriteAtomic();
            lock.unlockIrqRestore();
          } else {
            takeOrTry(torture, lock, me);
          }
        });
    torture.interrupts(
        irq ? IrqLine.Kind.HARD : IrqLine.Kind.SOFT,
        "holds in an interrupt",
        me -> {
          lock.lock();
          me.holdWriteAtomic();
          lock.unlock();
        });
    torture.atEnd(() -> lock.isLocked() ? "not idle at the end: " + lock : null);
  }

  private static void takeOrTry(LockTorture torture, SpinLock lock, Stress me) {
    if (torture.oneIn(8)) {
      torture.machine().current().localBhDisable();
      torture.count("trylocks");
      if (lock.trylock()) {
        me.holdWriteAtomic();
        lock.unlock();
      } else {
        torture.count("trylocks that failed");
      }
      torture.machine().current().localBhEnable();
    } else {
      lock.lockBh();
      me.holdWriteAtomic();
      lock.unlockBh();
    }
  }
}
