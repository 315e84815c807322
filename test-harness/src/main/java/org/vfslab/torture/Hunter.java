package org.vfslab.torture;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Task;

/** Kills tasks at some moment while they wait for the tortured lock, or have it. */
final class Hunter {

  /** Killed tasks stay in the machine's list, so there is an end to them. */
  private static final int VICTIMS_MAX = 500;

  private static final long VICTIM_EVERY_NS = 500_000;
  private static final int PATIENCE_MAX = 20_000;

  private final LockTorture torture;
  private final Predicate<Stress> attempt;
  private final AtomicInteger victims = new AtomicInteger();

  private Hunter(LockTorture torture, Predicate<Stress> attempt) {
    this.torture = torture;
    this.attempt = attempt;
  }

  /**
   * Adds a thread that hunts.
   *
   * @param attempt takes the lock in a way that a fatal signal ends, and gives it back; returns
   *     false if the signal came first
   */
  static void joins(LockTorture torture, Predicate<Stress> attempt) {
    torture.other("hunter", new Hunter(torture, attempt)::hunt);
  }

  private void hunt(Stress me) {
    torture.sleep(VICTIM_EVERY_NS);
    if (victims.incrementAndGet() > VICTIMS_MAX) {
      return;
    }
    Machine machine = torture.machine();
    Completion gone = new Completion(machine, "gone");
    Task victim =
        machine.task(
            "victim",
            () -> {
              if (!attempt.test(me)) {
                torture.count("killed while waiting");
              }
              gone.complete();
            });
    for (int i = machine.choose(PATIENCE_MAX, "torture"); i > 0; i--) {
      Thread.onSpinWait();
    }
    victim.sendSignal(true);
    gone.waitForCompletion();
    torture.count("kills");
  }
}
