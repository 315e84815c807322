package org.vfslab.vfs;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.Bio;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.block.DeviceConfig;
import org.vfslab.lockdep.Mode;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicWord;
import org.vfslab.trace.Happening;

/**
 * Transfers past the page cache, in the manner of {@code fs/iomap/direct-io.c} (7.2).
 *
 * <p>An asynchronous request is queued ({@code -EIOCBQUEUED}) and ended by the interrupt of its
 * last bio: right there when nothing needs a task, that is for reads and for writes to written
 * blocks inside a file that has no cached pages by then; otherwise, and after errors, by a worker.
 * The order at the end: unwritten blocks and size, invalidation, {@link DataLocking#ends}, the
 * flush of O_DSYNC, completion callback.
 */
final class DirectIo {
  private final Kiocb iocb;
  private final Inode inode;
  private final BioOp op;
  private final byte[] data;
  private final Mode held;
  private final Machine machine;
  private final AtomicWord refs;
  private final AtomicWord error;

  /** What the submitter waits for; null if it does not. */
  private final @Nullable Completion done;

  private final boolean waits;

  /** {@code dio->i_size}: the size when it was submitted. */
  private final long sizeBytes;

  private final boolean unwritten;
  private final boolean needsSync;

  /** {@code REQ_FUA} for its writes, or 0. */
  private final int fua;

  /** Written before the submitter's reference goes. */
  private boolean handedOver;

  private DirectIo(Kiocb iocb, BioOp op, byte[] data, Mode held, boolean waits) {
    this.iocb = iocb;
    this.inode = iocb.file().inode();
    this.op = op;
    this.data = data;
    this.held = held;
    this.machine = inode.sb().machine();
    this.waits = waits || iocb.isSync();
    this.refs = new AtomicWord(machine, "dio->ref", 1);
    this.error = new AtomicWord(machine, "dio->error", 0);
    this.done = this.waits ? new Completion(machine, "direct I/O") : null;
    this.sizeBytes = inode.sizeNow();
    this.unwritten = op == BioOp.WRITE && !allWritten();
    boolean dsync = op == BioOp.WRITE && iocb.isDsync();
    boolean through = dsync && writesThrough();
    this.fua = through ? Bio.FUA : 0;
    this.needsSync = dsync && !through;
  }

  private boolean allWritten() {
    int block = inode.sb().blockBytes();
    for (long at = iocb.pos() - iocb.pos() % block; at < end(); at += block) {
      if (!inode.isWritten(at)) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@code IOMAP_DIO_WRITE_THROUGH}: the write itself is all that has to be durable, and the device
   * can do that: it has FUA, or no volatile cache ({@code bdev_fua || !bdev_write_cache}).
   */
  private boolean writesThrough() {
    DeviceConfig device = inode.sb().device().config();
    return !iocb.isSyncAll()
        && !unwritten
        && !isExtending()
        && (device.fua() || !device.writeCache())
        && !inode.isDatasyncDirty();
  }

  private long end() {
    return iocb.pos() + data.length;
  }

  private boolean isExtending() {
    return op == BioOp.WRITE && end() > sizeBytes;
  }

  /**
   * {@code iomap_dio_rw}: the range is aligned to sectors, and its blocks have places if it is
   * written.
   *
   * @param held how the caller holds i_rwsem
   * @param forceWait {@code IOMAP_DIO_FORCE_WAIT}: wait for the end even if asynchronous
   * @return the bytes transferred, a negative errno, {@code -EIOCBQUEUED}, or {@code -ENOTBLK} when
   *     cached pages do not go
   */
  static long start(Kiocb iocb, BioOp op, byte[] data, Mode held, boolean forceWait) {
    Inode inode = iocb.file().inode();
    int failed =
        op == BioOp.WRITE
            ? inode.pages().invalidate(iocb.pos(), data.length, iocb.isNowait())
            : inode.pages().writeAndWait(iocb.isNowait());
    if (failed < 0) {
      return failed;
    }
    DirectIo dio = new DirectIo(iocb, op, data, held, forceWait);
    DataLocking locking = inode.sb().dataLocking();
    locking.begins(inode);
    if (dio.isExtending()) {
      inode.sb().directIoEnd().extendsTo(inode, dio.end());
    }
    dio.submitBios();
    if (!dio.waits) {
      dio.handedOver = true;
      locking.handsOver(inode, held);
    }
    if (dio.refs.addReturn(-1) > 0) {
      if (!dio.waits) {
        return -Errno.EIOCBQUEUED;
      }
      Objects.requireNonNull(dio.done).waitForCompletion();
    } else if (!dio.waits) {
      dio.handedOver = false;
      locking.takesBack(inode, held);
    }
    return dio.finish(true);
  }

  /**
   * {@code IOCB_HIPRI} of an asynchronous request stays where one bio is all that there is, and its
   * end needs no task.
   */
  private boolean isPolled(int bytes) {
    return iocb.isHipri()
        && inode.sb().device().canPoll()
        && !waits
        && bytes == data.length
        && !unwritten
        && !isExtending()
        && !needsSync;
  }

  /** One bio for each run of blocks that follow each other on the device; a hole needs none. */
  private void submitBios() {
    int blockBytes = inode.sb().blockBytes();
    if (op == BioOp.WRITE) {
      zeroRest(iocb.pos() - iocb.pos() % blockBytes, iocb.pos());
      zeroRest(end(), (end() + blockBytes - 1) / blockBytes * blockBytes);
    }
    int start = 0;
    while (start < data.length) {
      if (!hasData(start)) {
        start = fillHole(start);
        continue;
      }
      long sector = inode.sectorOf(iocb.pos() + start);
      int end = start;
      do {
        end += blockBytes - (int) ((iocb.pos() + end) % blockBytes);
      } while (end < data.length
          && hasData(end)
          && inode.sectorOf(iocb.pos() + end) == sector + (end - start) / BlockDevice.SECTOR_BYTES);
      end = Math.min(end, data.length);
      if (op == BioOp.READ) {
        int first = start;
        submit(Bio.read(sector, end - start, bio -> endIo(bio, first)));
      } else {
        submitWrite(sector, Data.copyOf(data, start, end));
      }
      start = end;
    }
  }

  private void submitWrite(long sector, Data part) {
    submit(Bio.write(sector, part, bio -> endIo(bio, 0)).with(fua));
  }

  private void submit(Bio bio) {
    refs.fetchAdd(1);
    BlockDevice device = inode.sb().device();
    if (isPolled(bio.sectors() * BlockDevice.SECTOR_BYTES)) {
      iocb.polledOn(device);
      device.submitBio(bio.with(Bio.POLLED));
    } else {
      device.submitBio(bio);
    }
  }

  private boolean hasData(int offset) {
    long pos = iocb.pos() + offset;
    return op == BioOp.WRITE ? inode.isMapped(pos) : inode.isWritten(pos);
  }

  /** {@code iomap_dio_zero}: the part of a new block that is not written has to be zeroes. */
  private void zeroRest(long from, long to) {
    if (from < to && !inode.isWritten(from)) {
      submitWrite(inode.sectorOf(from), Data.zeroes((int) (to - from)));
    }
  }

  /** {@code iomap_dio_hole_iter}: reads zeroes up to the end of a block; returns where that is. */
  private int fillHole(int start) {
    int blockBytes = inode.sb().blockBytes();
    int end = start + blockBytes - (int) ((iocb.pos() + start) % blockBytes);
    int until = Math.min(end, data.length);
    Arrays.fill(data, start, until, (byte) 0);
    return until;
  }

  /** {@code iomap_dio_bio_end_io}: most often in a hard interrupt. */
  private void endIo(Bio bio, int offset) {
    iocb.polledOn(null);
    if (bio.status() < 0) {
      error.compareAndSet(0, bio.status());
    } else if (op == BioOp.READ) {
      bio.data().copyTo(0, data, offset, bio.data().length());
    }
    if (refs.addReturn(-1) > 0) {
      return;
    }
    if (waits) {
      Objects.requireNonNull(done).complete();
      return;
    }
    boolean maySleep = needsTask();
    Runnable end = () -> iocb.complete(finish(maySleep));
    if (maySleep && inode.sb().directIoEnd().usesWorker()) {
      inode.sb().dioDone().queueWork(new Work(machine, "dio work", end));
    } else {
      end.run();
    }
  }

  /** {@code iomap_dio_done}: what may sleep is not for an interrupt. */
  private boolean needsTask() {
    return unwritten
        || isExtending()
        || needsSync
        || (op == BioOp.WRITE && inode.pages().isPopulated())
        || error.loadAcquire() < 0;
  }

  /** {@code iomap_dio_complete}. */
  private long finish(boolean maySleep) {
    long result = error.loadAcquire();
    if (result == 0) {
      result = op == BioOp.READ ? Math.min(data.length, sizeBytes - iocb.pos()) : data.length;
    }
    if (op == BioOp.WRITE && result > 0 && (unwritten || isExtending())) {
      inode.sb().directIoEnd().updates(inode, this::endWrite);
    }
    if (maySleep && op == BioOp.WRITE && inode.pages().isPopulated()) {
      invalidateAfterWrite();
    }
    inode.sb().dataLocking().ends(inode, held, handedOver);
    return result > 0 && needsSync ? Sync.writeSync(iocb, result) : result;
  }

  /** {@code ext4_dio_write_end_io}: what was unwritten is written, and the file is longer. */
  private void endWrite() {
    Transaction transaction = Transaction.start(inode.sb());
    if (unwritten) {
      inode.blocks().convert(iocb.pos(), data.length);
    }
    if (end() > inode.size()) {
      inode.sizeAtCompletion(end());
      inode.diskSize(end());
    }
    transaction.changes(inode);
    transaction.stop();
  }

  /** {@code kiocb_invalidate_post_direct_write}. */
  private void invalidateAfterWrite() {
    if (inode.sb().directIoEnd().invalidates() && !inode.pages().drop(iocb.pos(), data.length)) {
      inode.pages().errors().set(-Errno.EIO);
      if (machine.tracing()) {
        machine.trace(
            new Happening.Noted(
                "Page cache invalidation failure on direct I/O.  Possible data corruption due to"
                    + " collision with buffered I/O!"));
      }
    }
  }
}
