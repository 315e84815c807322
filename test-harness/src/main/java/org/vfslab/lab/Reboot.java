package org.vfslab.lab;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.DiskImage;
import org.vfslab.block.Latency;
import org.vfslab.machine.Errno;
import org.vfslab.machine.FirstCome;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.patch.Seams;

/** Another machine, which mounts what a power cut has left of a disk. */
public final class Reboot {
  private static final MachineConfig MACHINE =
      MachineConfig.DEFAULT.withCpus(1).withRaceDetection(false);

  private Reboot() {}

  /**
   * Mounts an image, which replays its journal, and has a task look at it.
   *
   * @param look what the task does once it is mounted; it may make system calls
   * @return why it could not be mounted or looked at, in a sentence, or null
   */
  public static @Nullable String mounted(DiskImage image, String mountPoint, Consumer<Lab> look) {
    Machine machine = Machine.deterministic(MACHINE, new FirstCome());
    Lab lab = new Lab(machine, Seams.UPSTREAM);
    DeviceConfig config = new DeviceConfig(image.sectors(), 64, new Latency.None());
    BlockDevice disk = lab.add(new BlockDevice(machine, "d", config, image));
    AtomicReference<@Nullable String> wrong = new AtomicReference<>();
    machine.task(
        "reboot",
        () -> {
          long error = lab.process().mount(disk, mountPoint, false);
          if (error == 0) {
            look.accept(lab);
          } else {
            wrong.set("it cannot be mounted: " + Errno.name(error));
          }
        });
    RunResult result;
    try {
      result = machine.run();
    } catch (RuntimeException e) {
      return "what is on the disk makes no sense: " + e;
    }
    if (wrong.get() == null && !machine.reports().isEmpty()) {
      return machine.reports().getFirst().title();
    }
    return wrong.get() != null || result.outcome() == RunResult.Outcome.DONE
        ? wrong.get()
        : "the machine that mounts it ends with " + result.outcome();
  }
}
