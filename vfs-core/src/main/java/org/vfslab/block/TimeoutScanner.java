package org.vfslab.block;

import org.jspecify.annotations.Nullable;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Timer;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicWord;

/**
 * Finds requests without an answer: {@code blk_add_timer} and {@code blk_mq_timeout_work}
 * (block/blk-timeout.c, block/blk-mq.c, 7.2).
 *
 * <p>One timer for each queue; its interrupt only queues work, and the work looks at all requests.
 * The time-out of a request is the same for all, so that the timer never has to be moved forward.
 */
final class TimeoutScanner {
  private final Machine machine;
  private final RequestQueue queue;
  private final DeviceConfig.Timeout timeout;
  private final @Nullable IrqLine line;
  private final @Nullable Timer timer;
  private final @Nullable Work work;

  /** 1 while the timer runs. */
  private final @Nullable AtomicWord armed;

  TimeoutScanner(Machine machine, RequestQueue queue, String name, DeviceConfig config) {
    this.machine = machine;
    this.queue = queue;
    this.timeout = config.timeoutInForce();
    if (config.mayTimeOut()) {
      this.armed = new AtomicWord(machine, "timer of " + name, 0);
      IrqLine own = machine.irqLine("timer " + name, IrqLine.Kind.HARD, machine.cpu(0));
      this.line = own;
      this.work = new Work(machine, "blk_mq_timeout_work", this::scan);
      this.timer = new Timer(machine, own, this::expired);
    } else {
      this.armed = null;
      this.line = null;
      this.work = null;
      this.timer = null;
    }
  }

  /** A latency that is longer than the time-out, by {@code ns} and a little. */
  long longerThan(long ns) {
    return timeout instanceof DeviceConfig.Timeout.After after ? after.ns() + ns + 1 : ns;
  }

  /** {@code blk_add_timer}: a request was started. */
  void started(Request request, long generation) {
    if (timer == null || line == null) {
      return;
    }
    switch (timeout) {
      case DeviceConfig.Timeout.After after -> {
        request.deadlineNs = machine.nowNs() + after.ns();
        arm(after.ns());
      }
      case DeviceConfig.Timeout.Any any -> {
        request.deadlineNs = Long.MAX_VALUE;
        line.raise(
            () ->
                queue
                    .kblockd()
                    .queueWork(
                        new Work(
                            machine, "blk_mq_timeout_work", () -> timedOut(request, generation))));
      }
    }
  }

  private void arm(long delayNs) {
    if (timer != null && armed != null && armed.compareAndSet(0, 1)) {
      timer.start(delayNs);
    }
  }

  /** {@code blk_rq_timed_out_timer}: in the interrupt of the timer. */
  private void expired() {
    if (work != null && armed != null) {
      armed.storeRelease(0);
      queue.kblockd().queueWork(work);
    }
  }

  /** {@code blk_mq_timeout_work}. */
  private void scan() {
    long start = machine.nowNs();
    long next = Long.MAX_VALUE;
    for (Request request : queue.slots()) {
      long generation = request.generation();
      if (request.isInFlight(generation) && !request.timedOut) {
        if (request.deadlineNs <= start) {
          timedOut(request, generation);
        }
        // It may have been given more time.
        if (request.isInFlight(generation) && !request.timedOut) {
          next = Math.min(next, request.deadlineNs);
        }
      }
    }
    if (next != Long.MAX_VALUE) {
      arm(Math.max(0, next - machine.nowNs()));
    }
  }

  /** {@code blk_mq_rq_timed_out}. */
  private void timedOut(Request request, long generation) {
    Command command = request.command;
    if (command == null || command.generation != generation || !request.isInFlight(generation)) {
      return;
    }
    request.timedOut = true;
    if (queue.driver().timeout(request, command) == DiskDriver.Eh.RESET_TIMER) {
      request.timedOut = false;
      started(request, generation);
    }
  }
}
