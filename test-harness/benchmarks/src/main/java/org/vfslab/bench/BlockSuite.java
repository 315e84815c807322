package org.vfslab.bench;

import org.vfslab.block.Bio;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.campaign.FaultCampaign;
import org.vfslab.machine.Chance;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;
import org.vfslab.patch.Seams;

/** How long a simulated second of a fast device takes, and what an I/O under faults costs. */
final class BlockSuite implements Suite {

  /** 64 requests in flight for 320 us each: 200,000 a second. */
  private static final int DEPTH = 64;

  private static final long LATENCY_NS = 320_000;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long NANOS_IN_MS = 1_000_000;
  private static final int CAMPAIGN_IOS = 20_000;

  /** Lets the running context go on whenever it can; otherwise the first that can. */
  private static final Chance STAY = new FirstCome();

  @Override
  public String name() {
    return "block";
  }

  @Override
  public String title() {
    return "a simulated second of a 200,000 IOPS device, and I/Os under faults";
  }

  @Override
  public void run(Session session) {
    session.heading(
        "A simulated second at queue depth 64 and 320 us (target: a second of one core)");
    Table table = new Table("race detection", "I/Os", "cpu ms", "I/Os per cpu-s", "virtual / cpu");
    int rounds = session.quick() ? 3 : 10;
    for (boolean races : new boolean[] {false, true}) {
      long best = Long.MAX_VALUE;
      long ios = 0;
      for (int i = 0; i < rounds; i++) {
        long begin = cpuNanos();
        ios = second(races);
        best = Math.min(best, cpuNanos() - begin);
      }
      row(session, table, races ? "on" : "off", ios, best);
    }
    session.print(table);

    session.heading("The fault campaign");
    Table faults = new Table("I/Os", "cpu ms", "I/Os per cpu-s");
    long best = Long.MAX_VALUE;
    for (int i = 0; i < rounds; i++) {
      long begin = cpuNanos();
      if (new FaultCampaign(1, Seams.UPSTREAM).run(CAMPAIGN_IOS, 1, made -> true) != null) {
        throw new BenchException("the fault campaign found something: run it");
      }
      best = Math.min(best, cpuNanos() - begin);
    }
    faults.row(
        Figures.count((double) CAMPAIGN_IOS),
        Figures.count((double) best / NANOS_IN_MS),
        Figures.count(perSecond(CAMPAIGN_IOS, best)));
    session.figure("what", "fault campaign", "iosPerCpuSecond", perSecond(CAMPAIGN_IOS, best));
    session.print(faults);
  }

  private static void row(Session session, Table table, String races, long ios, long nanos) {
    table.row(
        races,
        Figures.count((double) ios),
        Figures.count((double) nanos / NANOS_IN_MS),
        Figures.count(perSecond(ios, nanos)),
        Figures.ratio((double) SECOND_NS / nanos));
    session.figure("what", "simulated second", "races", races, "ios", ios, "cpuNanos", nanos);
  }

  private static double perSecond(long ios, long nanos) {
    return (double) ios * SECOND_NS / nanos;
  }

  private static long cpuNanos() {
    return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  /** Keeps the device busy for a virtual second; returns how many I/Os that were. */
  private static long second(boolean races) {
    MachineConfig config =
        MachineConfig.DEFAULT.withRaceDetection(races).withStepsMax(Long.MAX_VALUE);
    Machine machine = Machine.deterministic(config, STAY);
    BlockDevice disk =
        new BlockDevice(
            machine, "d", new DeviceConfig(1 << 20, DEPTH, new Latency.Fixed(LATENCY_NS)));
    long[] ended = new long[1];
    machine.task(
        "load",
        () -> {
          AtomicWord inFlight = new AtomicWord(machine, "in flight", 0);
          WaitQueue wait = new WaitQueue(machine, "window");
          while (machine.nowNs() < SECOND_NS) {
            inFlight.fetchAdd(1);
            disk.submitBio(
                Bio.read(
                    0,
                    BlockDevice.SECTOR_BYTES,
                    bio -> {
                      ended[0]++;
                      inFlight.fetchAdd(-1);
                      wait.wakeUp();
                    }));
            wait.waitEvent("window", () -> inFlight.loadAcquire() < DEPTH);
          }
          wait.waitEvent("drain", () -> inFlight.loadAcquire() == 0);
        });
    if (machine.run().outcome() != RunResult.Outcome.DONE) {
      throw new BenchException("the simulated second did not come to its end");
    }
    return ended[0];
  }
}
