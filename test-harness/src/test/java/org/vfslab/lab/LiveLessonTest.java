package org.vfslab.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.Latency;
import org.vfslab.explore.Execution;
import org.vfslab.litmus.LitmusScenario;
import org.vfslab.litmus.syntax.LitmusParser;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.patch.Seams;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.UserProcess;

/** The same code on real threads. */
final class LiveLessonTest {

  private static final MachineConfig IMPATIENT =
      MachineConfig.DEFAULT.withHangAfterNs(3_000_000_000L);

  @Test
  @Timeout(20)
  void freezeWaitsForAio_twoHundredTimes_neverHangsAndNeverBreaks() throws IOException {
    String text;
    try (InputStream in =
        getClass().getResourceAsStream("/scenarios/freeze-waits-for-aio.litmus")) {
      text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    LitmusScenario scenario =
        LitmusScenario.compile(LitmusParser.parse("lesson", text), List.of(), IMPATIENT);
    for (int i = 0; i < 200; i++) {
      Execution execution = Execution.live(scenario);
      assertThat(execution.findings()).as("run %s", i).isEmpty();
      assertThat(execution.result().outcome()).isEqualTo(Outcome.DONE);
    }
  }

  /** Writers, an aio writer and a freezer on real threads; at the end every byte is there. */
  @Test
  @Timeout(20)
  void writersAndFreezer_onRealThreads_loseNothing() {
    for (int round = 0; round < 10; round++) {
      Machine machine = Machine.live(IMPATIENT.withCpus(4));
      Lab lab = new Lab(machine, Seams.UPSTREAM);
      BlockDevice disk = lab.disk("d", new DeviceConfig(4096, 2, new Latency.Fixed(20_000)));
      var sb = lab.mount("/mnt", disk, 512);
      var inode = lab.file(sb, "/mnt/a", 16384);
      AioUser user = new AioUser(lab, 4);
      List<Long> bad = new ArrayList<>();
      user.thread(
          "buffered",
          () -> {
            long fd = user.open(OpenFlags.O_RDWR);
            for (int i = 0; i < 8; i++) {
              note(bad, lab.process().pwrite(fd, filled(512, 1), 512L * i), 512);
            }
            note(bad, lab.process().fsync(fd), 0);
          });
      user.thread(
          "aio",
          () -> {
            long fd = user.open(AioUser.DIRECT);
            for (int i = 0; i < 8; i++) {
              note(bad, user.submit(user.write(fd, 8192 + 512L * i, 512)), 1);
              user.reap(1);
            }
          });
      user.thread(
          "freezer",
          () -> {
            for (int i = 0; i < 5; i++) {
              note(bad, lab.process().ioctl("/mnt", UserProcess.FIFREEZE), 0);
              note(bad, lab.process().ioctl("/mnt", UserProcess.FITHAW), 0);
            }
          });
      assertThat(machine.run().outcome()).as("round %s", round).isEqualTo(Outcome.DONE);
      assertThat(machine.reports()).isEmpty();
      assertThat(bad).isEmpty();
      assertThat(disk.onMedium(inode.sectorOf(0), 8)).containsOnly(1);
      assertThat(user.context.requestsNow()).isZero();
      assertThat(user.context.completedNow()).isEqualTo(8);
      assertThat(sb.active().peek()).isEqualTo(1);
    }
  }

  private static byte[] filled(int length, int value) {
    byte[] data = new byte[length];
    java.util.Arrays.fill(data, (byte) value);
    return data;
  }

  private static void note(List<Long> bad, long result, long wanted) {
    if (result != wanted) {
      synchronized (bad) {
        bad.add(result);
      }
    }
  }

  /** A writer that a freeze keeps out sleeps; it does not spin, and a thaw lets it in. */
  @Test
  @Timeout(20)
  void writer_onARealThread_sleepsWhileFrozen() {
    Machine machine = Machine.live(IMPATIENT);
    Lab lab = new Lab(machine, Seams.UPSTREAM);
    var sb = lab.mount("/mnt", lab.disk("d", new DeviceConfig(4096, 2, new Latency.Fixed(0))), 512);
    lab.file(sb, "/mnt/a", 4096);
    AtomicLong written = new AtomicLong(-1);
    AtomicLong whileFrozen = new AtomicLong(-1);
    machine.task(
        "freezer",
        () -> {
          lab.process().ioctl("/mnt", UserProcess.FIFREEZE);
          machine.task(
              "writer",
              () -> {
                long fd = lab.process().open("/mnt/a", OpenFlags.O_RDWR);
                written.set(lab.process().pwrite(fd, new byte[512], 0));
              });
          await()
              .atMost(Duration.ofSeconds(2))
              .pollInterval(Duration.ofMillis(1))
              .until(
                  () ->
                      machine.tasks().stream()
                          .anyMatch(
                              task -> task.name().equals("writer") && task.waitsFor() != null));
          whileFrozen.set(written.get());
          lab.process().ioctl("/mnt", UserProcess.FITHAW);
        });
    assertThat(machine.run().outcome()).isEqualTo(Outcome.DONE);
    assertThat(machine.reports()).isEmpty();
    assertThat(whileFrozen).hasValue(-1);
    assertThat(written).hasValue(512);
  }
}
