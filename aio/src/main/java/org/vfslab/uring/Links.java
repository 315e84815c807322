package org.vfslab.uring;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Errno;

/** Requests that wait for each other: {@code IOSQE_IO_LINK}, {@code IOSQE_IO_HARDLINK}. */
final class Links {

  private Links() {}

  /** {@code io_queue_next}: the request is over; its task submits what is linked to it. */
  static void queueNext(IoKiocb request) {
    IoKiocb next = findNext(request);
    if (next != null) {
      next.tctx().add(next, () -> Submission.submitLinked(next));
    }
  }

  /**
   * {@code io_req_find_next}: the request that is to be done after this one; those behind one that
   * failed are not done.
   */
  static @Nullable IoKiocb findNext(IoKiocb request) {
    if (!request.hasLinkFlags()) {
      return null;
    }
    IoKiocb next = request.link;
    request.link = null;
    if (next != null && request.failed && !request.isHardLinked) {
      IoKiocb first = next;
      first.tctx().add(first, () -> failAll(first));
      return null;
    }
    return next;
  }

  /** {@code io_req_tw_fail_links}: under uring_lock. */
  private static void failAll(IoKiocb first) {
    IoKiocb request = first;
    while (request != null) {
      final IoKiocb next = request.link;
      request.link = null;
      if (!request.failed) {
        request.res = -Errno.ECANCELED;
      }
      request.ctx().completeLater(request);
      request = next;
    }
  }
}
