package org.vfslab.block;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Timer;

/**
 * The driver of a disk: hands requests to the drive, takes its interrupts, and decides what becomes
 * of requests that have no answer ({@code struct blk_mq_ops}).
 *
 * <p>In the manner of SCSI and NVMe (7.2): an answer and a time-out both have to claim the request
 * before they end it; a time-out first asks the drive whether only the interrupt was lost.
 */
final class DiskDriver {

  /** {@code SD_MAX_RETRIES}. */
  private static final int RETRIES_MAX = 5;

  private final Machine machine;
  private final RequestQueue queue;
  private final DeviceConfig config;
  private final Drive drive;
  private final FaultPlan.Running faults;
  private final CompletionGuard guard;

  /** Answers that found their request ended, or its tag in other hands; not part of the model. */
  private final AtomicLong stale = new AtomicLong();

  DiskDriver(
      RequestQueue queue,
      Drive drive,
      DeviceConfig config,
      FaultPlan.Running faults,
      CompletionGuard guard) {
    this.machine = queue.machine();
    this.queue = queue;
    this.config = config;
    this.drive = drive;
    this.faults = faults;
    this.guard = guard;
  }

  long staleNow() {
    return stale.get();
  }

  // ---- towards the drive

  /**
   * {@code ->queue_rq}: any context; never sleeps.
   *
   * @return {@link BlkStatus#OK} when the drive has it, {@link BlkStatus#DEV_RESOURCE} to try
   *     again, or why it failed
   */
  BlkStatus queueRq(Request request) {
    if (drive.isDead()) {
      return BlkStatus.OFFLINE;
    }
    Bio bio = request.bio;
    Fault fault = faults.strikes(request.op, bio == null ? 0 : bio.sectors());
    note(bio, Drive.word(fault));
    if (fault == Fault.REQUEUE) {
      return BlkStatus.DEV_RESOURCE;
    }
    Command command = new Command(request, request.start(), fault);
    request.command = command;
    drive.take(command);
    queue.timeouts().started(request, command.generation);
    answers(command);
    return BlkStatus.OK;
  }

  private static void note(@Nullable Bio bio, @Nullable String fault) {
    if (bio != null && fault != null) {
      bio.struckBy(fault);
    }
  }

  /** Settles when and how the drive answers. */
  private void answers(Command command) {
    IrqLine line = command.request.hctx().line();
    Fault fault = command.fault;
    if (fault == Fault.SPURIOUS_INTERRUPT) {
      line.raise(() -> {}); // no entry in the completion queue: IRQ_NONE
    }
    if (fault == Fault.LOST_INTERRUPT) {
      drive.perform(command);
    }
    if (fault == Fault.HUNG || fault == Fault.LOST_INTERRUPT) {
      return;
    }
    Runnable handler =
        command.request.polled
            ? () -> queue.completionQueue().post(command)
            : () -> interrupt(line, command);
    switch (config.latency()) {
      case Latency.None none -> {
        if (fault == Fault.LATE) {
          after(queue.timeouts().longerThan(0), line, handler);
        } else if (command.request.polled) {
          queue.completionQueue().post(command);
        } else {
          command.inline = true; // the submitter ends it, once it has left the driver
        }
      }
      case Latency.Any any -> {
        if (fault == Fault.LATE && config.timeoutInForce() instanceof DeviceConfig.Timeout.After) {
          after(queue.timeouts().longerThan(0), line, handler);
        } else {
          line.raise(handler);
        }
      }
      case Latency.Timed timed -> {
        long ns = timed.pickNs(machine);
        after(fault == Fault.LATE ? queue.timeouts().longerThan(ns) : ns, line, handler);
      }
    }
  }

  private void after(long delayNs, IrqLine line, Runnable handler) {
    new Timer(machine, line, handler).start(delayNs);
  }

  // ---- answers

  /** The handler of the drive's interrupt. */
  private void interrupt(IrqLine line, Command command) {
    if (command.fault == Fault.DUPLICATE_COMPLETION) {
      line.raise(() -> done(command));
    }
    done(command);
  }

  /** An entry of the completion queue was found. */
  void done(Command command) {
    Request request = command.request;
    machine.beginCall(queue.device(), Access.WRITE);
    drive.perform(command);
    if (faults.fakesTimeout()) {
      note(request.bio, "fail_io_timeout");
      machine.endCall();
      return;
    }
    boolean mine = guard.claims(request, command.generation);
    if (mine) {
      queue.accountDone(request);
    } else {
      stale.incrementAndGet();
    }
    machine.endCall();
    if (mine) {
      queue.complete(request, command);
    }
  }

  // ---- time-outs

  /** What the driver says of a request that timed out ({@code enum blk_eh_timer_return}). */
  enum Eh {
    /** {@code BLK_EH_DONE}: it is the driver's. */
    DONE,
    /** {@code BLK_EH_RESET_TIMER}: wait once more. */
    RESET_TIMER
  }

  /** {@code ->timeout}: in a worker of kblockd. */
  Eh timeout(Request request, Command command) {
    machine.beginCall(queue.device(), Access.WRITE);
    boolean isDone = drive.isDone(command);
    if (!isDone && config.onTimeout() == DeviceConfig.OnTimeout.RESET_TIMER && !request.extended) {
      request.extended = true;
      machine.endCall();
      return Eh.RESET_TIMER;
    }
    boolean mine = guard.claims(request, command.generation);
    if (mine && !isDone) {
      drive.abort(command);
      // Between the question and the claim the drive may have done it after all.
      isDone = drive.isDone(command);
    }
    boolean again =
        !isDone
            && config.onTimeout() == DeviceConfig.OnTimeout.RETRY
            && request.retries < RETRIES_MAX;
    if (mine && !again) {
      queue.accountDone(request);
    }
    machine.endCall();
    if (!mine) {
      return Eh.DONE;
    }
    if (again) {
      request.retries++;
      request.idle();
      queue.requeue(request);
    } else {
      if (!isDone) {
        command.status = BlkStatus.TIMEOUT;
      }
      queue.complete(request, command);
    }
    return Eh.DONE;
  }
}
