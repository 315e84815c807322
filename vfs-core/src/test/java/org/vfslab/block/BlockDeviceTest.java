package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;

/** A device: where its bytes are when, who is told of the end, in which context and when. */
final class BlockDeviceTest {

  private static final int SECTOR = BlockDevice.SECTOR_BYTES;

  private static byte[] bytes(int sectors, int value) {
    byte[] data = new byte[sectors * SECTOR];
    Arrays.fill(data, (byte) value);
    return data;
  }

  private static BlockDevice disk(Machine machine, int depth, Latency latency) {
    return new BlockDevice(machine, "d", new DeviceConfig(64, depth, latency));
  }

  private static Bio submit(BlockDevice disk, BioOp op, long sector, byte[] data, Completion done) {
    Bio bio = new Bio(op, sector, data, ended -> done.complete());
    disk.submitBio(bio);
    return bio;
  }

  private static void transfer(BlockDevice disk, BioOp op, long sector, byte[] data) {
    Completion done = new Completion(disk.machine(), "bio");
    submit(disk, op, sector, data, done);
    done.waitForCompletion();
  }

  private static void check(Schedules.Ending ending) {
    assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
    assertThat(ending.machine().reports()).isEmpty();
  }

  @Test
  void read_ofWhatWasNeverWritten_isZeroes() {
    byte[] data = bytes(2, 7);
    check(
        Schedules.one(
            machine -> {
              BlockDevice disk = disk(machine, 4, new Latency.Any());
              machine.task("t", () -> transfer(disk, BioOp.READ, 62, data));
            }));
    assertThat(data).containsOnly(0);
  }

  @Test
  void read_acrossTwoWrites_givesTheBytesOfBoth() {
    byte[] data = bytes(3, 7);
    check(
        Schedules.one(
            machine -> {
              BlockDevice disk = disk(machine, 4, new Latency.Any());
              machine.task(
                  "t",
                  () -> {
                    transfer(disk, BioOp.WRITE, 10, bytes(2, 1));
                    transfer(disk, BioOp.WRITE, 11, bytes(1, 2));
                    transfer(disk, BioOp.READ, 10, data);
                  });
            }));
    assertThat(Arrays.copyOfRange(data, 0, SECTOR)).containsOnly(1);
    assertThat(Arrays.copyOfRange(data, SECTOR, 2 * SECTOR)).containsOnly(2);
    assertThat(Arrays.copyOfRange(data, 2 * SECTOR, 3 * SECTOR)).containsOnly(0);
  }

  /** The submitter may use its buffer for something else once the write has ended. */
  @Test
  void write_keepsItsBytes_whenTheBufferIsChangedAfterTheEnd() {
    byte[] data = bytes(1, 5);
    List<BlockDevice> disks = new ArrayList<>();
    check(
        Schedules.one(
            machine -> {
              BlockDevice disk = disk(machine, 4, new Latency.Any());
              disks.add(disk);
              machine.task("t", () -> transfer(disk, BioOp.WRITE, 0, data));
            }));
    Arrays.fill(data, (byte) 9);
    assertThat(disks.getFirst().onMedium(0, 1)).containsOnly(5);
  }

  @Test
  void write_isInFlightUntilItsEnd_andOnlyThenOnTheMedium() {
    Map<String, Object> seen = new LinkedHashMap<>();
    check(
        Schedules.one(
            machine -> {
              BlockDevice disk = disk(machine, 4, new Latency.Fixed(1000));
              machine.task(
                  "t",
                  () -> {
                    Completion done = new Completion(machine, "bio");
                    submit(disk, BioOp.WRITE, 0, bytes(1, 5), done);
                    seen.put("writes before", disk.inFlightNow(BioOp.WRITE));
                    seen.put("reads before", disk.inFlightNow(BioOp.READ));
                    seen.put("byte before", disk.onMedium(0, 1)[0]);
                    done.waitForCompletion();
                    seen.put("writes after", disk.inFlightNow(BioOp.WRITE));
                    seen.put("byte after", disk.onMedium(0, 1)[0]);
                  });
            }));
    assertThat(seen)
        .containsExactly(
            entry("writes before", 1L),
            entry("reads before", 0L),
            entry("byte before", (byte) 0),
            entry("writes after", 0L),
            entry("byte after", (byte) 5));
  }

  @ParameterizedTest
  @CsvSource({"64, 1, true", "63, 2, true", "63, 1, false", "9223372036854775807, 1, true"})
  void submitBio_beyondTheEnd_endsAtOnceWithEio(long sector, int sectors, boolean refused) {
    List<Object> seen = new ArrayList<>();
    check(
        Schedules.one(
            machine -> {
              BlockDevice disk = disk(machine, 1, new Latency.Fixed(1000));
              machine.task(
                  "t",
                  () -> {
                    Completion done = new Completion(machine, "bio");
                    Bio bio = submit(disk, BioOp.WRITE, sector, bytes(sectors, 1), done);
                    seen.add(done.isDone());
                    done.waitForCompletion();
                    seen.add(bio.status());
                    seen.add(disk.inFlightNow(BioOp.WRITE));
                    // The only tag is free again.
                    transfer(disk, BioOp.READ, 0, bytes(1, 1));
                  });
            }));
    assertThat(seen).containsExactly(refused, refused ? -Errno.EIO : Bio.OK, 0L);
  }

  @Test
  void end_isToldInAHardInterrupt_onTheCpuOfTheSubmitter() {
    Map<String, String> contexts = new LinkedHashMap<>();
    check(
        Schedules.one(
            machine -> {
              BlockDevice disk = disk(machine, 4, new Latency.Fixed(1000));
              for (int cpu = 0; cpu < 2; cpu++) {
                String name = "t" + cpu;
                machine.task(
                    name,
                    machine.cpu(cpu),
                    () -> {
                      Completion done = new Completion(machine, "bio");
                      disk.submitBio(
                          new Bio(
                              BioOp.READ,
                              0,
                              bytes(1, 0),
                              bio -> {
                                contexts.put(
                                    name,
                                    machine.current().name()
                                        + (machine.current().inHardirq() ? " hard" : "")
                                        + " on "
                                        + machine.current().cpu().number());
                                done.complete();
                              }));
                      done.waitForCompletion();
                    });
              }
            }));
    assertThat(contexts)
        .containsOnly(entry("t0", "irq d/0 hard on 0"), entry("t1", "irq d/1 hard on 1"));
  }

  @Test
  void anyLatency_letsTwoRequestsEndInBothOrders() {
    TreeSet<String> orders = new TreeSet<>();
    List<StringBuilder> order = new ArrayList<>();
    for (Schedules.Ending ending :
        Schedules.every(
            MachineConfig.DEFAULT,
            machine -> {
              BlockDevice disk = disk(machine, 4, new Latency.Any());
              StringBuilder ends = new StringBuilder();
              order.add(ends);
              machine.task(
                  "t",
                  () -> {
                    Completion done = new Completion(machine, "bios");
                    for (char name : new char[] {'a', 'b'}) {
                      disk.submitBio(
                          new Bio(
                              BioOp.READ,
                              0,
                              bytes(1, 0),
                              bio -> {
                                ends.append(name);
                                done.complete();
                              }));
                    }
                    done.waitForCompletion();
                    done.waitForCompletion();
                  });
            })) {
      check(ending);
    }
    order.forEach(ends -> orders.add(ends.toString()));
    assertThat(orders).containsExactly("ab", "ba");
  }

  // ---- time

  @ParameterizedTest
  @CsvSource({"0", "1", "10000", "30000000000"})
  void fixedLatency_isExactInVirtualTime(long ns) {
    List<Long> ends = new ArrayList<>();
    check(
        Schedules.one(
            machine -> {
              BlockDevice disk = disk(machine, 4, new Latency.Fixed(ns));
              machine.task(
                  "t",
                  () -> {
                    transfer(disk, BioOp.READ, 0, bytes(1, 0));
                    ends.add(machine.nowNs());
                    transfer(disk, BioOp.READ, 0, bytes(1, 0));
                    ends.add(machine.nowNs());
                  });
            }));
    assertThat(ends).containsExactly(ns, 2 * ns);
  }

  /** Takes the first transition, and this outcome of every other question. */
  private static Chance always(int outcome, List<String> questions) {
    return new Chance() {
      @Override
      public int schedule(Enabled enabled) {
        return Math.max(0, enabled.runningAt());
      }

      @Override
      public int choose(int count, String question) {
        questions.add(question + " of " + count);
        return outcome;
      }
    };
  }

  @Test
  void uniformLatency_asksChanceForOneOfSixteenEquallyFarApart() {
    List<Long> ends = new ArrayList<>();
    List<String> questions = new ArrayList<>();
    for (int outcome = 0; outcome < Latency.Uniform.STEPS; outcome++) {
      check(
          Schedules.one(
              MachineConfig.DEFAULT,
              always(outcome, questions),
              machine -> {
                BlockDevice disk = disk(machine, 4, new Latency.Uniform(100, 250));
                machine.task(
                    "t",
                    () -> {
                      transfer(disk, BioOp.READ, 0, bytes(1, 0));
                      ends.add(machine.nowNs());
                    });
              }));
    }
    assertThat(ends).hasSize(16).startsWith(100L, 110L, 120L).endsWith(240L, 250L);
    assertThat(questions).hasSize(16).containsOnly("latency of 16");
  }

  // ---- tags

  @Test
  void submitBio_withoutAFreeTag_sleepsUntilARequestEnds() {
    List<Long> submitted = new ArrayList<>();
    check(
        Schedules.one(
            machine -> {
              BlockDevice disk = disk(machine, 2, new Latency.Fixed(1000));
              machine.task(
                  "t",
                  () -> {
                    Completion done = new Completion(machine, "bios");
                    for (int i = 0; i < 5; i++) {
                      submit(disk, BioOp.WRITE, i, bytes(1, i), done);
                      submitted.add(machine.nowNs());
                    }
                    for (int i = 0; i < 5; i++) {
                      done.waitForCompletion();
                    }
                  });
            }));
    assertThat(submitted).containsExactly(0L, 0L, 1000L, 1000L, 2000L);
  }

  @Test
  void submitBio_ofThreeTasksForOneTag_neverExceedsTheDepthAndNeverHangs() {
    for (long seed = 0; seed < 200; seed++) {
      List<Long> most = new ArrayList<>();
      check(
          Schedules.one(
              Schedules.WORD,
              Schedules.seeded(seed),
              machine -> {
                BlockDevice disk = disk(machine, 1, new Latency.Any());
                machine.afterEachStep(() -> most.add(disk.inFlightNow(BioOp.WRITE)));
                for (int i = 0; i < 3; i++) {
                  int sector = i;
                  machine.task("t" + i, () -> transfer(disk, BioOp.WRITE, sector, bytes(1, 1)));
                }
              }));
      assertThat(most).as("seed %s", seed).contains(1L).doesNotContain(2L, 3L).endsWith(0L);
    }
  }
}
