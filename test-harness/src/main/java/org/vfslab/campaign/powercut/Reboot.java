package org.vfslab.campaign.powercut;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.block.DeviceConfig;
import org.vfslab.block.DiskImage;
import org.vfslab.block.Latency;
import org.vfslab.campaign.Dice;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.MachineConfig;
import org.vfslab.machine.RunResult;
import org.vfslab.patch.Seams;
import org.vfslab.vfs.FsCheck;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.UserProcess;

/** Another machine that mounts what is left of a disk, and looks at all of it. */
final class Reboot {
  private static final MachineConfig MACHINE =
      MachineConfig.DEFAULT.withCpus(1).withRaceDetection(false);

  private final List<Map<String, Book.Found>> found = new ArrayList<>();
  private @Nullable String wrong;

  private Reboot() {}

  /**
   * Mounts an image, which replays the journal, and compares what is there with what may be.
   *
   * @param books of the actors, by their numbers
   * @return what is wrong, in a sentence, or null
   */
  static @Nullable String wrong(DiskImage image, List<Book> books) {
    Reboot reboot = new Reboot();
    Machine machine = Machine.deterministic(MACHINE, new Dice(0));
    Lab lab = new Lab(machine, Seams.UPSTREAM);
    DeviceConfig config = new DeviceConfig(image.sectors(), 64, new Latency.None());
    BlockDevice disk = lab.add(new BlockDevice(machine, "d", config, image));
    machine.task("reboot", () -> reboot.look(lab, disk, books.size()));
    String ended = null;
    try {
      RunResult result = machine.run();
      if (result.outcome() != RunResult.Outcome.DONE) {
        ended = "the machine that mounts it ends with " + result.outcome();
      } else if (!machine.reports().isEmpty()) {
        ended = machine.reports().getFirst().title();
      }
    } catch (RuntimeException e) {
      ended = "what is on the disk makes no sense: " + e;
    }
    if (reboot.wrong != null || ended != null) {
      return reboot.wrong != null ? reboot.wrong : ended;
    }
    for (int i = 0; i < books.size(); i++) {
      String why = books.get(i).wrong(reboot.found.get(i));
      if (why != null) {
        return "in directory " + i + ": " + why;
      }
    }
    return FsCheck.problem(Objects.requireNonNull(lab.filesystemOn(disk)));
  }

  private void look(Lab lab, BlockDevice disk, int actors) {
    UserProcess process = lab.process();
    long error = process.mount(disk, "/mnt", false);
    if (error < 0) {
      wrong = "it cannot be mounted: " + Errno.name(error);
      return;
    }
    for (int actor = 0; actor < actors; actor++) {
      Map<String, Book.Found> files = new HashMap<>();
      for (String name : Program.NAMES) {
        long fd = process.open(Program.path(actor, name), OpenFlags.O_RDONLY);
        if (fd >= 0) {
          files.put(name, read(process, fd));
          process.close(fd);
        } else if (fd != -Errno.ENOENT) {
          wrong = "open of " + name + " fails with " + Errno.name(fd);
        }
      }
      found.add(files);
    }
  }

  private static Book.Found read(UserProcess process, long fd) {
    long[] size = new long[1];
    process.fstat(fd, stat -> size[0] = stat.sizeBytes());
    if (size[0] % BlockDevice.SECTOR_BYTES != 0 || size[0] > Program.FILE_BYTES_MAX) {
      return new Book.Found(-1, List.of());
    }
    byte[] data = new byte[(int) size[0]];
    long count = process.read(fd, data);
    int sectors = (int) (count / BlockDevice.SECTOR_BYTES);
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < sectors; i++) {
      int from = i * BlockDevice.SECTOR_BYTES;
      values.add(Data.copyOf(data, from, from + BlockDevice.SECTOR_BYTES).uniformValue());
    }
    return new Book.Found(sectors, values);
  }
}
