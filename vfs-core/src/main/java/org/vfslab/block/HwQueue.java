package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;

/** A hardware queue: {@code blk_mq_hw_ctx}, with its tags and its interrupt. */
final class HwQueue {
  private final Tags tags;
  private final IrqLine line;

  /** The flush machine of this queue ({@code hctx->fq}); only devices with a cache have one. */
  final @Nullable FlushMachine flush;

  // Protected by this: what waits while the queue is quiesced.
  private final List<Request> dispatch = new ArrayList<>(0);

  HwQueue(Machine machine, RequestQueue queue, Tags tags, IrqLine line, boolean flushes) {
    this.tags = tags;
    this.line = line;
    this.flush = flushes ? new FlushMachine(machine, queue, this) : null;
  }

  Tags tags() {
    return tags;
  }

  /** The interrupt of this queue. */
  IrqLine line() {
    return line;
  }

  synchronized void hold(Request request) {
    dispatch.add(request);
  }

  /** What was held back; it is the caller's to dispatch. */
  synchronized List<Request> released() {
    List<Request> held = List.copyOf(dispatch);
    dispatch.clear();
    return held;
  }
}
