package org.vfslab.campaign.powercut;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.block.DiskImage;
import org.vfslab.lab.Lab;
import org.vfslab.lab.Reboot;
import org.vfslab.machine.Errno;
import org.vfslab.vfs.FsCheck;
import org.vfslab.vfs.OpenFlags;
import org.vfslab.vfs.UserProcess;

/** Mounts what is left of a disk and looks at all of it. */
final class AfterCut {

  private AfterCut() {}

  /**
   * Mounts an image, which replays the journal, and compares what is there with what may be.
   *
   * @param books of the actors, by their numbers
   * @return what is wrong, in a sentence, or null
   */
  static @Nullable String wrong(DiskImage image, List<Book> books) {
    AtomicReference<@Nullable String> wrong = new AtomicReference<>();
    String unusable = Reboot.mounted(image, "/mnt", lab -> wrong.set(look(lab, books)));
    return unusable != null ? unusable : wrong.get();
  }

  private static @Nullable String look(Lab lab, List<Book> books) {
    for (int actor = 0; actor < books.size(); actor++) {
      Map<String, Book.Found> files = new HashMap<>();
      for (String name : Program.NAMES) {
        long fd = lab.process().open(Program.path(actor, name), OpenFlags.O_RDONLY);
        if (fd >= 0) {
          files.put(name, read(lab.process(), fd));
          lab.process().close(fd);
        } else if (fd != -Errno.ENOENT) {
          return "open of " + name + " fails with " + Errno.name(fd);
        }
      }
      String why = books.get(actor).wrong(files);
      if (why != null) {
        return "in directory " + actor + ": " + why;
      }
    }
    return FsCheck.problem(lab.filesystems().iterator().next());
  }

  private static Book.Found read(UserProcess process, long fd) {
    long[] size = new long[1];
    process.fstat(fd, stat -> size[0] = stat.sizeBytes());
    if (size[0] % BlockDevice.SECTOR_BYTES != 0 || size[0] > Program.FILE_BYTES_MAX) {
      return new Book.Found(-1, List.of());
    }
    byte[] data = new byte[(int) size[0]];
    int sectors = (int) (process.read(fd, data) / BlockDevice.SECTOR_BYTES);
    List<Integer> values = new ArrayList<>();
    for (int i = 0; i < sectors; i++) {
      int from = i * BlockDevice.SECTOR_BYTES;
      values.add(Data.copyOf(data, from, from + BlockDevice.SECTOR_BYTES).uniformValue());
    }
    return new Book.Found(sectors, values);
  }
}
