package org.vfslab.uring;

import java.util.Iterator;
import org.vfslab.block.BlockDevice;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Task;

/** Completion without interrupts: {@code IORING_SETUP_IOPOLL}. All under uring_lock. */
final class IoPoll {

  private IoPoll() {}

  /** {@code io_iopoll_req_issued}: from now on pollers find the request. */
  static void issued(IoKiocb request, boolean locked) {
    IoRingCtx ctx = request.ctx();
    if (!locked) {
      ctx.uringLock().lock();
    }
    if (request.iopollCompleted.readOnce() != 0) {
      ctx.iopollList().addFirst(request);
    } else {
      ctx.iopollList().add(request);
    }
    if (!locked) {
      ctx.uringLock().unlock();
    }
  }

  /**
   * {@code io_iopoll_check}: polls until so many have completed, or there is nothing to poll for.
   *
   * @return 0 or -EINTR
   */
  static int check(IoRingCtx ctx, Task me, long minEvents) {
    ctx.uringLock().assertHeld("io_iopoll_check");
    long min = Math.min(minEvents, ctx.rings().cqEntries());
    if (ctx.hasOverflow()) {
      ctx.flushOverflow();
    }
    if (ctx.rings().ready() > 0) {
      return 0;
    }
    long found = 0;
    do {
      if (ctx.iopollList().isEmpty() || me.taskWork().isPending()) {
        long before = ctx.rings().cqTail();
        if (me.taskWork().isPending() || ctx.iopollList().isEmpty()) {
          ctx.uringLock().unlock();
          me.taskWork().run();
          ctx.uringLock().lock();
        }
        if (before != ctx.rings().cqTail() || ctx.iopollList().isEmpty()) {
          break;
        }
      }
      found += poll(ctx, min > found);
      if (me.taskSigpending()) {
        return -Errno.EINTR;
      }
    } while (found < min);
    return 0;
  }

  /**
   * {@code io_do_iopoll}: looks once whether requests have completed, and completes those.
   *
   * @param spin whether to wait for the first of them
   * @return how many
   */
  static int poll(IoRingCtx ctx, boolean spin) {
    boolean spinning = spin;
    for (IoKiocb request : ctx.iopollList()) {
      if (request.iopollCompleted.readOnce() != 0) {
        break;
      }
      spinning &= !poll(request, spinning);
      if (request.iopollCompleted.readOnce() != 0) {
        break;
      }
    }
    int found = 0;
    for (Iterator<IoKiocb> each = ctx.iopollList().iterator(); each.hasNext(); ) {
      IoKiocb request = each.next();
      if (request.iopollCompleted.loadAcquire() != 0) {
        each.remove();
        ctx.completeLater(request);
        found++;
      }
    }
    ctx.flushCompletions();
    return found;
  }

  /** {@code ->iopoll}: whether the device had done something. */
  private static boolean poll(IoKiocb request, boolean spin) {
    while (true) {
      boolean ended = request.kiocb().iopoll() > 0;
      if (ended || !spin || request.iopollCompleted.look() != 0) {
        return ended;
      }
      BlockDevice device = request.kiocb().polledDevice();
      if (device == null) {
        request.machine().spinUntilChanged(request.iopollCompleted);
      } else {
        device.awaitPolled();
      }
    }
  }
}
