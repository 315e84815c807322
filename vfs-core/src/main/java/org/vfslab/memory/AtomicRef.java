package org.vfslab.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;

/** A pointer with the kernel's atomic operations; null is the null pointer. */
public final class AtomicRef<T> extends Shared {

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(AtomicRef.class, "value", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through VALUE
  private volatile @Nullable Object value;

  /** A pointer to {@code initial}. */
  public AtomicRef(Machine machine, String name, @Nullable T initial) {
    super(machine, name);
    value = initial;
  }

  /** {@code smp_load_acquire}, {@code rcu_dereference}. */
  public @Nullable T loadAcquire() {
    if (hook != null) {
      hook.before(this, Access.READ);
      hook.acquired(this);
    }
    return peek();
  }

  /** {@code smp_store_release}, {@code rcu_assign_pointer}. */
  public void storeRelease(@Nullable T newValue) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      hook.released(this);
    }
    VALUE.setRelease(this, newValue);
  }

  /** {@code cmpxchg} by identity; returns whether the pointer was changed. */
  public boolean compareAndSet(@Nullable T expected, @Nullable T newValue) {
    if (hook == null) {
      return VALUE.compareAndSet(this, expected, newValue);
    }
    hook.before(this, Access.WRITE);
    boolean swapped = VALUE.compareAndSet(this, expected, newValue);
    if (swapped) {
      hook.acquired(this);
      hook.released(this);
    }
    return swapped;
  }

  /** {@code xchg}: fully ordered; returns the pointer before. */
  @SuppressWarnings("unchecked") // only Ts are ever stored
  public @Nullable T xchg(@Nullable T newValue) {
    if (hook == null) {
      return (T) VALUE.getAndSet(this, newValue);
    }
    hook.before(this, Access.WRITE);
    T old = (T) VALUE.getAndSet(this, newValue);
    hook.acquired(this);
    hook.released(this);
    return old;
  }

  /** The pointer, for printing and for properties: no step, no order. */
  @SuppressWarnings("unchecked") // only Ts are ever stored
  public @Nullable T peek() {
    return (T) VALUE.getAcquire(this);
  }
}
