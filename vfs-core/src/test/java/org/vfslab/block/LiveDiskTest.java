package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.vfslab.block.DeviceConfig.OnTimeout;
import org.vfslab.block.DeviceConfig.Timeout;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult.Outcome;

/** A disk with faults on real threads. */
final class LiveDiskTest {

  private static final int TASKS = 4;
  private static final int BIOS = 300;

  @Test
  void everyBioEndsOnce_onRealThreads() {
    FaultPlan faults = FaultPlan.NONE;
    for (Fault fault : Fault.values()) {
      faults = faults.and(fault, FaultAttr.percent(1));
    }
    DeviceConfig config =
        new DeviceConfig(1024, 2, new Latency.Fixed(10_000))
            .withWriteCache(true, false)
            .withTimeout(new Timeout.After(2_000_000), OnTimeout.RETRY)
            .withFaults(faults);
    Machine machine = Machine.live(MachineConfig.DEFAULT);
    BlockDevice disk = new BlockDevice(machine, "d", config);
    AtomicInteger ended = new AtomicInteger();
    for (int i = 0; i < TASKS; i++) {
      int sector = i;
      machine.task(
          "t" + i,
          () -> {
            for (int k = 0; k < BIOS; k++) {
              int flags = k % 5 == 0 ? Bio.PREFLUSH : k % 7 == 0 ? Bio.FUA : 0;
              Disks.write(disk, sector, k & 0x7f, flags);
              ended.incrementAndGet();
            }
          });
    }
    assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
    assertThat(machine.reports()).isEmpty();
    assertThat(ended).hasValue(TASKS * BIOS);
    assertThat(disk.leak()).isNull();
  }
}
