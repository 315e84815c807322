package org.vfslab.block;

import org.vfslab.machine.KernelFault;
import org.vfslab.machine.ReportKind;

/** A bio in the hands of a device: {@code struct request}, which ends exactly once. */
final class Request {

  /** The states of a request ({@code enum mq_rq_state}); only {@link BlockDevice} changes them. */
  enum State {
    IDLE,
    IN_FLIGHT,
    COMPLETE
  }

  private final Bio bio;
  private State state = State.IDLE;

  Request(Bio bio) {
    this.bio = bio;
  }

  Bio bio() {
    return bio;
  }

  void start() {
    state = State.IN_FLIGHT;
  }

  void complete() {
    if (state != State.IN_FLIGHT) {
      throw new KernelFault(
          ReportKind.BUG, "BUG: completion of a request that is " + state + ": " + bio);
    }
    state = State.COMPLETE;
  }
}
