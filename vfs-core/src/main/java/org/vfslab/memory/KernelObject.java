package org.vfslab.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.vfslab.machine.Access;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.Machine;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;

/**
 * Memory that is given back: what {@code kmalloc} returns and {@code kfree} takes.
 *
 * <p>Whoever touches it, or frees it again, after {@link #kfree} has a bug. The code that uses the
 * object says so with {@link #use}; parts that live in it go with it.
 */
public class KernelObject extends Shared {
  private final List<KernelObject> parts = new ArrayList<>(0);

  /** A new object. */
  public KernelObject(Machine machine, String name) {
    super(machine, name);
  }

  /** Says that {@code part} lives in this object's memory and goes with it. */
  public final void contains(KernelObject part) {
    parts.add(part);
  }

  /** Makes something in this object's memory, which goes with it. */
  public final <T> T inside(Supplier<T> make) {
    List<T> made = new ArrayList<>(1);
    machine().within(this, () -> made.add(make.get()));
    return made.getFirst();
  }

  /**
   * Says that the caller touches the object; a scheduling point like an access to a word.
   *
   * @throws KernelFault if the object was freed
   */
  public final void use() {
    if (hook != null) {
      hook.before(this, Access.READ);
    }
    if (isFreed()) {
      throw new KernelFault(
          ReportKind.USE_AFTER_FREE,
          "use after free: " + machine().current().name() + " touches " + name());
    }
  }

  /**
   * {@code kfree}: gives the memory back.
   *
   * @throws KernelFault if that was done before
   */
  public final void kfree() {
    machine().memoryFreed(this);
    markFreed();
    for (KernelObject part : parts) {
      part.kfree();
    }
  }
}
