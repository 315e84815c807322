package org.vfslab.campaign;

import java.util.SplittableRandom;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Fault;
import org.vfslab.block.FaultAttr;
import org.vfslab.block.FaultPlan;
import org.vfslab.block.Latency;
import org.vfslab.machine.MachineConfig;

/** The machines and devices of a campaign: each batch has others, as its dice fall. */
final class Machines {

  private static final int CPUS_MAX = 4;
  private static final long MS = 1_000_000;

  private Machines() {}

  static MachineConfig machine(SplittableRandom dice) {
    // All that is shared lives in cells or under the lock of the drive; races are for other tests.
    return MachineConfig.DEFAULT
        .withCpus(1 + dice.nextInt(CPUS_MAX))
        .withRaceDetection(false)
        .withStepsMax(Long.MAX_VALUE);
  }

  /** A device that has every kind of fault, each in about one of a hundred requests. */
  static DeviceConfig device(SplittableRandom dice, long sectors) {
    DeviceConfig.Completion[] completions = DeviceConfig.Completion.values();
    DeviceConfig.OnTimeout[] onTimeouts = DeviceConfig.OnTimeout.values();
    DeviceConfig.Timeout timeout =
        dice.nextInt(10) == 0
            ? new DeviceConfig.Timeout.Any()
            : new DeviceConfig.Timeout.After((1 + dice.nextInt(30)) * MS);
    return new DeviceConfig(sectors, 1 + dice.nextInt(8), latency(dice))
        .withQueues(dice.nextInt(4))
        .withCompletion(completions[dice.nextInt(completions.length)])
        .withIrqCpu(dice.nextInt(4) - 1)
        .withWriteCache(dice.nextBoolean(), dice.nextBoolean())
        .withSectorsMax(dice.nextInt(4) == 0 ? 2 : 64)
        .withTimeout(timeout, onTimeouts[dice.nextInt(onTimeouts.length)])
        .withFaults(faults());
  }

  private static FaultPlan faults() {
    FaultPlan plan = FaultPlan.NONE;
    for (Fault fault : Fault.values()) {
      plan = plan.and(fault, FaultAttr.percent(1));
    }
    return plan.andFailMakeRequest(FaultAttr.percent(1)).andFailIoTimeout(FaultAttr.percent(1));
  }

  private static Latency latency(SplittableRandom dice) {
    return switch (dice.nextInt(6)) {
      case 0 -> new Latency.Any();
      case 1 -> new Latency.None();
      case 2 -> new Latency.Fixed(10_000);
      case 3 -> new Latency.Uniform(5_000, 5 * MS);
      case 4 -> new Latency.Exponential(100_000);
      default -> new Latency.LogNormal(100_000, 100);
    };
  }
}
