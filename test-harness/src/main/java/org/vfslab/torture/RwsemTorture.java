package org.vfslab.torture;

import java.util.concurrent.atomic.AtomicInteger;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Completion;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.Task;

/**
 * Everything that can be done to an {@link RwSemaphore}: all ways to take it, downgrades, reads
 * that an interrupt ends, waits for a release, and tasks that are killed while they wait.
 */
final class RwsemTorture implements Torture {

  /** Killed tasks stay in the machine's list, so there is an end to them. */
  private static final int VICTIMS_MAX = 500;

  private static final long VICTIM_EVERY_NS = 500_000;

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
    AtomicInteger victims = new AtomicInteger();
    torture.other("hunter", me -> hunt(torture, sem, victims, me));
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
    Completion done = new Completion(torture.machine(), "done");
    sem.downReadNonOwner();
    line.raise(
        () -> {
          me.holdReadInInterrupt();
          sem.upReadNonOwner();
          done.complete();
        });
    done.waitForCompletion();
    torture.count("reads ended by an interrupt");
  }

  /** A task that waits is killed at some moment. */
  private static void hunt(LockTorture torture, RwSemaphore sem, AtomicInteger victims, Stress me) {
    torture.sleep(VICTIM_EVERY_NS);
    if (victims.incrementAndGet() > VICTIMS_MAX) {
      return;
    }
    Machine machine = torture.machine();
    Completion gone = new Completion(machine, "gone");
    boolean writes = torture.oneIn(2);
    Task victim =
        machine.task(
            "victim",
            () -> {
              if ((writes ? sem.downWriteKillable() : sem.downReadKillable()) != 0) {
                torture.count("killed while waiting");
              } else if (writes) {
                me.holdWrite();
                sem.upWrite();
              } else {
                me.holdRead();
                sem.upRead();
              }
              gone.complete();
            });
    for (int i = machine.choose(20_000, "torture"); i > 0; i--) {
      Thread.onSpinWait();
    }
    victim.sendSignal(true);
    gone.waitForCompletion();
    torture.count("kills");
  }
}
