package org.vfslab.machine;

/**
 * Watches accesses to {@link Shared} objects.
 *
 * <p>Objects of a live machine have none, so that an access costs them one predictable branch; all
 * objects of a deterministic machine have its engine.
 */
public abstract class AccessHook {

  AccessHook() {}

  /**
   * Called before {@code object} is touched; a scheduling point where the granularity makes it one.
   *
   * @throws KernelFault if the object was freed
   */
  public abstract void before(Shared object, Access access);

  /** Called after an access that orders: everything earlier in other contexts is now seen. */
  public abstract void acquired(Shared object);

  /** Called after an access that orders: whoever acquires {@code object} sees what came before. */
  public abstract void released(Shared object);

  /** Called when plain data is read, to tell whether something orders it with earlier writes. */
  public abstract void plainRead(Shared object);

  /** Called when plain data is written, to tell whether something orders it with earlier uses. */
  public abstract void plainWritten(Shared object);
}
