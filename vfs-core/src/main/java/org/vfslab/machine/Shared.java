package org.vfslab.machine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Anything that two contexts may touch: it has a machine, a name, and an id that is the same in
 * every run of the same program.
 */
public abstract class Shared {

  /** Who watches accesses to this object; null on a live machine. */
  protected @Nullable AccessHook hook;

  private final Machine machine;
  private final int id;
  private final String name;

  /** What is known here of earlier accesses; owned by the deterministic engine. */
  private @Nullable Clocks clocks;

  private volatile boolean freed;

  /** What lives in this object's memory; null if nothing does. Grows before others know it. */
  private @Nullable List<Shared> parts;

  /** Creates an object of {@code machine}; names need not be unique but should tell. */
  @SuppressWarnings("this-escape") // it is only noted as a part, and used when its memory is freed
  protected Shared(Machine machine, String name) {
    this.machine = machine;
    this.name = name;
    this.id = machine.nextSharedId();
    this.hook = machine.hook();
    Shared memory = machine.memoryOfNew();
    if (memory != null) {
      if (memory.parts == null) {
        memory.parts = new ArrayList<>();
      }
      memory.parts.add(this);
    }
  }

  /** The machine to which this belongs. */
  public final Machine machine() {
    return machine;
  }

  /** The number of this object: creation order within its machine. */
  public final int id() {
    return id;
  }

  /** The name given at creation. */
  public final String name() {
    return name;
  }

  /** Whether {@link #markFreed} was called. */
  public final boolean isFreed() {
    return freed;
  }

  /**
   * Marks the memory of this object as given back ({@code kfree}); the deterministic engine faults
   * at the next touch.
   *
   * @throws KernelFault if it was freed before
   */
  protected void markFreed() {
    if (hook != null) {
      hook.looked(this);
    }
    if (freed) {
      throw new KernelFault(ReportKind.USE_AFTER_FREE, "double free of " + name);
    }
    if (hook != null) {
      hook.before(this, Access.WRITE);
    }
    freed = true;
    if (parts != null) {
      for (Shared part : parts) {
        part.freedWithItsMemory();
      }
    }
  }

  private void freedWithItsMemory() {
    if (hook != null) {
      hook.freed(this);
    }
    freed = true;
  }

  /** The clocks of this object, made when first needed. */
  final Clocks object() {
    Clocks known = clocks;
    if (known == null) {
      known = new Clocks();
      clocks = known;
    }
    return known;
  }

  @Override
  public String toString() {
    return name;
  }
}
