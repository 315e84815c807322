package org.vfslab.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.vfslab.machine.Access;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;
import org.vfslab.trace.Happening;

/** A 64-bit word with the kernel's atomic operations ({@code atomic_long_t}). */
public final class AtomicWord extends Shared {

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(AtomicWord.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("unused") // through VALUE
  private volatile long value;

  /** A word that holds {@code initial}. */
  public AtomicWord(Machine machine, String name, long initial) {
    super(machine, name);
    VALUE.set(this, initial);
  }

  /** {@code READ_ONCE}, {@code atomic_long_read}: orders nothing. */
  public long readOnce() {
    if (hook != null) {
      hook.before(this, Access.READ);
      traced("READ_ONCE");
    }
    return (long) VALUE.getOpaque(this);
  }

  /** {@code smp_load_acquire}. */
  public long loadAcquire() {
    if (hook != null) {
      hook.before(this, Access.READ);
      hook.acquired(this);
      traced("load_acquire");
    }
    return (long) VALUE.getAcquire(this);
  }

  /** {@code WRITE_ONCE}, {@code atomic_long_set}: orders nothing. */
  public void writeOnce(long newValue) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      VALUE.setOpaque(this, newValue);
      traced("WRITE_ONCE");
    } else {
      VALUE.setOpaque(this, newValue);
    }
  }

  /** {@code smp_store_release}. */
  public void storeRelease(long newValue) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      hook.released(this);
      VALUE.setRelease(this, newValue);
      traced("store_release");
    } else {
      VALUE.setRelease(this, newValue);
    }
  }

  /**
   * {@code atomic_long_try_cmpxchg}: fully ordered if it succeeds.
   *
   * @return whether the word held {@code expected} and now holds {@code newValue}
   */
  public boolean compareAndSet(long expected, long newValue) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      boolean swapped = VALUE.compareAndSet(this, expected, newValue);
      if (swapped) {
        ordered();
      }
      traced(swapped ? "cmpxchg" : "cmpxchg (failed)");
      return swapped;
    }
    return VALUE.compareAndSet(this, expected, newValue);
  }

  /** {@code atomic_long_fetch_add}: fully ordered; returns the value before. */
  public long fetchAdd(long delta) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      long old = (long) VALUE.getAndAdd(this, delta);
      ordered();
      traced("fetch_add");
      return old;
    }
    return (long) VALUE.getAndAdd(this, delta);
  }

  /** {@code atomic_long_add_return}: fully ordered; returns the value after. */
  public long addReturn(long delta) {
    return fetchAdd(delta) + delta;
  }

  /**
   * Adds to the word if it is above 0 ({@code atomic_long_dec_if_positive}, {@code
   * atomic_long_inc_not_zero}): fully ordered if it does.
   *
   * @return whether it did
   */
  public boolean addIfPositive(long delta) {
    long seen = loadAcquire();
    while (seen > 0) {
      if (compareAndSet(seen, seen + delta)) {
        return true;
      }
      seen = loadAcquire();
    }
    return false;
  }

  /**
   * {@code atomic_long_add_unless}: adds to the word unless it holds {@code unless}; fully ordered
   * if it does.
   *
   * @return whether it did
   */
  public boolean addUnless(long delta, long unless) {
    long seen = loadAcquire();
    while (seen != unless) {
      if (compareAndSet(seen, seen + delta)) {
        return true;
      }
      seen = loadAcquire();
    }
    return false;
  }

  /** {@code xchg}: fully ordered; returns the value before. */
  public long xchg(long newValue) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      long old = (long) VALUE.getAndSet(this, newValue);
      ordered();
      traced("xchg");
      return old;
    }
    return (long) VALUE.getAndSet(this, newValue);
  }

  /** {@code fetch_or}: fully ordered; returns the value before. */
  public long fetchOr(long bits) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      long old = (long) VALUE.getAndBitwiseOr(this, bits);
      ordered();
      traced("fetch_or");
      return old;
    }
    return (long) VALUE.getAndBitwiseOr(this, bits);
  }

  /** {@code fetch_and}: fully ordered; returns the value before. */
  public long fetchAnd(long bits) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      long old = (long) VALUE.getAndBitwiseAnd(this, bits);
      ordered();
      traced("fetch_and");
      return old;
    }
    return (long) VALUE.getAndBitwiseAnd(this, bits);
  }

  /** The value in the step in progress, which makes no other step and orders nothing. */
  public long look() {
    if (hook != null) {
      hook.looked(this);
    }
    return peek();
  }

  /** The value, for printing and for properties: no step, no order. */
  public long peek() {
    return (long) VALUE.getOpaque(this);
  }

  private void ordered() {
    if (hook != null) {
      hook.acquired(this);
      hook.released(this);
    }
  }

  private void traced(String operation) {
    if (machine().tracing()) {
      machine().trace(new Happening.Accessed(name() + " = " + peek(), operation));
    }
  }
}
