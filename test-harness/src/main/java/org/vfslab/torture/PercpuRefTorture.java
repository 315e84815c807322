package org.vfslab.torture;

import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.vfslab.locking.PercpuRef;
import org.vfslab.locking.Rcu;
import org.vfslab.machine.Completion;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;

/**
 * A {@link PercpuRef}: readers have references, and one task kills it over and over, waits for the
 * release, is alone then, and makes it live again.
 */
final class PercpuRefTorture implements Torture {

  /** How long who finds it killed stays away. */
  private static final long DEAD_FOR_NS = 20_000;

  @Override
  public String name() {
    return "percpu-ref";
  }

  @Override
  public String about() {
    return "a percpu_ref: users, also ended by an interrupt; kills, confirmations, releases,"
        + " resurrections, switches to atomic and back";
  }

  @Override
  public void setUp(LockTorture torture) {
    Machine machine = torture.machine();
    Run run = new Run(torture);
    torture.other("killer", run::kill);
    torture.readers(
        me -> {
          if (run.ref.trygetLive()) {
            me.holdRead();
            run.ref.put();
          } else {
            torture.count("trygets that failed");
            torture.sleep(DEAD_FOR_NS);
          }
        });
    IrqLine line = machine.irqLine("irq", IrqLine.Kind.SOFT, machine.cpu(1));
    torture.other(
        "submitter",
        me -> {
          if (run.ref.trygetLive()) {
            run.ref.get();
            run.ref.put();
            torture.inInterrupt(
                line,
                () -> {
                  me.holdReadAtomic();
                  run.ref.put();
                });
            torture.count("references given by an interrupt");
          }
        });
    torture.atEnd(
        () ->
            run.ref.references() == 1 && run.wrong.get() == 0
                ? null
                : run.wrong + " wrong release(s); at the end: " + run.ref);
  }

  private static final class Run {
    final LockTorture torture;
    final PercpuRef ref;
    final AtomicInteger wrong = new AtomicInteger();
    private volatile Completion released;
    private volatile boolean dying;

    Run(LockTorture torture) {
      this.torture = torture;
      Machine machine = torture.machine();
      this.released = new Completion(machine, "released");
      this.ref =
          new PercpuRef(
              new Rcu(torture.lockdep()),
              "torture_ref",
              this::released,
              EnumSet.of(PercpuRef.Flag.ALLOW_REINIT));
    }

    private void released() {
      if (!dying) {
        wrong.incrementAndGet();
      }
      released.complete();
    }

    void kill(Stress me) {
      if (torture.oneIn(4)) {
        ref.switchToAtomicSync();
        torture.count("switches to atomic and back");
        ref.switchToPercpu();
        return;
      }
      if (torture.oneIn(4)) {
        // Given back life before anybody knows whether it came to 0: holds one itself.
        ref.get();
        ref.kill();
        ref.resurrect();
        ref.put();
        torture.count("resurrections");
        return;
      }
      released = new Completion(torture.machine(), "released");
      dying = true;
      ref.killAndConfirm(
          () -> {
            if (ref.trygetLive()) {
              wrong.incrementAndGet();
            }
          });
      released.waitForCompletion();
      me.holdWrite();
      torture.count("kills and releases");
      dying = false;
      ref.reinit();
    }
  }
}
