package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Access;
import org.vfslab.machine.Context;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.WaitQueue;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicWord;

/**
 * The part of a block device that hands bios to others as a table says: {@code struct
 * mapped_device} (drivers/md/dm.c, 7.2).
 *
 * <p>A bio goes to each target that it touches, an empty flush to all; it ends when all parts have.
 * A write with PREFLUSH is a flush first and a write afterwards, which a worker submits.
 */
public final class MappedDevice implements BlockDevice.Lower {
  private final Machine machine;
  private final BlockDevice device;
  private final RawLock lock;
  private final WaitQueue wait;

  /** Bios that are inside; counted before it is asked whether the device is suspended. */
  private final AtomicWord inside;

  // Protected by lock.
  private final List<Bio> deferred = new ArrayList<>();
  private boolean blocked;
  private DmTable table;
  private @Nullable DmTable inactive;
  private boolean suspended;
  private boolean lockedFs;

  MappedDevice(BlockDevice device, DmTable table) {
    this.machine = device.machine();
    this.device = device;
    this.table = table;
    this.lock = new RawLock(machine, "md of " + device.name());
    this.wait = new WaitQueue(machine, "md of " + device.name());
    this.inside = new AtomicWord(machine, "bios in " + device.name(), 0);
  }

  /**
   * {@code dmsetup create}: a device that is made of others.
   *
   * @param lookup finds the devices that the table names
   * @throws TableException with the kernel's words for what is wrong with the table
   */
  public static BlockDevice create(
      Machine machine, String name, String table, Function<String, @Nullable BlockDevice> lookup)
      throws TableException {
    return new BlockDevice(machine, name, DmTable.parse(machine, name, table, lookup));
  }

  // ---- bios

  /** {@code dm_submit_bio}. */
  @Override
  public void submit(Bio bio) {
    machine.beginCall(device, Access.WRITE);
    inside.fetchAdd(1);
    Context me = lock.beginLockedCall(device);
    boolean waits = blocked;
    if (waits && !bio.has(Bio.NOWAIT)) {
      deferred.add(bio);
    }
    lock.endLockedCall(me);
    if (waits) {
      leave();
    } else {
      device.started(bio);
    }
    machine.endCall();
    if (!waits) {
      process(bio);
    } else if (bio.has(Bio.NOWAIT)) {
      bio.end(BlkStatus.AGAIN);
    }
  }

  private void leave() {
    if (inside.addReturn(-1) == 0) {
      wait.wakeUpAll();
    }
  }

  /** {@code dm_split_and_process_bio}. */
  private void process(Bio bio) {
    if (bio.has(Bio.PREFLUSH) && bio.sectors() > 0 && device.config().writeCache()) {
      Bio flush =
          Bio.flush(
              ended -> {
                if (ended.blkStatus() == BlkStatus.OK) {
                  machine
                      .systemWorkqueue()
                      .queueWork(new Work(machine, "dm_wq_work", () -> parts(bio, bio)));
                } else {
                  finished(bio, ended.blkStatus());
                }
              });
      parts(flush, null);
    } else {
      parts(bio, bio);
    }
  }

  /**
   * Sends a bio to its targets.
   *
   * @param accounted the bio of the submitter that ends with it, or null
   */
  private void parts(Bio bio, @Nullable Bio accounted) {
    Bio whole =
        accounted == null
            ? bio
            : bio.without(Bio.PREFLUSH)
                .clone(
                    0,
                    bio.sectors(),
                    bio.sector(),
                    ended -> {
                      if (accounted.op() == BioOp.READ && ended.blkStatus() == BlkStatus.OK) {
                        accounted.filled(ended.data());
                      }
                      finished(accounted, ended.blkStatus());
                    });
    BioSplit split = new BioSplit(machine, whole);
    DmTable live = table;
    if (bio.sectors() == 0) {
      for (DmTable.Row row : live.rows()) {
        if (row.target().wantsFlush()) {
          row.target().map(new TargetIo(split.add(0, 0, 0).with(Bio.PREFLUSH)));
        }
      }
    } else {
      int from = 0;
      while (from < bio.sectors()) {
        long sector = bio.sector() + from;
        DmTable.Row row = live.find(sector);
        int count = (int) Math.min(bio.sectors() - from, row.start() + row.length() - sector);
        row.target().map(new TargetIo(split.add(from, count, sector - row.start())));
        from += count;
      }
    }
    split.allAdded();
  }

  private void finished(Bio bio, BlkStatus status) {
    device.ended(bio);
    device.told(bio);
    bio.end(status);
    leave();
  }

  @Override
  public int poll() {
    return 0; // REQ_POLLED does not go through: bios of others end by interrupt
  }

  // ---- suspend and resume

  /**
   * {@code dm_suspend}: nothing comes through until {@link #resume}. Sleeps until all bios that are
   * inside have ended.
   *
   * @param lockFs freeze the filesystem first, if the device is held by one
   * @return 0, -EINVAL if it is suspended already, or why the filesystem would not freeze
   */
  public int suspend(boolean lockFs) {
    Context me = lock.beginLockedCall(device);
    boolean already = suspended;
    suspended = true;
    DmTable live = table;
    lock.endLockedCall(me);
    if (already) {
      return -Errno.EINVAL;
    }
    live.rows().forEach(row -> row.target().presuspend());
    BdevHolder holder = device.holder();
    if (lockFs && holder != null) {
      int error = holder.freezeBdev();
      if (error < 0) {
        live.rows().forEach(row -> row.target().resume());
        unsuspended();
        return error;
      }
      lockedFs = true;
    }
    me = lock.beginLockedCall(device);
    blocked = true;
    lock.endLockedCall(me);
    wait.waitEvent("dm_wait_for_completion", () -> inside.loadAcquire() == 0);
    return 0;
  }

  /** {@code dm_table_load}: a table that {@link #resume} will put in force. */
  public void load(String text, Function<String, @Nullable BlockDevice> lookup)
      throws TableException {
    DmTable parsed = DmTable.parse(machine, device.name(), text, lookup);
    if (parsed.sectors() != device.sectors()) {
      throw new TableException(
          "a new table for "
              + device.name()
              + " has "
              + device.sectors()
              + " sectors as well, not "
              + parsed.sectors());
    }
    Context me = lock.beginLockedCall(device);
    inactive = parsed;
    lock.endLockedCall(me);
  }

  /**
   * {@code dm_resume}: lets bios through again, those first that had to wait, and thaws.
   *
   * @return 0, -EINVAL if it is not suspended, or why the filesystem would not thaw
   */
  public int resume() {
    Context me = lock.beginLockedCall(device);
    if (!suspended) {
      lock.endLockedCall(me);
      return -Errno.EINVAL;
    }
    DmTable next = inactive;
    DmTable old = table;
    if (next != null) {
      table = next;
      inactive = null;
    }
    DmTable live = table;
    blocked = false;
    List<Bio> waiting = List.copyOf(deferred);
    deferred.clear();
    lock.endLockedCall(me);
    if (next != null) {
      old.rows().forEach(row -> row.target().destroy());
    }
    live.rows().forEach(row -> row.target().resume());
    if (!waiting.isEmpty()) {
      machine
          .systemWorkqueue()
          .queueWork(new Work(machine, "dm_wq_work", () -> waiting.forEach(this::submit)));
    }
    unsuspended();
    BdevHolder holder = device.holder();
    if (lockedFs && holder != null) {
      lockedFs = false;
      return holder.thawBdev();
    }
    return 0;
  }

  private void unsuspended() {
    Context me = lock.beginLockedCall(device);
    suspended = false;
    lock.endLockedCall(me);
  }

  // ---- messages

  /** {@code dmsetup message <device> <sector> <words>}: 0 or a negative errno. */
  public int message(long sector, String words) {
    if (sector < 0 || sector >= device.sectors()) {
      return -Errno.EINVAL;
    }
    return table.find(sector).target().message(List.of(words.strip().split("\\s+")));
  }

  /** {@code dmsetup status}: a line for each target. */
  public List<String> status() {
    return table.rows().stream()
        .map(row -> (row.start() + " " + row.length() + " " + row.target().status()).strip())
        .toList();
  }

  /** The log of the first {@code log-writes} target, or null if there is none. */
  public @Nullable WriteLog writeLog() {
    for (DmTable.Row row : table.rows()) {
      if (row.target() instanceof LogWritesTarget logs) {
        return logs.log();
      }
    }
    return null;
  }

  /** {@code dmsetup remove}: the targets are taken down; nobody may use the device any more. */
  public void remove() {
    table.rows().forEach(row -> row.target().destroy());
  }

  Data medium(long sector, int sectors) {
    byte[] bytes = new byte[sectors * BlockDevice.SECTOR_BYTES];
    for (int i = 0; i < sectors; i++) {
      DmTable.Row row = table.find(sector + i);
      row.target()
          .medium(sector + i - row.start(), 1)
          .copyTo(0, bytes, i * BlockDevice.SECTOR_BYTES, BlockDevice.SECTOR_BYTES);
    }
    return Data.copyOf(bytes);
  }
}
