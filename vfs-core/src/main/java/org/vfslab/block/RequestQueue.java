package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.IrqLine;
import org.vfslab.machine.Machine;
import org.vfslab.machine.WaitQueue;
import org.vfslab.machine.Work;
import org.vfslab.machine.Workqueue;
import org.vfslab.memory.AtomicWord;

/**
 * The queue of a device that works on requests: {@code struct request_queue} with blk-mq.
 *
 * <p>Follows block/blk-mq.c, 7.2, without schedulers, plugs and merging: each bio becomes one
 * request, which is dispatched at once by its submitter.
 */
final class RequestQueue implements BlockDevice.Lower {
  private final Machine machine;
  private final BlockDevice device;
  private final DeviceConfig config;
  private final List<HwQueue> queues = new ArrayList<>(2);
  private final List<Tags> tagSets = new ArrayList<>(1);
  private final List<IrqLine> softirqs = new ArrayList<>(0);
  private final DiskDriver driver;
  private final Drive drive;
  private final TimeoutScanner timeouts;
  private final DeviceConfig.Completion completion;
  private final Workqueue kblockd;
  private final CompletionQueue completionQueue;

  /** {@code mq_freeze_depth} and {@code quiesce_depth}. */
  private final AtomicWord frozen;

  private final AtomicWord quiesced;
  private final WaitQueue freezeWait;

  RequestQueue(
      BlockDevice device,
      DeviceConfig config,
      FaultPlan.Running faults,
      Media media,
      CompletionGuard guard) {
    this.machine = device.machine();
    this.device = device;
    this.config = config;
    this.drive = new Drive(machine, config, media);
    this.driver = new DiskDriver(this, drive, config, faults, guard);
    this.completion =
        config.completion() != DeviceConfig.Completion.AUTO
            ? config.completion()
            : config.queues() == 1
                ? DeviceConfig.Completion.SOFTIRQ
                : DeviceConfig.Completion.HARDIRQ;
    this.kblockd =
        config.mayTimeOut()
                || config.writeCache()
                || config.completion() == DeviceConfig.Completion.WORKER
            ? new Workqueue(machine, "kblockd")
            : machine.systemWorkqueue(); // nothing is ever queued
    this.completionQueue = new CompletionQueue(machine, device.name());
    this.frozen = new AtomicWord(machine, "mq_freeze_depth", 0);
    this.quiesced = new AtomicWord(machine, "quiesce_depth", 0);
    this.freezeWait = new WaitQueue(machine, "mq_freeze_wq");
    String name = device.name();
    int cpus = machine.config().cpus();
    int count = config.queues() == 0 ? cpus : config.queues();
    Tags shared = null;
    for (int i = 0; i < count; i++) {
      Tags tags = shared;
      if (tags == null) {
        tags = new Tags(machine, name, config.queueDepth(), config.mayTimeOut());
        tagSets.add(tags);
        shared = config.queues() == 0 ? tags : null;
      }
      int cpu =
          config.irqCpu() >= 0 ? config.irqCpu() % cpus : (i * cpus + count - 1) / count % cpus;
      String line = "irq " + name + (count == 1 ? "" : "/" + i);
      queues.add(
          new HwQueue(
              machine,
              this,
              tags,
              machine.irqLine(line, IrqLine.Kind.HARD, machine.cpu(cpu)),
              config.writeCache()));
    }
    if (completion == DeviceConfig.Completion.SOFTIRQ) {
      for (int cpu = 0; cpu < cpus; cpu++) {
        softirqs.add(
            machine.irqLine("block " + name + "/" + cpu, IrqLine.Kind.SOFT, machine.cpu(cpu)));
      }
    }
    this.timeouts = new TimeoutScanner(machine, this, name, config);
  }

  Machine machine() {
    return machine;
  }

  BlockDevice device() {
    return device;
  }

  DiskDriver driver() {
    return driver;
  }

  Drive drive() {
    return drive;
  }

  TimeoutScanner timeouts() {
    return timeouts;
  }

  CompletionQueue completionQueue() {
    return completionQueue;
  }

  Workqueue kblockd() {
    return kblockd;
  }

  /** The requests of all tags, and those of the flush machines. */
  List<Request> slots() {
    List<Request> all = new ArrayList<>();
    for (Tags tags : tagSets) {
      all.addAll(List.of(tags.slots()));
    }
    for (HwQueue queue : queues) {
      if (queue.flush != null) {
        all.add(queue.flush.flushRequest());
      }
    }
    return all;
  }

  // ---- submission

  /** {@code blk_mq_submit_bio}. Process context, or any context with {@link Bio#NOWAIT}. */
  @Override
  public void submit(Bio bio) {
    machine.beginCall(device, Access.WRITE);
    int cpu = machine.current().cpu().number();
    HwQueue hctx = queues.get(cpu * queues.size() / machine.config().cpus());
    int tag = getTag(hctx.tags(), bio.has(Bio.NOWAIT));
    if (tag == Tags.NONE) {
      machine.endCall();
      bio.end(BlkStatus.AGAIN);
      return;
    }
    Request request = hctx.tags().request(tag);
    request.init(hctx, bio, bio.op(), bio.has(Bio.FUA) && config.fua(), cpu);
    device.started(bio);
    boolean sequenced = bio.isFlush() && hctx.flush != null && hctx.flush.insert(request);
    BlkStatus status = sequenced ? null : send(request);
    machine.endCall();
    if (status != null) {
      sent(request, status);
    }
  }

  /** {@code blk_queue_enter} and {@code blk_mq_get_tag}. */
  private int getTag(Tags tags, boolean nowait) {
    while (true) {
      int tag = nowait ? tags.tryGet() : tags.get();
      if (tag == Tags.NONE || frozen.loadAcquire() == 0) {
        return tag;
      }
      // Who freezes waits for all tags: this one has to go before the wait for the thaw.
      tags.put(tag);
      if (nowait) {
        return Tags.NONE;
      }
      freezeWait.waitEvent("blk_queue_enter", () -> frozen.loadAcquire() == 0);
    }
  }

  /** {@code blk_mq_dispatch_rq_list} of one request. Any context; never sleeps. */
  void dispatch(Request request) {
    machine.beginCall(device, Access.WRITE);
    BlkStatus status = send(request);
    machine.endCall();
    if (status != null) {
      sent(request, status);
    }
  }

  /** Hands a request to the driver; null if the queue is quiesced and keeps it. */
  private @Nullable BlkStatus send(Request request) {
    if (quiesced.loadAcquire() > 0) {
      request.hctx().hold(request);
      return null;
    }
    return driver.queueRq(request);
  }

  private void sent(Request request, BlkStatus status) {
    switch (status) {
      case OK -> {
        Command command = request.command;
        if (command != null && command.inline) {
          driver.done(command);
        }
      }
      case DEV_RESOURCE, RESOURCE -> requeue(request);
      default -> {
        Command command = new Command(request, request.start(), null);
        command.status = status;
        if (request.claim(command.generation)) {
          accountDone(request);
          complete(request, command);
        }
      }
    }
  }

  /** {@code blk_mq_requeue_request}: a worker dispatches it again. Any context. */
  void requeue(Request request) {
    kblockd.queueWork(new Work(machine, "blk_mq_requeue_work", () -> dispatch(request)));
  }

  // ---- completion

  /** Takes a request off the account of what the device works on. */
  void accountDone(Request request) {
    if (request.flushSeq == 0) {
      device.ended(request.bio);
    }
  }

  /** {@code blk_mq_complete_request}: from where its end was claimed to where it is told. */
  void complete(Request request, Command command) {
    if (request.polled) {
      end(request, command);
      return;
    }
    switch (completion) {
      case AUTO, HARDIRQ -> end(request, command);
      case SOFTIRQ -> softirqs.get(request.cpu).raise(() -> end(request, command));
      case WORKER ->
          kblockd.queueWork(
              new Work(machine, "blk_mq_complete_request", () -> end(request, command)));
    }
  }

  /** {@code blk_mq_end_request}, or the next step of the flush machine. */
  private void end(Request request, Command command) {
    FlushMachine flush = request.hctx().flush;
    if (flush != null && request == flush.flushRequest()) {
      flush.flushEnded(command);
      return;
    }
    if (command.status == BlkStatus.OK && request.op == BioOp.READ && request.bio != null) {
      request.bio.filled(command.data);
    }
    if (flush != null && request.flushSeq != 0) {
      request.idle();
      flush.dataEnded(request, command.status);
      return;
    }
    finish(request, command.status);
  }

  /** {@code blk_mq_end_request}: tells of the end, then gives the tag back. */
  void finish(Request request, BlkStatus status) {
    Bio bio = request.bio;
    if (bio != null) {
      device.told(bio);
      bio.end(status);
    }
    machine.beginCall(device, Access.WRITE);
    request.idle();
    request.bio = null;
    request.hctx().tags().put(request.tag);
    machine.endCall();
  }

  /** {@code bio_poll}: ends what the hardware has done; returns how many. */
  @Override
  public int poll() {
    int ended = 0;
    Command command = completionQueue.next();
    while (command != null) {
      driver.done(command);
      ended++;
      command = completionQueue.next();
    }
    if (ended > 0) {
      completionQueue.someEnded();
    }
    return ended;
  }

  // ---- freeze and quiesce

  /** {@code blk_mq_freeze_queue}: lets nothing in and waits until nothing is inside. Sleeps. */
  void freeze() {
    frozen.fetchAdd(1);
    tagSets.forEach(Tags::waitUntilIdle);
  }

  /** {@code blk_mq_unfreeze_queue}. */
  void unfreeze() {
    if (frozen.addReturn(-1) == 0) {
      freezeWait.wakeUpAll();
    }
  }

  /** {@code blk_mq_quiesce_queue}: hands nothing more to the driver. */
  void quiesce() {
    quiesced.fetchAdd(1);
  }

  /** {@code blk_mq_unquiesce_queue}: dispatches what was held back. */
  void unquiesce() {
    if (quiesced.addReturn(-1) == 0) {
      for (HwQueue queue : queues) {
        queue.released().forEach(this::dispatch);
      }
    }
  }

  // ---- at the end

  /** What was not given back, in words, or null; when nothing is in flight any more. */
  @Nullable String leak() {
    int tags = tagSets.stream().mapToInt(Tags::inUseNow).sum();
    if (tags > 0) {
      return device.name() + " has " + tags + (tags == 1 ? " tag" : " tags") + " in use";
    }
    int working = drive.workingNow();
    return working == 0 ? null : "the drive of " + device.name() + " works on " + working;
  }
}
