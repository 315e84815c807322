package org.vfslab.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
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
import org.vfslab.vfs.SuperBlock;

/** What {@link AioSuite} runs in a JVM with a small heap; prints lines {@code name=number}. */
final class AioChild {

  private static final int DISKS = 10;
  private static final int FILES = 100;
  private static final int CONTEXTS = 1_000;
  private static final int REQUESTS = 100_000;
  private static final int IN_CONTEXT = REQUESTS / CONTEXTS;

  /**
   * More than is needed: slots are handed out in batches, and a rest that makes no batch is not.
   */
  private static final int SLOTS = 128;

  private static final int IN_FILE = REQUESTS / FILES;
  private static final int BLOCK_BYTES = AioLoad.BLOCK_BYTES;
  private static final long LATENCY_NS = 1_000_000;
  private static final long DISK_BYTES = 64L << 20;

  private AioChild() {}

  /** Submits everything, looks at the heap while all of it is in flight, and reaps it. */
  public static void main(String[] args) {
    boolean random = args[0].equals("random");
    MachineConfig config = MachineConfig.DEFAULT.withStepsMax(Long.MAX_VALUE);
    Machine machine = Machine.deterministic(config, new FirstCome());
    Lab lab = new Lab(machine, Seams.UPSTREAM);
    List<String> paths = new ArrayList<>();
    for (int disk = 0; disk < DISKS; disk++) {
      String mount = "/mnt" + disk;
      DeviceConfig device =
          new DeviceConfig(
              DISK_BYTES / 512, DeviceConfig.QUEUE_DEPTH_MAX, new Latency.Fixed(LATENCY_NS));
      SuperBlock sb = lab.mount(mount, lab.disk("d" + disk, device), BLOCK_BYTES);
      for (int file = 0; file < FILES / DISKS; file++) {
        String path = mount + "/" + file;
        lab.file(sb, path, (long) IN_FILE * BLOCK_BYTES);
        paths.add(path);
      }
    }
    List<KioContext> contexts = new ArrayList<>();
    for (int i = 0; i < CONTEXTS; i++) {
      contexts.add(lab.aio().context("w" + i, SLOTS));
    }
    long before = used();
    lab.process().threadAdded();
    machine.task(
        "submitter",
        () -> {
          List<Long> fds = new ArrayList<>();
          for (String path : paths) {
            fds.add(lab.process().open(path, OpenFlags.O_RDWR | OpenFlags.O_DIRECT));
          }
          submit(lab, contexts, fds, random);
          long inFlight = contexts.stream().mapToLong(KioContext::requestsNow).sum();
          long with = used();
          print("requests", inFlight);
          print("bytes", with - before);
          print("used", with);
          reap(lab, contexts);
          lab.process().threadExits();
        });
    RunResult result = machine.run();
    if (result.outcome() != RunResult.Outcome.DONE) {
      throw new BenchException(
          "the requests did not come to their end: " + result.outcome() + " " + machine.reports());
    }
  }

  private static void submit(Lab lab, List<KioContext> contexts, List<Long> fds, boolean random) {
    SplittableRandom dice = new SplittableRandom(1);
    byte[] data = new byte[BLOCK_BYTES];
    for (int i = 0; i < REQUESTS; i++) {
      if (random) {
        dice.nextBytes(data);
      }
      long offset = (long) (i / FILES) * BLOCK_BYTES;
      Iocb iocb = new Iocb(i, Iocb.Opcode.PWRITE, fds.get(i % FILES), data, offset);
      long count = lab.aio().ioSubmit(contexts.get(i % CONTEXTS), List.of(iocb));
      if (count != 1) {
        throw new BenchException("io_submit returned " + count + " for request " + i);
      }
    }
  }

  private static void reap(Lab lab, List<KioContext> contexts) {
    for (KioContext context : contexts) {
      int left = IN_CONTEXT;
      while (left > 0) {
        List<IoEvent> events = new ArrayList<>();
        lab.aio().ioGetevents(context, left, left, events);
        left -= events.size();
      }
    }
  }

  private static long used() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private static void print(String name, long number) {
    System.out.println(name + "=" + number);
  }
}
