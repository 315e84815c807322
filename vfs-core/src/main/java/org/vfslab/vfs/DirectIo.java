package org.vfslab.vfs;

import org.vfslab.block.Bio;
import org.vfslab.block.BioOp;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicWord;

/**
 * Transfers past the page cache, in the manner of {@code fs/iomap/direct-io.c} (7.2).
 *
 * <p>An asynchronous request is queued ({@code -EIOCBQUEUED}) and ended by the interrupt of its
 * last bio: right there when nothing needs a task, that is for reads and for writes to mapped
 * blocks of a file that has no cached pages by then; otherwise, and after errors, by a worker. The
 * order at the end: size, invalidation, {@code inode_dio_end}, completion callback.
 */
final class DirectIo {
  private final Kiocb iocb;
  private final Inode inode;
  private final BioOp op;
  private final byte[] data;
  private final Machine machine;
  private final AtomicWord refs;
  private final AtomicWord error;
  private final Completion done;
  private final boolean waits;

  private DirectIo(Kiocb iocb, BioOp op, byte[] data, boolean waits) {
    this.iocb = iocb;
    this.inode = iocb.file().inode();
    this.op = op;
    this.data = data;
    this.machine = inode.sb().machine();
    this.waits = waits || iocb.isSync();
    this.refs = new AtomicWord(machine, "dio->ref", 1);
    this.error = new AtomicWord(machine, "dio->error", 0);
    this.done = new Completion(machine, "direct I/O");
  }

  /**
   * {@code iomap_dio_rw}: i_rwsem is held in any mode; the range is block-mapped and aligned to
   * sectors.
   *
   * @param forceWait {@code IOMAP_DIO_FORCE_WAIT}: wait for the end even if asynchronous
   * @return the bytes transferred, a negative errno, or {@code -EIOCBQUEUED}
   */
  static long start(Kiocb iocb, BioOp op, byte[] data, boolean forceWait) {
    Inode inode = iocb.file().inode();
    int failed =
        op == BioOp.WRITE
            ? inode.pages().invalidate(iocb.pos(), data.length)
            : inode.pages().writeAndWait();
    if (failed < 0) {
      return failed;
    }
    DirectIo dio = new DirectIo(iocb, op, data, forceWait);
    inode.dioCount().begin();
    dio.submitBios();
    if (dio.refs.addReturn(-1) > 0) {
      if (!dio.waits) {
        return -Errno.EIOCBQUEUED;
      }
      dio.done.waitForCompletion();
    }
    return dio.finish(true);
  }

  /** One bio for each run of blocks that follow each other on the device; a hole needs none. */
  private void submitBios() {
    int blockBytes = inode.sb().blockBytes();
    int start = 0;
    while (start < data.length) {
      if (!inode.isMapped(iocb.pos() + start)) {
        start = fillHole(start);
        continue;
      }
      long sector = inode.sectorOf(iocb.pos() + start);
      int end = start;
      do {
        end += blockBytes - (int) ((iocb.pos() + end) % blockBytes);
      } while (end < data.length
          && inode.isMapped(iocb.pos() + end)
          && inode.sectorOf(iocb.pos() + end) == sector + (end - start) / BlockDevice.SECTOR_BYTES);
      end = Math.min(end, data.length);
      int first = start;
      Bio.EndIo told = bio -> endIo(bio, first);
      refs.fetchAdd(1);
      inode
          .sb()
          .device()
          .submitBio(
              op == BioOp.READ
                  ? Bio.read(sector, end - first, told)
                  : Bio.write(sector, Data.copyOf(data, first, end), told));
      start = end;
    }
  }

  /** {@code iomap_dio_hole_iter}: reads zeroes up to the end of a block; returns where that is. */
  private int fillHole(int start) {
    int blockBytes = inode.sb().blockBytes();
    int end = start + blockBytes - (int) ((iocb.pos() + start) % blockBytes);
    int until = Math.min(end, data.length);
    java.util.Arrays.fill(data, start, until, (byte) 0);
    return until;
  }

  /** {@code iomap_dio_bio_end_io}: most often in a hard interrupt. */
  private void endIo(Bio bio, int offset) {
    if (bio.status() < 0) {
      error.compareAndSet(0, bio.status());
    } else if (op == BioOp.READ) {
      bio.data().copyTo(0, data, offset, bio.data().length());
    }
    if (refs.addReturn(-1) > 0) {
      return;
    }
    if (waits) {
      done.complete();
    } else if (needsTask()) {
      machine
          .systemWorkqueue()
          .queueWork(new Work(machine, "dio work", () -> iocb.complete(finish(true))));
    } else {
      iocb.complete(finish(false));
    }
  }

  /** {@code iomap_dio_done}: errors and cached pages are not for an interrupt. */
  private boolean needsTask() {
    return (op == BioOp.WRITE && inode.pages().isPopulated()) || error.loadAcquire() < 0;
  }

  /** {@code iomap_dio_complete}. */
  private long finish(boolean invalidates) {
    if (invalidates && op == BioOp.WRITE && inode.pages().isPopulated()) {
      inode.pages().drop(iocb.pos(), data.length);
    }
    long failed = error.loadAcquire();
    inode.dioCount().end();
    return failed < 0 ? failed : data.length;
  }
}
