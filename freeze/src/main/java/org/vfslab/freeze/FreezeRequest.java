package org.vfslab.freeze;

import org.jspecify.annotations.Nullable;

/**
 * Who asks for a freeze or thaw, and how: the {@code who} and {@code freeze_owner} arguments.
 *
 * @param holder exactly one of the two
 * @param mayNest whether a freeze by the same holder may be on already ({@code FREEZE_MAY_NEST})
 * @param exclusive whether only {@code owner} may thaw ({@code FREEZE_EXCL})
 * @param owner who that is; only with {@code exclusive}
 */
public record FreezeRequest(
    FreezeHolder holder, boolean mayNest, boolean exclusive, @Nullable Object owner) {

  /** What the FIFREEZE and FITHAW ioctls ask for. */
  public static final FreezeRequest USERSPACE =
      new FreezeRequest(FreezeHolder.USERSPACE, false, false, null);

  /** A freeze by the kernel that does not nest. */
  public static final FreezeRequest KERNEL =
      new FreezeRequest(FreezeHolder.KERNEL, false, false, null);
}
