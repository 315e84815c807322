package org.vfslab.campaign;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.freeze.BdevFreeze;
import org.vfslab.freeze.FreezeRequest;
import org.vfslab.freeze.SuperFreeze;
import org.vfslab.lab.Lab;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.patch.Seams;
import org.vfslab.vfs.Inode;
import org.vfslab.vfs.SuperBlock;
import org.vfslab.vfs.UserProcess;

/**
 * A filesystem on a device with every fault: two threads with aio requests, one that does
 * everything else, and three freezers: by ioctl, of the kernel, and by the device.
 *
 * <p>At the end somebody makes the filesystem read-only and unmounts it, which works only if no
 * file is open and nobody may write any more.
 */
final class FilesystemBatch implements Batch {

  /** The size of each file. */
  static final int FILE_BYTES = 64 << 10;

  private static final int AIO_THREADS = 2;

  /** Enough for a journal. */
  private static final long SECTORS = 4_096;

  /** How many requests there are for each other call. */
  private static final int IOCBS_PER_CALL = 8;

  /** One of so many has a journal: when a write of that fails, all that follows is refused. */
  private static final int JOURNAL_IN = 4;

  private final int iocbs;
  private final Seams seams;
  private @Nullable String wrong;
  private @Nullable BlockDevice device;
  private Supplier<@Nullable String> leak = () -> "it never came to its end";

  FilesystemBatch(int iocbs, Seams seams) {
    this.iocbs = iocbs;
    this.seams = seams;
  }

  @Override
  public void setUp(Machine machine, SplittableRandom dice, Counts counts) {
    Lab lab = new Lab(machine, seams);
    BlockDevice disk = lab.disk("d", Machines.device(dice, SECTORS));
    SuperBlock sb =
        dice.nextInt(JOURNAL_IN) > 0
            ? lab.mount("/mnt", disk, BlockDevice.SECTOR_BYTES)
            : lab.mountJournalled("/mnt", disk, 2 * BlockDevice.SECTOR_BYTES);
    List<Inode> files =
        List.of(lab.file(sb, "/mnt/a", FILE_BYTES), lab.file(sb, "/mnt/b", FILE_BYTES));
    device = disk;
    SuperFreeze repair = lab.freezer(sb);
    BdevFreeze dm = lab.deviceFreeze(disk);
    List<Freezer.Way> ways =
        List.of(
            new Freezer.Way(
                "ioctl",
                () -> lab.process().ioctl("/mnt", UserProcess.FIFREEZE),
                () -> lab.process().ioctl("/mnt", UserProcess.FITHAW)),
            new Freezer.Way(
                "kernel",
                () -> repair.freezeSuper(FreezeRequest.KERNEL),
                () -> repair.thawSuper(FreezeRequest.KERNEL)),
            new Freezer.Way("device", dm::freezeBdev, dm::thawBdev));
    Progress progress = new Progress(machine, AIO_THREADS + 1, ways.size());
    for (Freezer.Way way : ways) {
      Freezer freezer = new Freezer(lab, disk, way, dice.split(), counts, this::wrong);
      machine.task("freezer by " + way.name(), () -> freezer.run(progress));
    }
    for (int i = 0; i < AIO_THREADS; i++) {
      int share = iocbs / AIO_THREADS + (i < iocbs % AIO_THREADS ? 1 : 0);
      AioThread thread = new AioThread(lab, share, dice.split(), counts, progress, this::wrong);
      machine.task("aio" + i, thread::run);
    }
    OtherCalls other = new OtherCalls(lab, dice.split(), progress, this::wrong);
    machine.task("other", () -> other.run(iocbs / IOCBS_PER_CALL));
    machine.task("last", () -> last(lab, sb, files, progress));
  }

  private void last(Lab lab, SuperBlock sb, List<Inode> files, Progress progress) {
    progress.awaitAll();
    long remounted = Call.of(lab, "remount", () -> lab.process().remount("/mnt", true));
    if (remounted != 0) {
      wrong("remount returned " + Errno.name(remounted));
    }
    long unmounted = Call.of(lab, "umount", () -> lab.process().umount("/mnt"));
    if (unmounted != 0) {
      wrong("umount returned " + Errno.name(unmounted));
    }
    leak = () -> Leaks.of(lab, sb, files);
  }

  private void wrong(String sentence) {
    if (wrong == null) {
      wrong = sentence;
    }
  }

  @Override
  public @Nullable String wrongAtEnd() {
    return wrong == null ? leak.get() : wrong;
  }

  @Override
  public @Nullable BlockDevice device() {
    return device;
  }
}
