package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;
import org.vfslab.machine.Work;

/** The volatile cache, the flush machine, and what is left when the power goes. */
final class WriteCacheTest {

  private static final DeviceConfig CACHED = Disks.FIXED.withWriteCache(true, false);
  private static final DeviceConfig CACHED_ANY =
      Disks.ANY.withWriteCache(true, false).withQueues(1);
  private static final DeviceConfig CACHED_FUA = Disks.FIXED.withWriteCache(true, true);

  /** What the first sectors may be after the power goes at the end of {@code task}. */
  private static Set<String> survivors(DeviceConfig config, int sectors, Disk task) {
    Set<String> seen = new TreeSet<>();
    for (int first = 0; first < 3; first++) {
      for (int second = 0; second < 3; second++) {
        for (int third = 0; third < 3; third++) {
          Integer[] answers = {first, second, third};
          List<Integer> asked = new ArrayList<>();
          Disks.alone(
              limited(answers, asked),
              machine -> {
                BlockDevice disk = new BlockDevice(machine, "d", config);
                task.use(machine, disk);
                seen.add(content(disk.powerCut(), sectors));
              });
        }
      }
    }
    return seen;
  }

  /** Gives these answers where they are possible; others begin again from 0. */
  private static org.vfslab.machine.Chance limited(Integer[] answers, List<Integer> asked) {
    return new org.vfslab.machine.Chance() {
      @Override
      public int schedule(Enabled enabled) {
        return Math.max(0, enabled.runningAt());
      }

      @Override
      public int choose(int count, String question) {
        asked.add(count);
        return asked.size() > answers.length ? 0 : answers[asked.size() - 1] % count;
      }
    };
  }

  @FunctionalInterface
  private interface Disk {
    void use(Machine machine, BlockDevice disk);
  }

  private static String content(DiskImage image, int sectors) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sectors; i++) {
      text.append(image.read(i, 1).uniformValue());
    }
    return text.toString();
  }

  @Test
  void writeThrough_keepsWhatHasEnded() {
    assertThat(survivors(Disks.FIXED, 2, (machine, disk) -> Disks.write(disk, 0, 1, 0)))
        .containsExactly("10");
  }

  @Test
  void writeInFlight_mayBeThereOrNot_sectorBySector() {
    assertThat(
            survivors(
                Disks.FIXED,
                2,
                (machine, disk) -> disk.submitBio(Bio.write(0, Disks.data(2, 1), bio -> {}))))
        .containsExactly("00", "01", "10", "11");
  }

  @Test
  void atomicUnits_areNotTorn() {
    assertThat(
            survivors(
                Disks.FIXED.withAtomicSectors(2),
                4,
                (machine, disk) -> disk.submitBio(Bio.write(0, Disks.data(4, 1), bio -> {}))))
        .containsExactly("0000", "0011", "1100", "1111");
  }

  @Test
  void cachedWrites_surviveInAnySubset() {
    assertThat(
            survivors(
                CACHED,
                2,
                (machine, disk) -> {
                  Disks.write(disk, 0, 1, 0);
                  Disks.write(disk, 1, 1, 0);
                  Disks.write(disk, 0, 2, 0);
                }))
        .containsExactly("00", "01", "10", "11", "20", "21");
  }

  @Test
  void flush_makesDurableWhatHadEnded() {
    assertThat(
            survivors(
                CACHED,
                2,
                (machine, disk) -> {
                  Disks.write(disk, 0, 1, 0);
                  assertThat(disk.issueFlush()).isZero();
                  Disks.write(disk, 1, 1, 0);
                }))
        .containsExactly("10", "11");
  }

  /** A flush does not cover what is in flight when it is sent. */
  @Test
  void flush_doesNotCoverWritesInFlight() {
    DeviceConfig slowWrites =
        CACHED.withLatency(Latency.Table.parse("5000 1, 1000 1")); // write, then flush
    Set<String> seen = new TreeSet<>();
    for (int survives = 0; survives < 2; survives++) {
      Disks.alone(
          Disks.answers(0, 1, survives),
          machine -> {
            BlockDevice disk = new BlockDevice(machine, "d", slowWrites);
            Completion done = new Completion(machine, "write");
            disk.submitBio(Disks.write(0, 1, done));
            assertThat(disk.issueFlush()).isZero();
            assertThat(machine.nowNs()).isEqualTo(1000);
            done.waitForCompletion();
            seen.add(content(disk.powerCut(), 1));
          });
    }
    assertThat(seen).containsExactly("0", "1");
  }

  /** Nor what ends while it is in flight. */
  @Test
  void flush_doesNotCoverWritesThatEndMeanwhile() {
    DeviceConfig slowFlush = CACHED.withLatency(Latency.Table.parse("1000 1, 5000 1"));
    Set<String> seen = new TreeSet<>();
    for (int survives = 0; survives < 2; survives++) {
      Disks.alone(
          Disks.answers(1, 0, survives),
          machine -> {
            BlockDevice disk = new BlockDevice(machine, "d", slowFlush);
            Completion flushed = new Completion(machine, "flush");
            disk.submitBio(Bio.flush(bio -> flushed.complete()));
            // The flush was queued for a worker; let it be sent.
            Completion sent = new Completion(machine, "sent");
            machine.systemWorkqueue().queueWork(new Work(machine, "w", sent::complete));
            sent.waitForCompletion();
            assertThat(Disks.write(disk, 0, 1, 0)).isEqualTo(BlkStatus.OK);
            assertThat(machine.nowNs()).isEqualTo(1000);
            flushed.waitForCompletion();
            assertThat(machine.nowNs()).isEqualTo(5000);
            seen.add(content(disk.powerCut(), 1));
          });
    }
    assertThat(seen).containsExactly("0", "1");
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void fuaWrite_isDurableWhenItEnds_withAndWithoutFuaInTheDevice(boolean fua) {
    assertThat(
            survivors(
                fua ? CACHED_FUA : CACHED,
                2,
                (machine, disk) -> {
                  Disks.write(disk, 0, 1, 0);
                  Disks.write(disk, 1, 1, Bio.FUA);
                }))
        // The flush behind the data covers the other write as well; FUA does not.
        .containsExactlyElementsOf(fua ? List.of("01", "11") : List.of("11"));
  }

  /** An older write that was in the cache only must not come back over a newer one with FUA. */
  @Test
  void fuaWrite_overACachedOne_stays() {
    assertThat(
            survivors(
                CACHED_FUA,
                1,
                (machine, disk) -> {
                  Disks.write(disk, 0, 1, 0);
                  Disks.write(disk, 0, 2, Bio.FUA);
                }))
        .containsExactly("2");
  }

  @Test
  void preflush_makesEarlierWritesDurable_beforeTheData() {
    assertThat(
            survivors(
                CACHED,
                2,
                (machine, disk) -> {
                  Disks.write(disk, 0, 1, 0);
                  Disks.write(disk, 1, 1, Bio.PREFLUSH);
                }))
        .containsExactly("10", "11");
  }

  /** Steps are one latency each: flush, data, flush. */
  @ParameterizedTest
  @CsvSource({
    "false, 0, 1000",
    "false, PREFLUSH, 2000",
    "false, FUA, 2000",
    "false, BOTH, 3000",
    "true, FUA, 1000",
    "true, BOTH, 2000"
  })
  void sequence_takesOneLatencyForEachStep(boolean fua, String flags, long ns) {
    int bits =
        switch (flags) {
          case "PREFLUSH" -> Bio.PREFLUSH;
          case "FUA" -> Bio.FUA;
          case "BOTH" -> Bio.PREFLUSH | Bio.FUA;
          default -> 0;
        };
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", fua ? CACHED_FUA : CACHED);
          assertThat(Disks.write(disk, 0, 1, bits)).isEqualTo(BlkStatus.OK);
          assertThat(machine.nowNs()).isEqualTo(ns);
          assertThat(disk.reportLeak()).isNull();
        });
  }

  @Test
  void withoutACache_flushesEndAtOnce_andFlagsMeanNothing() {
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", Disks.FIXED);
          assertThat(disk.issueFlush()).isZero();
          assertThat(machine.nowNs()).isZero();
          Disks.write(disk, 0, 1, Bio.PREFLUSH | Bio.FUA);
          assertThat(machine.nowNs()).isEqualTo(1000);
        });
  }

  /** Flushes that come while one is in flight share the next one. */
  @Test
  void pendingFlushes_shareOneFlushOfTheDevice() {
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", CACHED);
          Completion done = new Completion(machine, "flushes");
          for (int i = 0; i < 4; i++) {
            disk.submitBio(Bio.flush(bio -> done.complete()));
          }
          for (int i = 0; i < 4; i++) {
            done.waitForCompletion();
          }
          // The first alone, the other three together.
          assertThat(machine.nowNs()).isEqualTo(2000);
        });
  }

  /** C2: no flush while a request of a sequence is at its data step; C3 ends that after 5 s. */
  @Test
  void flush_waitsForDataInFlight_butNotForLongerThanFiveSeconds() {
    long s = 1_000_000_000L;
    Disks.alone(
        Disks.answers(1, 0, 0),
        machine -> {
          BlockDevice disk =
              new BlockDevice(
                  machine, "d", CACHED.withLatency(Latency.Table.parse("1000 1, 3000000000 1")));
          Completion data = new Completion(machine, "fua");
          Completion flushed = new Completion(machine, "flush");
          disk.submitBio(Disks.write(0, 1, data).with(Bio.FUA)); // data takes 3 s
          disk.submitBio(Bio.flush(bio -> flushed.complete()));
          flushed.waitForCompletion();
          assertThat(machine.nowNs()).isEqualTo(3 * s + 1000);
          data.waitForCompletion();
          assertThat(machine.nowNs()).isEqualTo(3 * s + 1000); // the same flush
        });
    Disks.alone(
        Disks.answers(1, 0, 0),
        machine -> {
          BlockDevice disk =
              new BlockDevice(
                  machine, "d", CACHED.withLatency(Latency.Table.parse("1000 1, 9000000000 1")));
          Completion data = new Completion(machine, "fua");
          Completion flushed = new Completion(machine, "flush");
          disk.submitBio(Disks.write(0, 1, data).with(Bio.FUA)); // data takes 9 s
          disk.submitBio(Bio.flush(bio -> flushed.complete()));
          Completion second = new Completion(machine, "second flush");
          new org.vfslab.machine.Timer(
                  machine,
                  machine.irqLine("later", org.vfslab.machine.IrqLine.Kind.SOFT, machine.cpu(0)),
                  () -> disk.submitBio(Bio.flush(bio -> second.complete())))
              .start(6 * s);
          flushed.waitForCompletion();
          assertThat(machine.nowNs()).isEqualTo(6 * s + 1000);
          second.waitForCompletion();
          data.waitForCompletion();
        });
  }

  /** An error in any step ends the request with it, and the rest is left out. */
  @Test
  void errorInTheFlush_endsTheWrite_whichIsNotDone() {
    FaultPlan first = FaultPlan.NONE.and(Fault.EIO, new FaultAttr(1, 100, 0, 1));
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", CACHED.withFaults(first));
          assertThat(Disks.write(disk, 0, 1, Bio.PREFLUSH)).isEqualTo(BlkStatus.IOERR);
          assertThat(disk.onMedium(0, 1)).containsOnly(0);
          assertThat(disk.inFlightNow(BioOp.WRITE)).isZero();
          assertThat(Disks.write(disk, 0, 1, Bio.PREFLUSH)).isEqualTo(BlkStatus.OK);
          assertThat(disk.reportLeak()).isNull();
        });
  }

  /**
   * What a journal relies on: a commit with PREFLUSH and FUA that has ended is durable, and so is
   * all that had ended before it was submitted.
   */
  @Test
  void commitThatHasEnded_isDurableWithAllBeforeIt() {
    for (long seed = 0; seed < 400; seed++) {
      Schedules.Ending ending =
          Schedules.one(
              Schedules.WORD,
              Schedules.seeded(seed),
              machine -> {
                BlockDevice disk = new BlockDevice(machine, "d", CACHED_ANY);
                machine.task(
                    "journal",
                    () -> {
                      Disks.write(disk, 0, 1, 0);
                      Disks.write(disk, 1, 2, Bio.PREFLUSH | Bio.FUA);
                      DiskImage image = disk.powerCut();
                      assertThat(content(image, 2)).isEqualTo("12");
                    });
                machine.task(
                    "other",
                    () -> {
                      disk.submitBio(Bio.write(2, Disks.data(1, 3), b -> {}).with(Bio.FUA));
                      disk.submitBio(Bio.flush(b -> {}));
                    });
              });
      assertThat(ending.outcome())
          .as("seed %s: %s", seed, ending.machine().reports())
          .isEqualTo(Outcome.DONE);
    }
  }

  @Test
  void newDevice_beginsWithTheImage_andIsApartFromIt() {
    List<DiskImage> images = new ArrayList<>();
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", Disks.FIXED);
          Disks.write(disk, 3, 7, 0);
          images.add(disk.snapshot());
          Disks.write(disk, 3, 8, 0);
          BlockDevice second = new BlockDevice(machine, "e", CACHED, images.getFirst());
          assertThat(Disks.read(second, 3)).isEqualTo(7);
          Disks.write(second, 3, 9, 0);
          assertThat(Disks.read(second, 3)).isEqualTo(9);
        });
    assertThat(images.getFirst().read(3, 1).uniformValue()).isEqualTo(7);
  }

  @Test
  void afterThePowerWent_nothingIsDone_andNewBiosFindNobody() {
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", Disks.FIXED);
          Completion done = new Completion(machine, "bio");
          Bio bio = Disks.submit(disk, Disks.write(0, 1, done));
          disk.powerCut();
          done.waitForCompletion();
          assertThat(bio.blkStatus()).isEqualTo(BlkStatus.IOERR);
          assertThat(Disks.read(disk, 0)).isEqualTo(BlkStatus.OFFLINE.errno());
          assertThat(disk.reportLeak()).isNull();
        });
  }

  @Test
  void discard_andWriteZeroes_leaveZeroes_andCountAsChanges() {
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", CACHED);
          Disks.write(disk, 0, 7, 0);
          Disks.write(disk, 1, 7, 0);
          long mark = disk.changesNow();
          assertThat(Disks.read(disk, 0)).isEqualTo(7);
          assertThat(disk.changesNow()).isEqualTo(mark);
          disk.submitAndWait(told -> Bio.ofSectors(BioOp.DISCARD, 0, 1, told));
          disk.submitAndWait(told -> Bio.ofSectors(BioOp.WRITE_ZEROES, 1, 1, told));
          assertThat(disk.changesNow()).isEqualTo(mark + 2);
          assertThat(Disks.read(disk, 0)).isZero();
          assertThat(Disks.read(disk, 1)).isZero();
        });
  }
}
