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

  /** Called before {@code lock} is taken; returns when no other context holds it. */
  public abstract void waitsFor(RawLock lock);

  /** Called before it is looked whether {@code lock} can be taken; a scheduling point as above. */
  public abstract void tries(RawLock lock);

  /** Called right before {@code lock} is taken or given back. */
  public abstract void changes(RawLock lock);

  /** Called when something is looked at without a scheduling point, in the step in progress. */
  public abstract void looked(Shared object);

  /** Called when an object goes with the memory in which it lives, in the step in progress. */
  public abstract void freed(Shared object);

  /** Called after an access that orders: everything earlier in other contexts is now seen. */
  public abstract void acquired(Shared object);

  /** Called after an access that orders: whoever acquires {@code object} sees what came before. */
  public abstract void released(Shared object);

  /**
   * Called when a variable is read, to tell whether something orders it with earlier writes.
   *
   * @param marked by {@code READ_ONCE}, which races with plain writes only
   */
  public abstract void dataRead(Shared object, boolean marked);

  /**
   * Called when a variable is written, to tell whether something orders it with earlier uses.
   *
   * @param marked by {@code WRITE_ONCE}, which races with plain uses only
   */
  public abstract void dataWritten(Shared object, boolean marked);
}
