package org.vfslab.litmus;

import org.vfslab.litmus.syntax.Declaration.PrimitiveKind;
import org.vfslab.locking.RwLock;
import org.vfslab.locking.SpinLock;

/** {@code spinlock l}, {@code raw_spinlock l}, {@code rwlock l}: whose waiters spin. */
final class SpinKinds {

  static final Kind<SpinLock> SPINLOCK =
      Kind.of(
              PrimitiveKind.SPINLOCK,
              "a spinlock",
              SpinLock.class,
              (lab, name) -> new SpinLock(lab.lockdep(), name))
          .locked(SpinLock::isLocked)
          .step("spin_lock", "takes a spinlock", SpinLock::lock)
          .test("spin_trylock", "1 if it was taken, else 0", SpinLock::trylock)
          .step("spin_unlock", "gives it back", SpinLock::unlock)
          .step("spin_lock_irqsave", "takes it with hard interrupts off", SpinLock::lockIrqSave)
          .step("spin_unlock_irqrestore", "gives it back", SpinLock::unlockIrqRestore)
          .step("spin_lock_bh", "takes it with soft interrupts off", SpinLock::lockBh)
          .step("spin_unlock_bh", "gives it back", SpinLock::unlockBh);

  static final Kind<SpinLock> RAW_SPINLOCK =
      Kind.of(
              PrimitiveKind.RAW_SPINLOCK,
              "a raw_spinlock",
              SpinLock.class,
              (lab, name) -> SpinLock.raw(lab.lockdep(), name))
          .locked(SpinLock::isLocked)
          .step("raw_spin_lock", "takes a raw spinlock", SpinLock::lock)
          .step("raw_spin_unlock", "gives it back", SpinLock::unlock)
          .step("raw_spin_lock_irqsave", "takes it with hard interrupts off", SpinLock::lockIrqSave)
          .step("raw_spin_unlock_irqrestore", "gives it back", SpinLock::unlockIrqRestore);

  static final Kind<RwLock> RWLOCK =
      Kind.of(
              PrimitiveKind.RWLOCK,
              "an rwlock",
              RwLock.class,
              (lab, name) -> new RwLock(lab.lockdep(), name))
          .locked(lock -> lock.countWord() != 0)
          .step("read_lock", "takes an rwlock shared", RwLock::readLock)
          .test("read_trylock", "1 if it was taken, else 0", RwLock::readTrylock)
          .step("read_unlock", "gives it back", RwLock::readUnlock)
          .step("read_lock_irqsave", "with hard interrupts off", RwLock::readLockIrqSave)
          .step("read_unlock_irqrestore", "gives it back", RwLock::readUnlockIrqRestore)
          .step("read_lock_bh", "with soft interrupts off", RwLock::readLockBh)
          .step("read_unlock_bh", "gives it back", RwLock::readUnlockBh)
          .step("write_lock", "takes an rwlock exclusively", RwLock::writeLock)
          .test("write_trylock", "1 if it was taken, else 0", RwLock::writeTrylock)
          .step("write_unlock", "gives it back", RwLock::writeUnlock)
          .step("write_lock_irqsave", "with hard interrupts off", RwLock::writeLockIrqSave)
          .step("write_unlock_irqrestore", "gives it back", RwLock::writeUnlockIrqRestore)
          .step("write_lock_bh", "with soft interrupts off", RwLock::writeLockBh)
          .step("write_unlock_bh", "gives it back", RwLock::writeUnlockBh);

  private SpinKinds() {}
}
