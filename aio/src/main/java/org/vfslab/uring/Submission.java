package org.vfslab.uring;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;

/**
 * From entries of a ring to requests, chains and attempts: {@code io_submit_sqes} and what it
 * calls. The submitter holds uring_lock all the time.
 */
final class Submission {
  private final IoRingCtx ctx;
  private final IoUringTask tctx;

  /** {@code submit_state.link}: a chain that is being put together. */
  private @Nullable IoKiocb head;

  private @Nullable IoKiocb last;

  Submission(IoRingCtx ctx, IoUringTask tctx) {
    this.ctx = ctx;
    this.tctx = tctx;
  }

  /**
   * {@code io_submit_sqes}: takes up to {@code count} entries; stops behind the first one that
   * makes no sense.
   *
   * @return how many were taken, that one included
   */
  long submit(long count) {
    long entries = Math.min(count, ctx.submitted());
    long taken = 0;
    boolean goesOn = true;
    while (taken < entries && goesOn) {
      goesOn = submitOne(ctx.newRequest(tctx, ctx.nextSqe()));
      taken++;
    }
    if (entries > 0) {
      IoKiocb unfinished = head;
      if (unfinished != null) {
        head = null;
        queueFallback(unfinished);
      }
      ctx.flushCompletions();
      ctx.commitSq();
    }
    return taken;
  }

  /** {@code io_submit_sqe}: false if the entry was wrong and the submission is to stop. */
  private boolean submitOne(IoKiocb request) {
    int error = Operations.prepare(request);
    if (error < 0) {
      return failInit(request, error);
    }
    IoKiocb first = head;
    if (first != null) {
      append(request);
      if (request.hasLinkFlags()) {
        return true;
      }
      head = null;
      if (first.forceAsync || first.failed) {
        queueFallback(first);
      } else {
        queue(first);
      }
    } else if (request.hasLinkFlags()) {
      head = request;
      last = request;
    } else if (request.forceAsync) {
      queueFallback(request);
    } else {
      queue(request);
    }
    return true;
  }

  private void append(IoKiocb request) {
    IoKiocb before = last;
    if (before != null) {
      before.link = request;
    }
    last = request;
  }

  /** {@code io_submit_fail_init}: in a chain, all of it fails, once it is complete. */
  private boolean failInit(IoKiocb request, int error) {
    request.fail(error);
    IoKiocb first = head;
    if (first != null && !first.failed) {
      first.fail(-Errno.ECANCELED);
    }
    if (request.hasLinkFlags()) {
      if (first == null) {
        head = request;
        last = request;
      } else {
        append(request);
      }
      return true;
    }
    if (first != null) {
      append(request);
      head = null;
      queueFallback(first);
    } else {
      queueFallback(request);
    }
    return false;
  }

  /** {@code io_queue_sqe_fallback}: no attempt here. */
  private static void queueFallback(IoKiocb request) {
    if (request.failed) {
      request.isHardLinked = false;
      request.isLinked = true;
      request.ctx().completeLater(request);
    } else {
      punt(request);
    }
  }

  /** {@code io_req_task_submit}: its predecessor is over; in task work, under uring_lock. */
  static void submitLinked(IoKiocb request) {
    if (request.tctx().ioWq().isExiting()) {
      failDeferred(request, -Errno.EFAULT);
    } else if (request.forceAsync) {
      punt(request);
    } else {
      queue(request);
    }
  }

  /** {@code io_queue_sqe}: the attempt in the submitter, which must not wait. */
  private static void queue(IoKiocb request) {
    long result = issue(request, true);
    if (result == -Errno.EAGAIN && !request.noWait) {
      punt(request); // no regular file can be polled
    } else if (result < 0) {
      failDeferred(request, result);
    }
  }

  /** {@code io_req_defer_failed}. */
  private static void failDeferred(IoKiocb request, long error) {
    request.fail(error);
    Operations.failed(request);
    request.ctx().completeLater(request);
  }

  /**
   * {@code io_issue_sqe}: does it, or begins to.
   *
   * @param nonblock in the submitter, under uring_lock; else in a worker
   * @return 0 if it is over or somebody will end it, or a negative errno
   */
  private static long issue(IoKiocb request, boolean nonblock) {
    int error = Operations.assignFile(request);
    if (error < 0) {
      return error;
    }
    // Whoever completes a queued request may have freed it by the time this returns.
    boolean polled = request.ctx().isPolled() && Operations.isPolled(request);
    long result = Operations.issue(request, nonblock);
    if (result == Operations.COMPLETE) {
      if (nonblock) {
        request.ctx().completeLater(request);
      } else {
        completePost(request);
      }
      return 0;
    }
    if (result == Operations.SKIP_COMPLETE) {
      if (polled) {
        IoPoll.issued(request, nonblock);
      }
      return 0;
    }
    return result;
  }

  /** {@code io_req_complete_post}: in a worker, which has another reference. */
  private static void completePost(IoKiocb request) {
    IoRingCtx ctx = request.ctx();
    if (ctx.isPolled() || !ctx.post(request)) {
      request.tctx().add(request, () -> ctx.completeLater(request));
    } else {
      request.putRef();
    }
  }

  // ---- workers

  /** {@code io_queue_iowq}. */
  private static void punt(IoKiocb request) {
    request.tctx().ioWq().enqueue(Operations.hash(request), () -> work(request));
  }

  /** {@code io_wq_submit_work}, {@code io_wq_free_work}: a worker, with nothing held. */
  private static void work(IoKiocb first) {
    IoKiocb request = first;
    while (request != null) {
      request.getRef();
      boolean cancelled = request.tctx().ioWq().isExiting();
      long error = cancelled ? -Errno.ECANCELED : issue(request, false);
      if (error < 0) {
        taskFails(request, error);
      }
      request = next(request);
    }
  }

  /** {@code io_req_task_queue_fail}. */
  private static void taskFails(IoKiocb request, long error) {
    request.tctx().add(request, () -> failDeferred(request, error));
  }

  /** Gives the worker's reference back; the request that this worker has to do next, or null. */
  private static @Nullable IoKiocb next(IoKiocb request) {
    if (!request.putRef()) {
      return null;
    }
    IoKiocb linked = Links.findNext(request);
    // io_free_req: it is freed where its completion would have been posted.
    request.dropRefcount();
    request.posted = true;
    request.tctx().add(request, () -> request.ctx().completeLater(request));
    if (linked != null && Operations.hash(linked) >= 0) {
      punt(linked);
      return null;
    }
    return linked;
  }
}
