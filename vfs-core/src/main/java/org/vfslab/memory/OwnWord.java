package org.vfslab.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.vfslab.machine.Access;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Shared;

/**
 * A word that one context writes and every other only reads, on a cache line of its own. Its owner
 * needs no atomic read-modify-write to change it, and two owners never wait for each other's line.
 */
public final class OwnWord extends Shared {

  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(OwnWord.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // Two lines on each side, because processors fetch lines in pairs.
  @SuppressWarnings("unused")
  private long b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14;

  @SuppressWarnings("unused") // through VALUE
  private volatile long value;

  @SuppressWarnings("unused")
  private long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14;

  /** A word that holds 0. */
  public OwnWord(Machine machine, String name) {
    super(machine, name);
  }

  /** The value, asked by its owner: nobody else can have changed it, so this is no step. */
  public long own() {
    return (long) VALUE.get(this);
  }

  /** {@code smp_store_mb}: writes, and what follows stays behind the write. Owner only. */
  public void storeMb(long newValue) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      hook.acquired(this);
      hook.released(this);
    }
    VALUE.setOpaque(this, newValue);
    VarHandle.fullFence();
  }

  /** {@code smp_store_release}. Owner only. */
  public void storeRelease(long newValue) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      hook.released(this);
    }
    VALUE.setRelease(this, newValue);
  }

  /** {@code smp_load_acquire}. */
  public long loadAcquire() {
    if (hook != null) {
      hook.before(this, Access.READ);
      hook.acquired(this);
    }
    return (long) VALUE.getAcquire(this);
  }

  /** The value, for printing and for properties: no step, no order. */
  public long peek() {
    return (long) VALUE.getOpaque(this);
  }
}
