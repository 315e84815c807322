package org.vfslab.freeze;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;
import org.vfslab.machine.TaskState;
import org.vfslab.memory.PlainWord;
import org.vfslab.vfs.FreezeLevel;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.Superblocks;
import org.vfslab.vfs.Sync;

/**
 * Freezes and thaws one superblock: {@code freeze_super} and {@code thaw_super} of {@code
 * fs/super.c}, 7.2.
 *
 * <p>Both take s_umount exclusively and may sleep. A freeze drops s_umount while it waits for
 * writes, because a write may need s_umount inside its freeze protection.
 */
public final class SuperFreeze {

  private static final List<FreezeLevel> INNERMOST_FIRST =
      List.of(FreezeLevel.FS, FreezeLevel.PAGEFAULT, FreezeLevel.WRITE);

  private final SuperBlock sb;
  private final SbWriters writers;

  // Protected by s_umount.
  private final PlainWord kernelFreezes;
  private final PlainWord userFreezes;
  private @Nullable Object owner;

  /** The freezer of {@code sb}, whose protection is {@code writers}. */
  public SuperFreeze(SuperBlock sb, SbWriters writers) {
    this.sb = sb;
    this.writers = writers;
    this.kernelFreezes = new PlainWord(sb.machine(), "freeze_kcount", 0);
    this.userFreezes = new PlainWord(sb.machine(), "freeze_ucount", 0);
  }

  /**
   * {@code freeze_super}: on return with 0 no write is inside any level, none can begin, and all
   * dirty data is on the device.
   *
   * @return 0; -EBUSY if frozen by the same kind of holder; -EINVAL if the superblock is dying;
   *     -ERESTARTSYS if killed while another freeze was under way; the error of the sync or of the
   *     filesystem, and then it is not frozen
   */
  public int freezeSuper(FreezeRequest request) {
    sb.sUmount().downWrite();
    if (sb.active().look() == 0) { // SB_DYING
      sb.sUmount().upWrite();
      return -Errno.EINVAL;
    }
    sb.active().fetchAdd(1);
    while (true) {
      switch (writers.state()) {
        case COMPLETE -> {
          int result = mayFreeze(request) ? 0 : -Errno.EBUSY;
          if (result == 0) {
            count(request.holder(), 1);
          }
          Superblocks.deactivateLocked(sb); // all freezes share one reference
          return result;
        }
        case WRITE, PAGEFAULT, FS -> {
          int error = waitForPartiallyFrozen();
          if (error < 0) {
            Superblocks.deactivateLocked(sb);
            return error;
          }
        }
        case UNFROZEN -> {
          return freezeNow(request);
        }
      }
    }
  }

  /** s_umount is held exclusively at the beginning, and dropped at the end. */
  private int freezeNow(FreezeRequest request) {
    if (sb.isReadOnly()) {
      return frozen(request);
    }
    writers.state(FreezeState.WRITE);
    sb.sUmount().upWrite(); // order: freeze protection outside s_umount
    writers.waitWrite(FreezeLevel.WRITE);
    sb.sUmount().downWrite();

    writers.state(FreezeState.PAGEFAULT);
    writers.waitWrite(FreezeLevel.PAGEFAULT);

    int error = Sync.syncFilesystem(sb);
    if (error < 0) {
      return undo(error, FreezeLevel.PAGEFAULT);
    }

    writers.state(FreezeState.FS);
    writers.waitWrite(FreezeLevel.FS);
    error = sb.operations().freezeFs(sb);
    if (error < 0) {
      return undo(error, FreezeLevel.FS);
    }
    return frozen(request);
  }

  private int frozen(FreezeRequest request) {
    count(request.holder(), 1);
    owner = request.owner();
    writers.state(FreezeState.COMPLETE);
    writers.wakeFrozenWaiters();
    if (!sb.isReadOnly()) {
      writers.lockdepFreezeRelease();
    }
    sb.sUmount().upWrite();
    return 0;
  }

  private int undo(int error, FreezeLevel innermost) {
    writers.state(FreezeState.UNFROZEN);
    for (FreezeLevel level : INNERMOST_FIRST) {
      if (level.value() <= innermost.value()) {
        writers.allowWrite(level);
      }
    }
    writers.wakeFrozenWaiters();
    Superblocks.deactivateLocked(sb);
    return error;
  }

  /** {@code wait_for_partially_frozen}: drops s_umount, sleeps killably, and takes it again. */
  private int waitForPartiallyFrozen() {
    FreezeState seen = writers.state();
    sb.sUmount().upWrite();
    int error =
        writers
            .frozenChanged()
            .waitEvent(
                "wait_for_partially_frozen", TaskState.KILLABLE, () -> writers.state() != seen);
    sb.sUmount().downWrite();
    return error;
  }

  /** {@code may_freeze}: the filesystem is frozen; may this one freeze it too? */
  private boolean mayFreeze(FreezeRequest request) {
    if (request.exclusive()) {
      if (request.holder() != FreezeHolder.KERNEL || request.owner() == null || owner != null) {
        return false;
      }
      owner = request.owner();
      return true;
    }
    return request.mayNest() || counter(request.holder()).get() == 0;
  }

  /** {@code may_unfreeze}. */
  private boolean mayUnfreeze(FreezeRequest request) {
    if (request.exclusive()) {
      if (kernelFreezes.get() == 0 || owner == null || owner != request.owner()) {
        return false;
      }
      if (kernelFreezes.get() + userFreezes.get() > 1) {
        owner = null;
      }
      return true;
    }
    return switch (request.holder()) {
      case KERNEL -> kernelFreezes.get() > (owner == null ? 0 : 1);
      case USERSPACE -> userFreezes.get() > 0;
    };
  }

  /**
   * {@code thaw_super}: takes one freeze back; the last one lets writes begin again, and gives back
   * the active reference of the freeze: what was unmounted meanwhile is shut down then.
   *
   * @return 0, also when other freezes remain; -EINVAL if not frozen by such a holder; the error of
   *     the filesystem, and then it stays frozen
   */
  public int thawSuper(FreezeRequest request) {
    sb.sUmount().downWrite();
    if (writers.state() != FreezeState.COMPLETE || !mayUnfreeze(request)) {
      sb.sUmount().upWrite();
      return -Errno.EINVAL;
    }
    count(request.holder(), -1);
    if (kernelFreezes.get() + userFreezes.get() > 0) {
      sb.sUmount().upWrite();
      return 0;
    }
    if (!sb.isReadOnly()) {
      writers.lockdepFreezeAcquire();
      int error = sb.operations().unfreezeFs(sb);
      if (error < 0) {
        writers.lockdepFreezeRelease();
        count(request.holder(), 1);
        sb.sUmount().upWrite();
        return error;
      }
    }
    owner = null;
    writers.state(FreezeState.UNFROZEN);
    writers.wakeFrozenWaiters();
    if (!sb.isReadOnly()) {
      for (FreezeLevel level : INNERMOST_FIRST) {
        writers.allowWrite(level);
      }
    }
    Superblocks.deactivateLocked(sb);
    return 0;
  }

  private PlainWord counter(FreezeHolder holder) {
    return switch (holder) {
      case KERNEL -> kernelFreezes;
      case USERSPACE -> userFreezes;
    };
  }

  private void count(FreezeHolder holder, int delta) {
    PlainWord counter = counter(holder);
    counter.set(counter.get() + delta);
  }

  /** The superblock. */
  public SuperBlock sb() {
    return sb;
  }

  /** The protection that this freezes. */
  public SbWriters writers() {
    return writers;
  }
}
