package org.vfslab.torture;

import org.vfslab.lockdep.Mode;
import org.vfslab.locking.PercpuRwSemaphore;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;

/**
 * A {@link PercpuRwSemaphore}: {@code percpu_rwsem_lock} of locktorture, with reads that an
 * interrupt ends as freeze protection has them.
 */
final class PercpuRwsemTorture implements Torture {

  /** Writers let readers come to the fast path, which takes a grace period after each write. */
  private static final long WRITER_RESTS_NS = 100_000;

  @Override
  public String name() {
    return "percpu-rwsem";
  }

  @Override
  public String about() {
    return "a percpu_rw_semaphore: readers, also ended by an interrupt on another CPU, trylocks,"
        + " writers";
  }

  @Override
  public void setUp(LockTorture torture) {
    Machine machine = torture.machine();
    PercpuRwSemaphore sem =
        new PercpuRwSemaphore(
            torture.lockdep(), new Rcu(torture.lockdep()), "torture_percpu_rwsem");
    torture.writers(
        me -> {
          sem.downWrite();
          me.holdWrite();
          sem.upWrite();
          if (torture.oneIn(4)) {
            torture.sleep(WRITER_RESTS_NS);
          }
        });
    torture.readers(
        me -> {
          if (!torture.oneIn(8)) {
            sem.downRead();
          } else if (!sem.downReadTrylock()) {
            torture.count("read trylocks that failed");
            return;
          }
          me.holdRead();
          sem.upRead();
        });
    IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1));
    torture.other(
        "submitter",
        me -> {
          sem.downRead();
          sem.lockdepRelease();
          torture.inInterrupt(
              line,
              () -> {
                me.holdReadAtomic();
                sem.lockdepAcquire(Mode.READ);
                sem.upRead();
              });
          torture.count("reads ended by an interrupt");
        });
    torture.atEnd(
        () -> sem.readers() == 0 && !sem.isBlocked() ? null : "not idle at the end: " + sem);
  }
}
