package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.machine.Context;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;

/**
 * {@code <dev> <logdev>}: passes bios through and logs writes in the order in which they are
 * durable (drivers/md/dm-log-writes.c, 7.2).
 *
 * <p>A write that has completed waits until a flush that was issued after that has completed; then
 * it is logged, in front of the flush. One with FUA is logged when it completes. The log is kept
 * beside the model; the log device is looked up and not written.
 */
final class LogWritesTarget implements DmTarget {
  private final BlockDevice device;
  private final BlockDevice logDevice;
  private final RawLock lock;

  // Protected by lock.
  private final List<WriteLog.Entry> unflushed = new ArrayList<>();
  private final WriteLog log = new WriteLog();

  LogWritesTarget(Machine machine, DmArgs args) throws TableException {
    if (args.count() < 2) {
      throw new TableException("Invalid argument count");
    }
    this.device = args.device("Device lookup failed");
    this.logDevice = args.device("Log device lookup failed");
    this.lock = new RawLock(machine, "blocks_lock");
  }

  @Override
  public void map(TargetIo io) {
    Bio bio = io.bio();
    if (!bio.op().isWrite()) {
      io.remap(device, 0);
      return;
    }
    if (bio.sectors() == 0) {
      List<WriteLog.Entry> covered = takeUnflushed();
      WriteLog.Entry flush = WriteLog.Entry.of(bio);
      io.remap(
          device,
          0,
          bio.data(),
          (mine, lower) -> {
            Context me = lock.beginLockedCall(lock);
            covered.forEach(log::add);
            log.add(flush);
            lock.endLockedCall(me);
            return lower.blkStatus();
          });
      return;
    }
    WriteLog.Entry entry = WriteLog.Entry.of(bio);
    io.remap(
        device,
        0,
        bio.data(),
        (mine, lower) -> {
          Context me = lock.beginLockedCall(lock);
          if (bio.has(Bio.FUA)) {
            log.add(entry);
          } else {
            unflushed.add(entry);
          }
          lock.endLockedCall(me);
          return lower.blkStatus();
        });
  }

  private List<WriteLog.Entry> takeUnflushed() {
    Context me = lock.beginLockedCall(lock);
    List<WriteLog.Entry> taken = List.copyOf(unflushed);
    unflushed.clear();
    lock.endLockedCall(me);
    return taken;
  }

  /** {@code mark <text>}. */
  @Override
  public int message(List<String> words) {
    if (words.size() != 2 || !words.getFirst().equals("mark")) {
      return -Errno.EINVAL;
    }
    Context me = lock.beginLockedCall(lock);
    log.add(WriteLog.Entry.mark(words.get(1)));
    lock.endLockedCall(me);
    return 0;
  }

  @Override
  public void destroy() {
    List<WriteLog.Entry> rest = takeUnflushed();
    Context me = lock.beginLockedCall(lock);
    rest.forEach(log::add);
    log.add(WriteLog.Entry.mark("dm-log-writes-end"));
    lock.endLockedCall(me);
  }

  /** Entries, and the sector behind the last one of the log, which begins with a super sector. */
  @Override
  public String status() {
    long sectors = 1;
    for (WriteLog.Entry entry : log.entries()) {
      sectors += 1 + (entry.op() == BioOp.DISCARD ? 0 : entry.sectors());
    }
    return log.entries().size() + " " + (sectors - 1);
  }

  WriteLog log() {
    return log;
  }

  @Override
  public List<BlockDevice> devices() {
    return List.of(device, logDevice);
  }

  @Override
  public Data medium(long sector, int sectors) {
    return device.medium(sector, sectors);
  }
}
