package org.vfslab.torture;

import org.vfslab.locking.Semaphore;
import org.vfslab.machine.Errno;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;

/** A {@link Semaphore} of one unit, so that it excludes, given back by interrupts too. */
final class SemaphoreTorture implements Torture {

  private static final long TIMEOUT_NS = 50_000;

  @Override
  public String name() {
    return "semaphore";
  }

  @Override
  public String about() {
    return "a semaphore of one unit with time-outs, trylocks, kills, and an up by an interrupt";
  }

  @Override
  public void setUp(LockTorture torture) {
    Machine machine = torture.machine();
    Semaphore semaphore = new Semaphore(machine, "torture_semaphore", 1);
    torture.writers(
        me -> {
          if (takes(torture, semaphore)) {
            me.holdWrite();
            semaphore.up();
          }
        });
    IrqLine line = machine.irqLine("irq", IrqLine.Kind.HARD, machine.cpu(1));
    torture.other(
        "submitter",
        me -> {
          semaphore.down();
          torture.inInterrupt(
              line,
              () -> {
                me.holdWriteAtomic();
                semaphore.up();
              });
          torture.count("units given by an interrupt");
        });
    Hunter.joins(
        torture,
        me -> {
          if (semaphore.downKillable() != 0) {
            return false;
          }
          me.holdWrite();
          semaphore.up();
          return true;
        });
    torture.atEnd(() -> semaphore.countNow() == 1 ? null : "not idle at the end: " + semaphore);
  }

  private static boolean takes(LockTorture torture, Semaphore semaphore) {
    if (torture.oneIn(8)) {
      torture.count("trylocks");
      boolean taken = semaphore.downTrylock();
      torture.count(taken ? "trylocks that succeeded" : "trylocks that failed");
      return taken;
    }
    if (torture.oneIn(2)) {
      int result = semaphore.downTimeout(TIMEOUT_NS);
      torture.count(result == -Errno.ETIME ? "time-outs" : "units in time");
      return result == 0;
    }
    semaphore.down();
    return true;
  }
}
