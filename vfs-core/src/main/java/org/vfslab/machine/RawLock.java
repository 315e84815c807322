package org.vfslab.machine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bare spinning lock ({@code arch_spinlock_t}): no lockdep, no interrupt or preemption state of
 * its own. Protects the queues of this package; {@code locking.SpinLock} is built from it.
 */
public final class RawLock extends Shared implements Blocker {

  private static final VarHandle HOLDER;

  static {
    try {
      HOLDER = MethodHandles.lookup().findVarHandle(RawLock.class, "holder", Context.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Context holder;

  /** A free lock. */
  public RawLock(Machine machine, String name) {
    super(machine, name);
  }

  /**
   * Takes the lock, spinning while another context has it: on a deterministic machine the caller
   * has no step until then.
   */
  public void lock(Context me) {
    if (hook != null) {
      hook.waitsFor(this);
      checkRecursion(me);
      take(me);
    } else if (!tryLock(me)) {
      checkRecursion(me);
      me.waitsFor(this);
      do {
        do {
          machine().spinUntilChanged(this);
        } while (holder != null);
      } while (!tryLock(me));
      me.waitsFor(null);
    }
  }

  private void checkRecursion(Context me) {
    if (holder == me) {
      throw new KernelFault(
          ReportKind.BUG, "BUG: spinlock recursion: " + me.name() + " already holds " + name());
    }
  }

  /** Takes the lock if it is free. */
  public boolean tryLock(Context me) {
    if (hook != null) {
      hook.tries(this);
      if (holder != null) {
        return false;
      }
      take(me);
      return true;
    }
    return holder == null && HOLDER.compareAndSet(this, (Context) null, me);
  }

  private void take(Context me) {
    if (hook != null) {
      hook.changes(this);
      HOLDER.set(this, me);
      hook.acquired(this);
    }
  }

  /**
   * Gives the lock back.
   *
   * @throws KernelFault if {@code me} does not hold it
   */
  public void unlock(Context me) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
    Context was = holder;
    if (was != me) {
      throw new KernelFault(
          ReportKind.BUG,
          "BUG: spinlock wrong owner: "
              + me.name()
              + " unlocks "
              + name()
              + ", which "
              + (was == null ? "nobody" : was.name())
              + " holds");
    }
    if (hook != null) {
      hook.changes(this);
      hook.released(this);
      HOLDER.set(this, (Context) null);
    } else {
      HOLDER.setRelease(this, (Context) null);
    }
  }

  /** Takes the lock with preemption and hard interrupts off ({@code raw_spin_lock_irqsave}). */
  public void lockIrqSave(Context me) {
    me.localIrqSave();
    me.preemptDisable();
    lock(me);
  }

  /** Ends {@link #lockIrqSave}. */
  public void unlockIrqRestore(Context me) {
    unlock(me);
    me.preemptEnable();
    me.localIrqRestore();
  }

  /**
   * {@link #lockIrqSave} by the current context as the beginning of one call on {@code object}, who
   * is returned for {@link #endLockedCall}.
   */
  public Context beginLockedCall(Shared object) {
    Context me = machine().current();
    machine().beginCall(object, Access.WRITE);
    lockIrqSave(me);
    return me;
  }

  /** Ends {@link #beginLockedCall}. */
  public void endLockedCall(Context me) {
    unlockIrqRestore(me);
    machine().endCall();
  }

  /** Whether some context holds it now. */
  public boolean isLocked() {
    return holder != null;
  }

  /** Whether another context than this one holds it now. */
  boolean keepsOut(Context context) {
    Context now = holder;
    return now != null && now != context;
  }

  /** Whether {@code context} holds it. */
  public boolean isHeldBy(Context context) {
    return holder == context;
  }

  @Override
  public List<String> holders() {
    Context now = holder;
    return now == null ? List.of() : List.of(now.name());
  }

  @Override
  public String describe() {
    Context now = holder;
    return now == null ? "unlocked" : "locked by " + now.name();
  }
}
