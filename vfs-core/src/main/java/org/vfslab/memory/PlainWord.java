package org.vfslab.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.vfslab.machine.Access;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;
import org.vfslab.trace.Happening;

/**
 * An ordinary variable: two uses of it, one of them a write, that nothing orders are reported as a
 * data race.
 *
 * <p>No plain access is a scheduling point: where uses are ordered, the points of what orders them
 * are enough, and where they are not, the race is reported. Marked accesses ({@link #readOnce},
 * {@link #writeOnce}) are points, order nothing, and race with plain ones only.
 */
public final class PlainWord extends Shared {
  private static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(PlainWord.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long value;

  /** A variable that holds {@code initial}. */
  public PlainWord(Machine machine, String name, long initial) {
    super(machine, name);
    value = initial;
  }

  /** Reads the variable. */
  public long get() {
    if (hook != null) {
      live();
      hook.dataRead(this, false);
    }
    return value;
  }

  /** Writes the variable. */
  public void set(long newValue) {
    if (hook != null) {
      live();
      hook.dataWritten(this, false);
      value = newValue;
      if (machine().tracing()) {
        machine().trace(new Happening.Accessed(name() + " = " + newValue, "write"));
      }
    } else {
      value = newValue;
    }
  }

  /** {@code READ_ONCE}. */
  public long readOnce() {
    if (hook != null) {
      hook.before(this, Access.READ);
      hook.dataRead(this, true);
    }
    return (long) VALUE.getOpaque(this);
  }

  /** {@code WRITE_ONCE}. */
  public void writeOnce(long newValue) {
    if (hook != null) {
      hook.before(this, Access.WRITE);
      hook.dataWritten(this, true);
    }
    VALUE.setOpaque(this, newValue);
  }

  private void live() {
    if (isFreed()) {
      throw new KernelFault(
          ReportKind.USE_AFTER_FREE,
          "use after free: " + machine().current().name() + " touches " + name());
    }
  }

  /** The value, for printing and for properties: not a use. */
  public long peek() {
    return value;
  }
}
