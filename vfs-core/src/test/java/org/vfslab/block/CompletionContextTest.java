package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;

/** In which context, on which CPU and in which queue a request ends. */
final class CompletionContextTest {

  /** From each of four CPUs one read: in which context it ends. */
  private static Map<Integer, String> ends(DeviceConfig config, int flags) {
    Map<Integer, String> ends = new TreeMap<>();
    Schedules.Ending ending =
        Schedules.one(
            MachineConfig.DEFAULT.withCpus(4),
            Schedules.first(),
            machine -> {
              BlockDevice disk = new BlockDevice(machine, "d", config);
              for (int cpu = 0; cpu < 4; cpu++) {
                int number = cpu;
                machine.task(
                    "t" + cpu,
                    machine.cpu(cpu),
                    () -> {
                      Completion done = new Completion(machine, "bio");
                      disk.submitBio(
                          Bio.read(
                                  0,
                                  512,
                                  bio -> {
                                    ends.put(number, where(machine));
                                    done.complete();
                                  })
                              .with(flags));
                      while (!done.isDone() && (flags & Bio.POLLED) != 0) {
                        disk.bioPoll(true);
                      }
                      done.waitForCompletion();
                    });
              }
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
    assertThat(ending.machine().reports()).isEmpty();
    return ends;
  }

  private static String where(Machine machine) {
    Context me = machine.current();
    return (me.inHardirq() ? "hard" : me.inSoftirq() ? "soft" : me.name())
        + " on "
        + me.cpu().number();
  }

  @Test
  void queueForEachCpu_endsInTheHardInterruptOfTheSubmitter() {
    assertThat(ends(Disks.FIXED, 0).values())
        .containsExactly("hard on 0", "hard on 1", "hard on 2", "hard on 3");
  }

  @Test
  void twoQueues_haveTheirInterruptOnTheirFirstCpu() {
    assertThat(ends(Disks.FIXED.withQueues(2), 0).values())
        .containsExactly("hard on 0", "hard on 0", "hard on 2", "hard on 2");
  }

  @Test
  void threeQueues_areSpreadOverFourCpus() {
    assertThat(ends(Disks.FIXED.withQueues(3), 0).values())
        .containsExactly("hard on 0", "hard on 0", "hard on 2", "hard on 3");
  }

  /** blk_mq_complete_request_remote: one queue means BLOCK_SOFTIRQ. */
  @Test
  void oneQueue_endsInTheSoftInterruptOfTheSubmitter() {
    assertThat(ends(Disks.FIXED.withQueues(1).withIrqCpu(3), 0).values())
        .containsExactly("soft on 0", "soft on 1", "soft on 2", "soft on 3");
  }

  @Test
  void irqCpu_takesAllHardInterrupts() {
    assertThat(ends(Disks.FIXED.withIrqCpu(3), 0).values())
        .containsExactly("hard on 3", "hard on 3", "hard on 3", "hard on 3");
  }

  @Test
  void worker_endsThemInProcessContext() {
    DeviceConfig config = Disks.FIXED.withCompletion(DeviceConfig.Completion.WORKER);
    assertThat(ends(config, 0).values()).hasSize(4).allMatch(end -> end.startsWith("kworker/"));
  }

  @Test
  void polledRequests_endInAPoller() {
    assertThat(ends(Disks.FIXED, Bio.POLLED).values())
        .hasSize(4)
        .allMatch(end -> end.matches("t\\d on \\d"));
    assertThat(ends(Disks.ANY, Bio.POLLED)).hasSize(4);
  }

  /** {@code null_blk irqmode=0}: end_io runs before submit_bio returns. */
  @Test
  void noLatency_endsBeforeSubmitBioReturns() {
    List<String> order = new ArrayList<>();
    Disks.alone(
        machine -> {
          BlockDevice disk =
              new BlockDevice(machine, "d", Disks.FIXED.withLatency(new Latency.None()));
          disk.submitBio(Bio.read(0, 512, bio -> order.add("end in " + where(machine))));
          order.add("returned");
          assertThat(disk.reportLeak()).isNull();
        });
    assertThat(order).containsExactly("end in t on 0", "returned");
  }

  // ---- splitting

  @Test
  void largeBio_isSplit_andEndsOnceWithAllItsBytes() {
    List<String> seen = new ArrayList<>();
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", Disks.FIXED.withSectorsMax(3));
          Completion done = new Completion(machine, "bio");
          disk.submitBio(Bio.write(0, Disks.data(8, 7), bio -> done.complete()));
          seen.add("in flight " + disk.inFlightNow(BioOp.WRITE));
          done.waitForCompletion();
          Disks.write(disk, 4, 9, 0);
          byte[] buffer = new byte[8 * 512];
          disk.submitBio(new Bio(BioOp.READ, 0, buffer, bio -> done.complete()));
          done.waitForCompletion();
          seen.add(buffer[0] + " " + buffer[4 * 512] + " " + buffer[5 * 512] + " " + buffer[4095]);
          assertThat(disk.reportLeak()).isNull();
        });
    assertThat(seen).containsExactly("in flight 3", "7 9 7 7");
  }

  /** The first error is the error of the whole, and the whole waits for the last part. */
  @Test
  void splitBio_endsWithTheFirstError_afterTheLastPart() {
    List<String> ends = new ArrayList<>();
    Disks.alone(
        machine -> {
          FaultPlan medium = FaultPlan.NONE.and(Fault.MEDIUM, FaultAttr.parse("2,100,0,1"));
          BlockDevice disk =
              new BlockDevice(machine, "d", Disks.FIXED.withSectorsMax(1).withFaults(medium));
          Completion done = new Completion(machine, "bio");
          disk.submitBio(
              Bio.write(
                  0,
                  Disks.data(3, 7),
                  bio -> {
                    ends.add(bio.blkStatus() + " with " + disk.inFlightNow(BioOp.WRITE) + " left");
                    done.complete();
                  }));
          done.waitForCompletion();
          assertThat(disk.onMedium(0, 3)[0]).isEqualTo((byte) 7);
          assertThat(disk.onMedium(1, 1)[0]).isZero();
        });
    assertThat(ends).containsExactly("MEDIUM with 0 left");
  }

  @Test
  void splitBio_withTwoErrors_keepsTheFirst() {
    Disks.alone(
        machine -> {
          FaultPlan both =
              FaultPlan.NONE
                  .and(Fault.EIO, FaultAttr.parse("1,100,0,1"))
                  .and(Fault.MEDIUM, FaultAttr.ALWAYS);
          BlockDevice disk =
              new BlockDevice(machine, "d", Disks.FIXED.withSectorsMax(1).withFaults(both));
          assertThat(disk.submitAndWait(told -> Bio.write(0, Disks.data(3, 7), told)))
              .isEqualTo(BlkStatus.IOERR);
        });
  }

  // ---- tags, freeze, quiesce

  @Test
  void nowait_withoutATag_endsWithAgain_andDoesNotSleep() {
    List<Object> seen = new ArrayList<>();
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", Disks.FIXED.withQueueDepth(1));
          Completion done = new Completion(machine, "bios");
          Disks.submit(disk, Disks.write(0, 1, done));
          Bio second = Disks.submit(disk, Disks.write(1, 1, done).with(Bio.NOWAIT));
          seen.add(second.hasEnded());
          seen.add(second.blkStatus());
          seen.add(machine.nowNs());
          done.waitForCompletion();
          done.waitForCompletion();
          seen.add(disk.submitAndWait(t -> Bio.read(0, 512, t).with(Bio.NOWAIT)));
        });
    assertThat(seen).containsExactly(true, BlkStatus.AGAIN, 0L, BlkStatus.OK);
  }

  @Test
  void queues_haveTagsOfTheirOwn() {
    List<Object> seen = new ArrayList<>();
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              BlockDevice disk =
                  new BlockDevice(machine, "d", Disks.FIXED.withQueueDepth(1).withQueues(2));
              for (int cpu = 0; cpu < 2; cpu++) {
                int sector = cpu;
                machine.task(
                    "t" + cpu,
                    machine.cpu(cpu),
                    () -> {
                      Disks.write(disk, sector, 1, 0);
                      seen.add(machine.nowNs());
                    });
              }
            });
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
    assertThat(seen).containsExactly(1000L, 1000L);
  }

  @Test
  void frozenQueue_isEmpty_andLetsNobodyInUntilTheThaw() {
    for (Schedules.Ending ending :
        Schedules.every(
            MachineConfig.DEFAULT,
            machine -> {
              BlockDevice disk = new BlockDevice(machine, "d", Disks.ANY);
              machine.task("writer", () -> Disks.write(disk, 0, 1, 0));
              machine.task(
                  "freezer",
                  () -> {
                    disk.freezeQueue();
                    assertThat(disk.inFlightNow(BioOp.WRITE)).isZero();
                    Bio bio = Bio.read(0, 512, e -> {}).with(Bio.NOWAIT);
                    disk.submitBio(bio);
                    assertThat(bio.blkStatus()).isEqualTo(BlkStatus.AGAIN);
                    disk.unfreezeQueue();
                  });
            })) {
      assertThat(ending.outcome()).as("%s", ending.machine().reports()).isEqualTo(Outcome.DONE);
    }
  }

  @Test
  void quiescedQueue_takesRequestsAndKeepsThem() {
    List<Object> seen = new ArrayList<>();
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", Disks.FIXED);
          Completion done = new Completion(machine, "bio");
          disk.quiesceQueue();
          Bio bio = Disks.submit(disk, Disks.write(0, 1, done));
          new Completion(machine, "never"); // nothing else happens meanwhile
          seen.add(bio.hasEnded());
          disk.unquiesceQueue();
          done.waitForCompletion();
          seen.add(machine.nowNs());
        });
    assertThat(seen).containsExactly(false, 1000L);
  }
}
