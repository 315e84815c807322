package org.vfslab.bench;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.aio.IoEvent;
import org.vfslab.aio.Iocb;
import org.vfslab.aio.KioContext;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.lab.Lab;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.patch.Seams;
import org.vfslab.vfs.OpenFlags;

/**
 * Submitters that keep so many direct writes of 4 KiB in flight by aio, each in a context and a
 * file of its own: what fio does with {@code ioengine=libaio direct=1 bs=4k}.
 */
final class AioLoad {

  static final int BLOCK_BYTES = 4096;
  private static final int FILE_BYTES = 1 << 20;
  private static final long DISK_SECTORS = 1 << 15;
  private static final int TAGS = 1024;

  /** What a write takes on the deterministic machine. */
  static final long LATENCY_NS = 10_000;

  private final boolean live;
  private final int depth;
  private final int submitters;
  private final int writes;
  private long virtualNanos;

  /** A load of {@code writes} writes of each submitter. */
  AioLoad(boolean live, int depth, int submitters, int writes) {
    this.live = live;
    this.depth = depth;
    this.submitters = submitters;
    this.writes = writes;
  }

  /** Virtual nanoseconds that the last run took; on a live machine real ones. */
  long virtualNanos() {
    return virtualNanos;
  }

  /** Runs it on a new machine; nanoseconds from the first submission to the last event. */
  long run() {
    MachineConfig config =
        MachineConfig.DEFAULT.withRaceDetection(false).withStepsMax(Long.MAX_VALUE);
    Machine machine = live ? Machine.live(config) : Machine.deterministic(config, new FirstCome());
    Lab lab = new Lab(machine, Seams.UPSTREAM);
    Latency latency = live ? new Latency.Any() : new Latency.Fixed(LATENCY_NS);
    var sb =
        lab.mount(
            "/mnt", lab.disk("d", new DeviceConfig(DISK_SECTORS, TAGS, latency)), BLOCK_BYTES);
    for (int i = 0; i < submitters; i++) {
      lab.file(sb, "/mnt/" + i, FILE_BYTES);
      KioContext context = lab.aio().context("w" + i, depth);
      String path = "/mnt/" + i;
      lab.process().threadAdded();
      machine.task("submitter" + i, () -> submitter(lab, context, path));
    }
    long begin = System.nanoTime();
    RunResult result = machine.run();
    long nanos = System.nanoTime() - begin;
    if (result.outcome() != RunResult.Outcome.DONE || !machine.reports().isEmpty()) {
      throw new BenchException("the aio load did not come to its end: " + result.outcome());
    }
    virtualNanos = live ? nanos : machine.nowNs();
    return nanos;
  }

  private void submitter(Lab lab, KioContext context, String path) {
    var me = lab.machine().currentTask();
    long fd =
        me.syscall("open", () -> lab.process().open(path, OpenFlags.O_RDWR | OpenFlags.O_DIRECT));
    byte[] data = new byte[BLOCK_BYTES];
    data[0] = 1;
    List<IoEvent> events = new ArrayList<>(depth);
    int submitted = 0;
    int inFlight = 0;
    while (submitted < writes || inFlight > 0) {
      List<Iocb> batch = new ArrayList<>(depth);
      while (inFlight + batch.size() < depth && submitted + batch.size() < writes) {
        long offset = (long) ((submitted + batch.size()) * BLOCK_BYTES % FILE_BYTES);
        batch.add(new Iocb(0, Iocb.Opcode.PWRITE, fd, data, offset));
      }
      if (!batch.isEmpty()) {
        long count = me.syscall("io_submit", () -> lab.aio().ioSubmit(context, batch));
        if (count < 1) {
          throw new BenchException("io_submit returned " + count);
        }
        submitted += (int) count;
        inFlight += (int) count;
      }
      events.clear();
      me.syscall("io_getevents", () -> lab.aio().ioGetevents(context, 1, depth, events));
      inFlight -= events.size();
      check(events);
    }
    lab.process().threadExits();
  }

  private static void check(List<IoEvent> events) {
    for (IoEvent event : events) {
      if (event.res() != BLOCK_BYTES) {
        throw new BenchException("an aio write ended with " + event.res());
      }
    }
  }
}
