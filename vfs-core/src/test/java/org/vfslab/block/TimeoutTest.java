package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vfslab.block.DeviceConfig.OnTimeout;
import org.vfslab.block.DeviceConfig.Timeout;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;

/** Faults of the hardware, time-outs, and that each bio ends exactly once whatever happens. */
final class TimeoutTest {

  private static final long S = 1_000_000_000L;
  private static final Timeout ONE_SECOND = new Timeout.After(S);

  private static DeviceConfig faulty(Fault fault, OnTimeout eh) {
    return Disks.FIXED
        .withTimeout(ONE_SECOND, eh)
        .withFaults(FaultPlan.NONE.and(fault, new FaultAttr(1, 100, 0, 1)));
  }

  /** One write and then one read of the same sector, of which the write is struck. */
  @ParameterizedTest
  @CsvSource({
    "EIO, IOERR, 0, 1000",
    "MEDIUM, MEDIUM, 0, 1000",
    "HUNG, TIMEOUT, 0, 1000000000",
    "LATE, TIMEOUT, 0, 1000000000",
    "LOST_INTERRUPT, OK, 7, 1000000000",
    "SPURIOUS_INTERRUPT, OK, 7, 1000",
    "DUPLICATE_COMPLETION, OK, 7, 1000",
    "TORN_WRITE, OK, 0, 1000",
    "DROPPED_WRITE, OK, 0, 1000",
    "CORRUPTED_BYTE, OK, -1000, 1000",
    "REQUEUE, OK, 7, 1000"
  })
  void fault_endsTheWriteOnce(Fault fault, BlkStatus status, int left, long ns) {
    List<Object> seen = new ArrayList<>();
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", faulty(fault, OnTimeout.FAIL));
          seen.add(Disks.write(disk, 0, 7, 0));
          seen.add(machine.nowNs());
          seen.add(Disks.read(disk, 0));
          assertThat(disk.reportLeak()).isNull();
        });
    assertThat(seen).containsExactly(status, ns, left);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"HUNG", "LATE"})
  void retry_sendsItAgain(Fault fault) {
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", faulty(fault, OnTimeout.RETRY));
          assertThat(Disks.write(disk, 0, 7, 0)).isEqualTo(BlkStatus.OK);
          assertThat(machine.nowNs()).isEqualTo(S + 1000);
          assertThat(Disks.read(disk, 0)).isEqualTo(7);
          assertThat(disk.reportLeak()).isNull();
        });
  }

  @Test
  void retry_givesUpAfterFive() {
    Disks.alone(
        machine -> {
          FaultPlan always = FaultPlan.NONE.and(Fault.HUNG, FaultAttr.ALWAYS);
          BlockDevice disk =
              new BlockDevice(
                  machine,
                  "d",
                  Disks.FIXED.withTimeout(ONE_SECOND, OnTimeout.RETRY).withFaults(always));
          assertThat(Disks.write(disk, 0, 7, 0)).isEqualTo(BlkStatus.TIMEOUT);
          assertThat(machine.nowNs()).isEqualTo(6 * S);
        });
  }

  @Test
  void resetTimer_waitsOnceMore() {
    Disks.alone(
        machine -> {
          BlockDevice disk =
              new BlockDevice(machine, "d", faulty(Fault.HUNG, OnTimeout.RESET_TIMER));
          assertThat(Disks.write(disk, 0, 7, 0)).isEqualTo(BlkStatus.TIMEOUT);
          assertThat(machine.nowNs()).isEqualTo(2 * S);
        });
  }

  /** A request that is done needs no more time: only its interrupt was lost. */
  @Test
  void resetTimer_isNotForARequestThatIsDone() {
    Disks.alone(
        machine -> {
          BlockDevice disk =
              new BlockDevice(machine, "d", faulty(Fault.LOST_INTERRUPT, OnTimeout.RESET_TIMER));
          assertThat(Disks.write(disk, 0, 7, 0)).isEqualTo(BlkStatus.OK);
          assertThat(machine.nowNs()).isEqualTo(S);
        });
  }

  /** The late answer of a write that was given up ends nothing and changes nothing. */
  @Test
  void lateAnswer_isStale_andTheWriteIsNotDone() {
    Disks.alone(
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", faulty(Fault.LATE, OnTimeout.FAIL));
          assertThat(Disks.write(disk, 0, 7, 0)).isEqualTo(BlkStatus.TIMEOUT);
          assertThat(Disks.write(disk, 0, 8, 0)).isEqualTo(BlkStatus.OK);
          Completion later = new Completion(machine, "later");
          new org.vfslab.machine.Timer(
                  machine,
                  machine.irqLine("later", org.vfslab.machine.IrqLine.Kind.SOFT, machine.cpu(0)),
                  later::complete)
              .start(S);
          later.waitForCompletion();
          assertThat(disk.staleAnswersNow()).isEqualTo(1);
          assertThat(Disks.read(disk, 0)).isEqualTo(8);
          assertThat(disk.reportLeak()).isNull();
        });
  }

  @Test
  void defaultTimeout_isThirtySeconds() {
    Disks.alone(
        machine -> {
          FaultPlan always = FaultPlan.NONE.and(Fault.HUNG, FaultAttr.ALWAYS);
          BlockDevice disk = new BlockDevice(machine, "d", Disks.FIXED.withFaults(always));
          assertThat(Disks.write(disk, 0, 7, 0)).isEqualTo(BlkStatus.TIMEOUT);
          assertThat(machine.nowNs()).isEqualTo(30 * S);
        });
  }

  /** A request that was started later has its own deadline. */
  @Test
  void eachRequest_timesOutAfterItsOwnTime() {
    List<Long> ends = new ArrayList<>();
    Disks.alone(
        machine -> {
          FaultPlan hung = FaultPlan.NONE.and(Fault.HUNG, new FaultAttr(1, 100, 0, 2));
          BlockDevice disk =
              new BlockDevice(
                  machine,
                  "d",
                  Disks.FIXED.withTimeout(ONE_SECOND, OnTimeout.FAIL).withFaults(hung));
          Completion done = new Completion(machine, "bios");
          disk.submitBio(
              Bio.read(
                  0,
                  512,
                  bio -> {
                    ends.add(machine.nowNs());
                    done.complete();
                  }));
          new org.vfslab.machine.Timer(
                  machine,
                  machine.irqLine("later", org.vfslab.machine.IrqLine.Kind.SOFT, machine.cpu(0)),
                  () ->
                      disk.submitBio(
                          Bio.read(
                                  0,
                                  512,
                                  bio -> {
                                    ends.add(machine.nowNs());
                                    done.complete();
                                  })
                              .with(Bio.NOWAIT)))
              .start(S / 4);
          done.waitForCompletion();
          done.waitForCompletion();
        });
    assertThat(ends).containsExactly(S, S + S / 4);
  }

  /** fail_io_timeout: the completion is swallowed, and the time-out finds the request done. */
  @Test
  void failIoTimeout_swallowsTheCompletion() {
    Disks.alone(
        machine -> {
          FaultPlan fake = FaultPlan.NONE.andFailIoTimeout(FaultAttr.parse("1,100,0,1"));
          BlockDevice disk =
              new BlockDevice(
                  machine,
                  "d",
                  Disks.FIXED.withTimeout(ONE_SECOND, OnTimeout.FAIL).withFaults(fake));
          assertThat(Disks.write(disk, 0, 7, 0)).isEqualTo(BlkStatus.OK);
          assertThat(machine.nowNs()).isEqualTo(S);
          assertThat(Disks.write(disk, 0, 8, 0)).isEqualTo(BlkStatus.OK);
          assertThat(machine.nowNs()).isEqualTo(S + 1000);
        });
  }

  @Test
  void failMakeRequest_endsInTheSubmitter_beforeTheDriverSeesIt() {
    Disks.alone(
        machine -> {
          FaultPlan fail = FaultPlan.NONE.andFailMakeRequest(FaultAttr.parse("2,100,0,-1"));
          BlockDevice disk = new BlockDevice(machine, "d", Disks.FIXED.withFaults(fail));
          assertThat(Disks.write(disk, 0, 1, 0)).isEqualTo(BlkStatus.OK);
          assertThat(Disks.write(disk, 0, 2, 0)).isEqualTo(BlkStatus.IOERR);
          assertThat(machine.nowNs()).isEqualTo(1000);
          assertThat(Disks.read(disk, 0)).isEqualTo(1);
        });
  }

  // ---- every schedule

  private static final DeviceConfig RACE =
      Disks.ANY
          .withQueueDepth(1)
          .withQueues(1)
          .withCompletion(DeviceConfig.Completion.HARDIRQ)
          .withTimeout(new Timeout.Any(), OnTimeout.FAIL);

  private static List<Schedules.Ending> raced(
      DeviceConfig config, CompletionGuard guard, int bios, Map<BlkStatus, Integer> statuses) {
    return Schedules.every(
        MachineConfig.DEFAULT.withCpus(1),
        machine -> {
          BlockDevice disk = new BlockDevice(machine, "d", config, new Media(), guard);
          machine.task(
              "t",
              () -> {
                for (int i = 0; i < bios; i++) {
                  BlkStatus status = Disks.write(disk, i, 7, 0);
                  statuses.merge(status, 1, Integer::sum);
                }
              });
        });
  }

  /** The race of an answer with a time-out, complete: one of them ends the bio, never both. */
  @Test
  void answerAgainstTimeout_endsOnce_inEverySchedule() {
    Map<BlkStatus, Integer> statuses = new EnumMap<>(BlkStatus.class);
    List<Schedules.Ending> endings = raced(RACE, CompletionGuard.CLAIM, 1, statuses);
    for (Schedules.Ending ending : endings) {
      assertThat(ending.outcome()).as("%s", ending.machine().reports()).isEqualTo(Outcome.DONE);
      assertThat(ending.machine().reports()).isEmpty();
    }
    assertThat(statuses.keySet()).containsExactlyInAnyOrder(BlkStatus.OK, BlkStatus.TIMEOUT);
  }

  @Test
  void retriesAgainstAnswers_endOnce_underDice() {
    Map<BlkStatus, Integer> statuses = new EnumMap<>(BlkStatus.class);
    DeviceConfig config = RACE.withTimeout(new Timeout.Any(), OnTimeout.RETRY);
    for (long seed = 0; seed < 300; seed++) {
      Schedules.Ending ending =
          Schedules.one(
              Schedules.WORD,
              Schedules.seeded(seed),
              machine -> {
                BlockDevice disk = new BlockDevice(machine, "d", config);
                machine.task(
                    "t",
                    () -> {
                      for (int i = 0; i < 3; i++) {
                        statuses.merge(Disks.write(disk, i, 7, 0), 1, Integer::sum);
                      }
                      assertThat(disk.reportLeak()).isNull();
                    });
              });
      assertThat(ending.outcome()).as("seed %s", seed).isEqualTo(Outcome.DONE);
      assertThat(ending.machine().reports()).isEmpty();
    }
    assertThat(statuses).containsKey(BlkStatus.OK);
  }

  /** Which bugs a driver's guard has, found at the granularity of words. */
  private static Set<String> bugs(DeviceConfig config, CompletionGuard guard) {
    Set<String> bugs = new TreeSet<>();
    for (long seed = 0; seed < 400; seed++) {
      Schedules.Ending ending =
          Schedules.one(
              Schedules.WORD.withCpus(2),
              Schedules.seeded(seed),
              machine -> {
                BlockDevice disk = new BlockDevice(machine, "d", config, new Media(), guard);
                machine.task(
                    "t",
                    machine.cpu(0),
                    () -> {
                      for (int i = 0; i < 3; i++) {
                        Disks.write(disk, i, i + 1, 0);
                        if (disk.onMedium(i, 1)[0] == 0) {
                          machine.report(ReportKind.BUG, "ended, not done", "ended, not done");
                        }
                      }
                    });
              });
      ending
          .machine()
          .reports()
          .forEach(r -> bugs.add(r.title().replaceAll(":? [a-z]+ \\d.*", "")));
    }
    return bugs;
  }

  @Test
  void brokenLookThenMark_endsABioTwice_andTheClaimDoesNot() {
    DeviceConfig config = RACE.withIrqCpu(1);
    // A request that timed out is not done, which is as it should be.
    assertThat(bugs(config, CompletionGuard.BROKEN_LOOK_THEN_MARK))
        .contains("BUG: bio ended twice");
    assertThat(bugs(config, CompletionGuard.CLAIM)).doesNotContain("BUG: bio ended twice");
  }

  /** A second answer comes when its tag belongs to another write, which ends undone. */
  @Test
  void brokenNoGeneration_endsTheNextRequestOfTheTag_andTheClaimDoesNot() {
    DeviceConfig config =
        Disks.ANY
            .withQueueDepth(1)
            .withFaults(FaultPlan.NONE.and(Fault.DUPLICATE_COMPLETION, FaultAttr.ALWAYS));
    assertThat(bugs(config, CompletionGuard.BROKEN_NO_GENERATION)).contains("ended, not done");
    assertThat(bugs(config, CompletionGuard.CLAIM)).isEmpty();
  }

  /** Every fault, chosen by the explorer for each of two bios, in every schedule: once each. */
  @Test
  void anyFault_forEachRequest_endsOnce_inEverySchedule() {
    Map<String, Integer> outcomes = new java.util.TreeMap<>();
    DeviceConfig config =
        Disks.FIXED
            .withTimeout(ONE_SECOND, OnTimeout.FAIL)
            .withFaults(
                FaultPlan.NONE.andAnyOf(
                    java.util.EnumSet.complementOf(
                        java.util.EnumSet.of(
                            Fault.CORRUPTED_BYTE, Fault.TORN_WRITE, Fault.REQUEUE))));
    List<Schedules.Ending> endings =
        Schedules.every(
            MachineConfig.DEFAULT.withCpus(1),
            machine -> {
              BlockDevice disk = new BlockDevice(machine, "d", config);
              machine.task(
                  "t",
                  () -> {
                    for (int i = 0; i < 2; i++) {
                      Bio[] bio = new Bio[1];
                      int sector = i;
                      disk.submitAndWait(
                          told -> bio[0] = Bio.write(sector, Disks.data(1, 7), told));
                      outcomes.merge(bio[0].struckBy() + " " + bio[0].blkStatus(), 1, Integer::sum);
                    }
                  });
            });
    for (Schedules.Ending ending : endings) {
      assertThat(ending.outcome()).as("%s", ending.machine().reports()).isEqualTo(Outcome.DONE);
      assertThat(ending.machine().reports()).isEmpty();
    }
    assertThat(outcomes)
        .containsOnlyKeys(
            "[] OK",
            "[eio] IOERR",
            "[medium] MEDIUM",
            "[hung] TIMEOUT",
            "[late] TIMEOUT",
            "[lost_interrupt] OK",
            "[spurious_interrupt] OK",
            "[duplicate_completion] OK",
            "[dropped_write] OK");
  }

  // ---- leaks

  @Test
  void leak_isReported_whenARequestNeverEnds() {
    Schedules.Ending ending =
        Schedules.one(
            machine -> {
              BlockDevice disk = new BlockDevice(machine, "d", Disks.FIXED);
              disk.heldBy(
                  new BdevHolder() {
                    @Override
                    public int freezeBdev() {
                      return 0;
                    }

                    @Override
                    public int thawBdev() {
                      return 0;
                    }
                  });
              machine.task(
                  "t",
                  () -> {
                    disk.quiesceQueue();
                    disk.submitBio(Bio.read(0, 512, bio -> {}));
                    assertThat(disk.reportLeak()).isEqualTo("d has 1 tag in use");
                  });
            });
    assertThat(ending.complaints()).containsExactly(ReportKind.BUG);
  }

  /** A tag that is freed while somebody is about to sleep for it is not missed: every schedule. */
  @Test
  void waitForATag_isNeverMissed_inEverySchedule() {
    int[] count = new int[1];
    for (Schedules.Ending ending :
        Schedules.every(MachineConfig.DEFAULT, machine -> tagRace(machine))) {
      count[0]++;
      assertThat(ending.outcome()).isEqualTo(Outcome.DONE);
    }
    assertThat(count[0]).isGreaterThan(10);
    for (long seed = 0; seed < 300; seed++) {
      assertThat(
              Schedules.one(Schedules.WORD, Schedules.seeded(seed), TimeoutTest::tagRace).outcome())
          .as("seed %s", seed)
          .isEqualTo(Outcome.DONE);
    }
  }

  private static void tagRace(Machine machine) {
    BlockDevice disk = new BlockDevice(machine, "d", Disks.ANY.withQueueDepth(1));
    for (int i = 0; i < 2; i++) {
      int sector = i;
      machine.task("t" + i, () -> Disks.write(disk, sector, 1, 0));
    }
  }
}
