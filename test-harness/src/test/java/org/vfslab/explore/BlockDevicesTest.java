package org.vfslab.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.vfslab.block.Bio;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlkStatus;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.DeviceConfig.Completion;
import org.vfslab.block.DeviceConfig.OnTimeout;
import org.vfslab.block.DeviceConfig.Timeout;
import org.vfslab.block.Latency;
import org.vfslab.block.MappedDevice;
import org.vfslab.block.TableException;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.ReportKind;

/** Races of block devices, explored completely or with few preemptions. */
final class BlockDevicesTest {

  private static final DeviceConfig ANY = new DeviceConfig(64, 4, new Latency.Any());

  private static BlkStatus write(BlockDevice disk, long sector, int flags) {
    Data data = new Data.Uniform((byte) 7, BlockDevice.SECTOR_BYTES);
    return disk.submitAndWait(told -> Bio.write(sector, data, told).with(flags));
  }

  private static void bug(Machine machine, String sentence) {
    machine.report(ReportKind.BUG, sentence, sentence);
  }

  private static void exploreWithOnePreemption(Toy toy) {
    Exploration seen = toy.explore(new DepthFirst(1));
    assertThat(seen.verdict()).as("%s", seen.failures()).isEqualTo(Verdict.HOLDS_WITHIN_BOUND);
  }

  private static Exploration explore(Toy toy) {
    Exploration seen = toy.explore(new OptimalDpor());
    assertThat(seen.verdict()).as("%s", seen.failures()).isEqualTo(Verdict.HOLDS_COMPLETE);
    return seen;
  }

  private static Toy answerAgainstTimeout(int bios, Set<String> ends) {
    DeviceConfig config =
        ANY.withQueueDepth(1)
            .withQueues(1)
            .withCompletion(Completion.HARDIRQ)
            .withTimeout(new Timeout.Any(), OnTimeout.FAIL);
    return new Toy(
        "answer against time-out",
        MachineConfig.DEFAULT,
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", config);
          machine.task(
              "t",
              () -> {
                StringBuilder seen = new StringBuilder();
                for (int i = 0; i < bios; i++) {
                  BlkStatus status = write(disk, i, 0);
                  seen.append(status).append(' ');
                  if (status == BlkStatus.OK && disk.medium(i, 1).uniformValue() != 7) {
                    bug(machine, "a write ended well and is not done");
                  }
                }
                ends.add(seen.toString().strip());
              });
          return Properties.NONE;
        });
  }

  /** An answer and a time-out at any moment: one of them ends the bio. */
  @Test
  void answerAgainstTimeout_endsTheBioOnce() {
    Set<String> ends = new TreeSet<>();
    explore(answerAgainstTimeout(1, ends));
    assertThat(ends).containsExactly("OK", "TIMEOUT");
  }

  /** The tag of the first is used again while its answer or time-out is on its way. */
  @Test
  void staleAnswer_doesNotEndTheNextBioOfTheTag() {
    Set<String> ends = new TreeSet<>();
    exploreWithOnePreemption(answerAgainstTimeout(2, ends));
    assertThat(ends).containsExactly("OK OK", "OK TIMEOUT", "TIMEOUT OK", "TIMEOUT TIMEOUT");
  }

  /** Three tasks and one tag: whoever sleeps for it is woken. */
  @Test
  void waitForATag_isNeverMissed() {
    Exploration seen =
        explore(
            new Toy(
                "one tag",
                MachineConfig.DEFAULT,
                machine -> {
                  BlockDevice disk = new BlockDevice(machine, "d", ANY.withQueueDepth(1));
                  for (int i = 0; i < 3; i++) {
                    int sector = i;
                    machine.task("t" + i, () -> write(disk, sector, 0));
                  }
                  return Properties.NONE;
                }));
    assertThat(seen.executions()).isGreaterThan(5);
  }

  /** A flush covers what ended before it was sent, whatever else is in flight. */
  @Test
  void preflush_isBehindWhatEndedBefore() {
    exploreWithOnePreemption(
        new Toy(
            "preflush",
            MachineConfig.DEFAULT,
            machine -> {
              DeviceConfig config = ANY.withWriteCache(true, true).withQueues(1);
              BlockDevice disk = new BlockDevice(machine, "d", config);
              machine.task(
                  "journal",
                  () -> {
                    write(disk, 0, 0);
                    write(disk, 1, Bio.PREFLUSH | Bio.FUA);
                    if (disk.powerCut().read(0, 2).uniformValue() != 7) {
                      bug(machine, "a commit has ended and is not durable");
                    }
                  });
              return Properties.NONE;
            }));
  }

  @Test
  void suspend_waitsForWhatIsInside_andKeepsTheRest() {
    explore(
        new Toy(
            "suspend",
            MachineConfig.DEFAULT,
            machine -> {
              BlockDevice disk = new BlockDevice(machine, "d", ANY);
              try {
                BlockDevice mapped =
                    MappedDevice.create(machine, "m", "0 64 linear d 0", name -> disk);
                MappedDevice md = Objects.requireNonNull(mapped.mapped());
                machine.task("writer", () -> write(mapped, 0, 0));
                machine.task(
                    "admin",
                    () -> {
                      md.suspend(false);
                      if (disk.inFlightNow(BioOp.WRITE) != 0) {
                        bug(machine, "a write is in flight below a suspended device");
                      }
                      long mark = disk.changesNow();
                      machine.currentTask().mightSleep("a look at the device");
                      if (disk.changesNow() != mark) {
                        bug(machine, "a write came through a suspended device");
                      }
                      md.resume();
                    });
                return Properties.NONE;
              } catch (TableException e) {
                throw new AssertionError(e);
              }
            }));
  }
}
