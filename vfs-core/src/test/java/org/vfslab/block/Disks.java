package org.vfslab.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.vfslab.machine.Chance;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Enabled;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult.Outcome;
import org.vfslab.machine.Schedules;

/** What tests of block devices share. */
final class Disks {

  static final int SECTOR = BlockDevice.SECTOR_BYTES;

  /** 64 sectors, 4 tags, one microsecond, one CPU's worth of queue for each CPU. */
  static final DeviceConfig FIXED = new DeviceConfig(64, 4, new Latency.Fixed(1000));

  /** The same with completions at any moment. */
  static final DeviceConfig ANY = FIXED.withLatency(new Latency.Any());

  private Disks() {}

  static Data data(int sectors, int value) {
    return new Data.Uniform((byte) value, sectors * SECTOR);
  }

  static byte[] bytes(int sectors, int value) {
    byte[] data = new byte[sectors * SECTOR];
    Arrays.fill(data, (byte) value);
    return data;
  }

  /** Writes, and waits for the end. */
  static BlkStatus write(BlockDevice disk, long sector, int value, int flags) {
    return disk.submitAndWait(told -> Bio.write(sector, data(1, value), told).with(flags));
  }

  /** Reads one sector: the byte that all are, or the negative errno, or -1000 if they differ. */
  static int read(BlockDevice disk, long sector) {
    Bio[] made = new Bio[1];
    BlkStatus status =
        disk.submitAndWait(
            told -> {
              made[0] = Bio.read(sector, SECTOR, told);
              return made[0];
            });
    if (status != BlkStatus.OK) {
      return status.errno();
    }
    int value = made[0].data().uniformValue();
    return value < 0 ? -1000 : value;
  }

  /** Submits without waiting; the end completes {@code done}. */
  static Bio submit(BlockDevice disk, Bio bio) {
    disk.submitBio(bio);
    return bio;
  }

  static Bio write(long sector, int value, Completion done) {
    return Bio.write(sector, data(1, value), ended -> done.complete());
  }

  /** Runs one task alone, and demands that nothing is wrong at the end. */
  static Machine alone(Chance chance, Consumer<Machine> task) {
    Schedules.Ending ending =
        Schedules.one(
            MachineConfig.DEFAULT,
            chance,
            machine -> machine.task("t", machine.cpu(0), () -> task.accept(machine)));
    assertThat(ending.outcome()).as("%s", ending.machine().reports()).isEqualTo(Outcome.DONE);
    assertThat(ending.machine().reports()).isEmpty();
    return ending.machine();
  }

  static Machine alone(Consumer<Machine> task) {
    return alone(Schedules.first(), task);
  }

  /** Takes the first transition, and these answers to other questions; then 0. */
  static Chance answers(Integer... answers) {
    List<Integer> left = new java.util.ArrayList<>(List.of(answers));
    return new Chance() {
      @Override
      public int schedule(Enabled enabled) {
        return Math.max(0, enabled.runningAt());
      }

      @Override
      public int choose(int count, String question) {
        int answer = left.isEmpty() ? 0 : left.removeFirst();
        return Math.min(answer, count - 1);
      }
    };
  }
}
