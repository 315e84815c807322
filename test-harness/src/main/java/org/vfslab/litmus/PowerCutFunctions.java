package org.vfslab.litmus;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.block.DiskImage;
import org.vfslab.block.Remains;
import org.vfslab.lab.Reboot;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.OpenFlags;

/** What properties can ask of the disk as another machine would find it without power. */
final class PowerCutFunctions {

  /** With more possible disks than this, some are tried. */
  private static final int IMAGES_MAX = 64;

  static final List<Function> ALL =
      List.of(
          Function.of(
              "after_power_cut",
              List.of("path", "offset", "bytes"),
              "the value of these bytes if the power went now and the disk were mounted again",
              arguments -> {
                Slot<Inode> slot = arguments.file(0);
                String path = arguments.string(0, "a path");
                String mountPoint = arguments.journalledMountOf(0);
                Code offset = arguments.code(1);
                Code bytes = arguments.code(2);
                return new Costly() {
                  @Override
                  public long version(Frame frame) {
                    return disk(frame).remainsVersionNow();
                  }

                  @Override
                  public long run(Frame frame) {
                    long from = offset.run(frame);
                    return agreed(
                        disk(frame).remains(),
                        image -> value(image, mountPoint, path, from, from + bytes.run(frame)));
                  }

                  private BlockDevice disk(Frame frame) {
                    return frame.world().get(slot).sb().device();
                  }
                };
              }));

  private PowerCutFunctions() {}

  /** What is read from one disk. */
  private interface Look {
    int at(DiskImage image);
  }

  /**
   * What all disks say that may be left, or -1 where they do not agree. Of many, those on which
   * nothing survived, all did, or one unit alone did or did not.
   */
  private static int agreed(Remains remains, Look look) {
    long count = remains.count(IMAGES_MAX);
    int value = look.at(remains.image((unit, versions) -> 0));
    if (count <= IMAGES_MAX) {
      for (long i = 1; i < count && value >= 0; i++) {
        value = same(value, look.at(remains.image(remains.numbered(i))));
      }
      return value;
    }
    value = same(value, look.at(remains.image((unit, versions) -> versions)));
    for (int one = 0; one < Math.min(remains.units(), IMAGES_MAX / 2) && value >= 0; one++) {
      int alone = one;
      value = same(value, look.at(remains.image((unit, n) -> unit == alone ? n : 0)));
      value = same(value, look.at(remains.image((unit, n) -> unit == alone ? 0 : n)));
    }
    return value;
  }

  private static int same(int value, int other) {
    return value == other ? value : -1;
  }

  private static int value(DiskImage image, String mountPoint, String path, long from, long until) {
    int[] value = {-1};
    @Nullable String unusable =
        Reboot.mounted(
            image,
            mountPoint,
            lab -> {
              long fd = lab.process().open(path, OpenFlags.O_RDONLY);
              long length = until - from;
              if (fd >= 0 && length > 0 && length <= SystemCalls.TRANSFER_BYTES_MAX) {
                byte[] data = new byte[(int) length];
                if (lab.process().pread(fd, data, from) == length) {
                  value[0] = Data.copyOf(data).uniformValue();
                }
              }
            });
    return unusable == null ? value[0] : -1;
  }
}
