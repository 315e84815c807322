package org.vfslab.locking;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.lockdep.LockKey;
import org.vfslab.lockdep.LockMap;
import org.vfslab.lockdep.LockType;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.lockdep.Mode;
import org.vfslab.lockdep.WaitType;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.memory.AtomicRef;

/**
 * Keeps others on the same CPU out of data of that CPU: {@code local_lock_t}, which gives a name to
 * what {@code preempt_disable} or {@code local_irq_save} is for. Nobody ever waits for it, except
 * on {@code PREEMPT_RT}, where it is a lock for each CPU that sleeps; lockdep thinks of that one.
 *
 * <p>Follows {@code include/linux/local_lock_internal.h}, 7.2, without {@code PREEMPT_RT}.
 */
public final class LocalLock {

  private final Machine machine;
  private final Lockdep lockdep;

  /** One for each CPU. */
  private final List<OfCpu> cpus = new ArrayList<>();

  /**
   * @param map what lockdep knows
   * @param owner who has it, for the debug checks
   */
  private record OfCpu(LockMap map, AtomicRef<Context> owner) {}

  /** A lock for each CPU, whose class is called {@code name}. */
  public LocalLock(Lockdep lockdep, String name) {
    this.machine = lockdep.machine();
    this.lockdep = lockdep;
    LockKey key = lockdep.newKey();
    for (int cpu = 0; cpu < machine.config().cpus(); cpu++) {
      cpus.add(
          new OfCpu(
              lockdep.register(name, key, WaitType.CONFIG, WaitType.INV, LockType.PERCPU),
              new AtomicRef<>(machine, name + " owner/cpu" + cpu, null)));
    }
  }

  /** {@code local_lock}: any context; keeps other tasks away from this CPU. */
  public void lock() {
    Context me = machine.current();
    me.preemptDisable();
    take(me, "local_lock");
  }

  /** {@code local_unlock}. */
  public void unlock() {
    Context me = machine.current();
    give(me);
    me.preemptEnable();
  }

  /** {@code local_lock_irqsave}: also keeps hard interrupts away. */
  public void lockIrqSave() {
    Context me = machine.current();
    me.localIrqSave();
    take(me, "local_lock_irqsave");
  }

  /** {@code local_unlock_irqrestore}. */
  public void unlockIrqRestore() {
    Context me = machine.current();
    give(me);
    me.localIrqRestore();
  }

  private void take(Context me, String site) {
    OfCpu here = cpus.get(me.cpu().number());
    lockdep.acquire(here.map, Mode.WRITE, site);
    warnUnless(here.owner.xchg(me) == null, "l->owner", me);
  }

  private void give(Context me) {
    OfCpu here = cpus.get(me.cpu().number());
    warnUnless(here.owner.xchg(null) == me, "l->owner != current", me);
    lockdep.release(here.map);
  }

  private void warnUnless(boolean fine, String condition, Context me) {
    if (!fine && lockdep.isOn()) {
      String title = "DEBUG_LOCKS_WARN_ON(" + condition + ")";
      machine.report(ReportKind.BUG, title, title + ": " + me.name() + ", " + this);
    }
  }

  @Override
  public String toString() {
    return "local_lock " + cpus.getFirst().map.name();
  }
}
