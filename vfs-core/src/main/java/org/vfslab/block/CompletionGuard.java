package org.vfslab.block;

/** How a driver makes sure that of an answer and a time-out only one ends a request. */
enum CompletionGuard {
  /** Compare-and-swap of state and generation together: one side wins. */
  CLAIM {
    @Override
    boolean claims(Request request, long generation) {
      return request.claim(generation);
    }
  },
  /** BROKEN: takes a tag for the request that had it when the answer was on its way. */
  BROKEN_NO_GENERATION {
    @Override
    boolean claims(Request request, long generation) {
      return request.claim(request.generation());
    }
  },
  /** BROKEN: looks first and marks afterwards, so that both sides may pass. */
  BROKEN_LOOK_THEN_MARK {
    @Override
    boolean claims(Request request, long generation) {
      if (!request.isInFlight(generation)) {
        return false;
      }
      request.markComplete(generation);
      return true;
    }
  };

  /** Whether the caller may end this start of the request; true for one caller only. */
  abstract boolean claims(Request request, long generation);
}
