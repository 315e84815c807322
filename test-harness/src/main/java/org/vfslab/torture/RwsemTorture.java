package org.vfslab.torture;

import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;

/**
 * Everything that can be done to an {@link RwSemaphore}: all ways to take it, downgrades, reads
 * that an interrupt ends, waits for a release, and tasks that are killed while they wait.
 */
final class RwsemTorture implements Torture {

  private final boolean spin;

  RwsemTorture(boolean spin) {
    this.spin = spin;
  }

  @Override
  public String name() {
    return spin ? "rwsem" : "rwsem-nospin";
  }

  @Override
  public String about() {
    return "an rwsem whose writers "
        + (spin ? "spin while the owner runs" : "never spin")
        + ", with downgrades, reads ended by interrupts, kills and waits for a release";
  }

  @Override
  public MachineConfig machine(MachineConfig usual) {
    return usual.withSpinOnOwner(spin);
  }

  @Override
  public void setUp(LockTorture torture) {
    Machine machine = torture.machine();
    RwSemaphore sem = new RwSemaphore(torture.lockdep(), "torture_rwsem");
    torture.writers(me -> write(torture, sem, me));
    torture.readers(me -> read(torture, sem, me));
    IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1));
    torture.other("submitter", me -> submit(torture, sem, line, me));
    torture.other(
        "waiter",
        me -> {
          sem.rwsemWait();
          torture.count("waits for a release");
          torture.delay();
        });
    Hunter.joins(torture, me -> killable(torture.oneIn(2), sem, me));
    torture.atEnd(
        () ->
            sem.countWord() == 0 && sem.waiterCount() == 0 ? null : "not idle at the end: " + sem);
  }

  private static void write(LockTorture torture, RwSemaphore sem, Stress me) {
    if (torture.oneIn(8)) {
      torture.count("write trylocks");
      if (!sem.downWriteTrylock()) {
        torture.count("write trylocks that failed");
        return;
      }
    } else {
      sem.downWrite();
    }
    me.holdWrite();
    if (torture.oneIn(8)) {
      sem.downgradeWrite();
      torture.count("downgrades");
      torture.delay();
      sem.upRead();
    } else {
      sem.upWrite();
    }
  }

  private static void read(LockTorture torture, RwSemaphore sem, Stress me) {
    if (torture.oneIn(8)) {
      torture.count("read trylocks");
      if (!sem.downReadTrylock()) {
        torture.count("read trylocks that failed");
        return;
      }
    } else if (sem.downReadInterruptible() != 0) {
      torture.count("interrupted without a signal !!!");
      return;
    }
    me.holdRead();
    sem.upRead();
  }

  /** The read side is given back by an interrupt. */
  private static void submit(LockTorture torture, RwSemaphore sem, IrqLine line, Stress me) {
    sem.downReadNonOwner();
    torture.inInterrupt(
        line,
        () -> {
          me.holdReadAtomic();
          sem.upReadNonOwner();
        });
    torture.count("reads ended by an interrupt");
  }

  private static boolean killable(boolean writes, RwSemaphore sem, Stress me) {
    if ((writes ? sem.downWriteKillable() : sem.downReadKillable()) != 0) {
      return false;
    }
    if (writes) {
      me.holdWrite();
      sem.upWrite();
    } else {
      me.holdRead();
      sem.upRead();
    }
    return true;
  }
}
