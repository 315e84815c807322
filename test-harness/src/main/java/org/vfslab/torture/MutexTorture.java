package org.vfslab.torture;

import org.vfslab.locking.Mutex;
import org.vfslab.machine.MachineConfig;

/** A {@link Mutex}: {@code mutex_lock} of locktorture, with trylocks and kills. */
final class MutexTorture implements Torture {

  private final boolean spin;

  MutexTorture(boolean spin) {
    this.spin = spin;
  }

  @Override
  public String name() {
    return spin ? "mutex" : "mutex-nospin";
  }

  @Override
  public MachineConfig machine(MachineConfig usual) {
    return usual.withSpinOnOwner(spin);
  }

  @Override
  public String about() {
    return "a mutex for which waiters "
        + (spin ? "spin while the owner runs" : "never spin")
        + ", with trylocks, interruptible waits and kills";
  }

  @Override
  public void setUp(LockTorture torture) {
    Mutex mutex = new Mutex(torture.lockdep(), "torture_mutex");
    torture.writers(me -> takeOrTry(torture, mutex, me));
    Hunter.joins(
        torture,
        me -> {
          if (mutex.lockKillable() != 0) {
            return false;
          }
          me.holdWrite();
          mutex.unlock();
          return true;
        });
    torture.atEnd(() -> mutex.ownerWord() == 0 ? null : "not idle at the end: " + mutex);
  }

  private static void takeOrTry(LockTorture torture, Mutex mutex, Stress me) {
    if (torture.oneIn(8)) {
      torture.count("trylocks");
      if (!mutex.trylock()) {
        torture.count("trylocks that failed");
        return;
      }
    } else if (mutex.lockInterruptible() != 0) {
      torture.count("interrupted without a signal !!!");
      return;
    }
    me.holdWrite();
    mutex.unlock();
  }
}
