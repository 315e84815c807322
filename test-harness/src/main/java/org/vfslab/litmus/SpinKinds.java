package org.vfslab.litmus;

import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.locking.SpinLock;

/** {@code spinlock l}: the locks whose waiters spin. */
final class SpinKinds {

  static final Kind<SpinLock> SPINLOCK =
      Kind.of(
              PrimitiveKind.SPINLOCK,
              "a spinlock",
              SpinLock.class,
              (lab, name) -> new SpinLock(lab.lockdep(), name))
          .locked(SpinLock::isLocked)
          .step("spin_lock", "takes a spinlock", SpinLock::lock)
          .step("spin_unlock", "gives it back", SpinLock::unlock)
          .step("spin_lock_irqsave", "takes it with hard interrupts off", SpinLock::lockIrqSave)
          .step("spin_unlock_irqrestore", "gives it back", SpinLock::unlockIrqRestore)
          .step("spin_lock_bh", "takes it with soft interrupts off", SpinLock::lockBh)
          .step("spin_unlock_bh", "gives it back", SpinLock::unlockBh);

  private SpinKinds() {}
}
