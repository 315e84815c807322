package org.vfslab.memory;

import org.vfslab.machine.KernelFault;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;
import org.vfslab.trace.Happening;

/**
 * An ordinary variable: two uses of it, one of them a write, that nothing orders are reported as a
 * data race.
 *
 * <p>No access is a scheduling point: where uses are ordered, the points of what orders them are
 * enough, and where they are not, the race is seen in every schedule.
 */
public final class PlainWord extends Shared {
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
      hook.plainRead(this);
    }
    return value;
  }

  /** Writes the variable. */
  public void set(long newValue) {
    if (hook != null) {
      live();
      hook.plainWritten(this);
      value = newValue;
      if (machine().tracing()) {
        machine().trace(new Happening.Accessed(name() + " = " + newValue, "write"));
      }
    } else {
      value = newValue;
    }
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
