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

  private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);

  /** Two cache lines before the value and two behind it, as processors fetch them in pairs. */
  private static final int AT = 16;

  private final long[] lines = new long[2 * AT];

  /** A word that holds 0. */
  public OwnWord(Machine machine, String name) {
    super(machine, name);
  }

  /** The value, asked by its owner: nobody else can have changed it, so this is no step. */
  public long own() {
    return lines[AT];
  }

  /** {@code smp_store_mb}: writes, and what follows stays behind the write. Owner only. */
  public void storeMb(long newValue) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      hook.acquired(this);
      hook.released(this);
    }
    VALUE.setOpaque(lines, AT, newValue);
    VarHandle.fullFence();
  }

  /** {@code smp_store_release}. Owner only. */
  public void storeRelease(long newValue) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      hook.released(this);
    }
    VALUE.setRelease(lines, AT, newValue);
  }

  /** {@code smp_load_acquire}. */
  public long loadAcquire() {
    if (hook != null) {
      hook.before(this, Access.READ);
      hook.acquired(this);
    }
    return (long) VALUE.getAcquire(lines, AT);
  }

  /** The value, for printing and for properties: no step, no order. */
  public long peek() {
    return (long) VALUE.getOpaque(lines, AT);
  }
}
