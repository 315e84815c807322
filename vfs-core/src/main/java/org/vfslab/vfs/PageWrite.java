package org.vfslab.vfs;

import java.util.function.IntConsumer;
import org.vfslab.block.Bio;
import org.vfslab.block.BlockDevice;
import org.vfslab.block.Data;
import org.vfslab.machine.Work;
import org.vfslab.memory.AtomicWord;

/**
 * One page on its way to the device: {@code ext4_bio_write_folio} and {@code ext4_end_bio}, 7.2.
 *
 * <p>One bio for each run of blocks that follow each other on the device. The interrupt of the last
 * one ends the write-back, or leaves it to a worker where unwritten blocks have become written.
 */
final class PageWrite {
  private final Inode inode;
  private final long start;
  private final Data bytes;
  private final IntConsumer end;
  private final AtomicWord refs;
  private final AtomicWord error;
  private final boolean unwritten;

  /**
   * A page to write.
   *
   * @param start its offset in the file
   * @param bytes its bytes
   * @param end told 0 or a negative errno, once, in any context
   */
  PageWrite(Inode inode, long start, Data bytes, IntConsumer end) {
    this.inode = inode;
    this.start = start;
    this.bytes = bytes;
    this.end = end;
    this.refs = new AtomicWord(inode.sb().machine(), "page write", 1);
    this.error = new AtomicWord(inode.sb().machine(), "page write", 0);
    boolean some = false;
    for (int offset = 0; offset < bytes.length(); offset += inode.sb().blockBytes()) {
      some |= inode.isMapped(start + offset) && !inode.isWritten(start + offset);
    }
    this.unwritten = some;
  }

  /** Hands the bios over; may sleep for a tag. */
  void submit() {
    int block = inode.sb().blockBytes();
    int from = 0;
    while (from < bytes.length()) {
      if (!inode.isMapped(start + from)) {
        from += block; // behind the end of the file
        continue;
      }
      long sector = inode.sectorOf(start + from);
      int to = from + block;
      while (to < bytes.length()
          && inode.isMapped(start + to)
          && inode.sectorOf(start + to) == sector + (to - from) / BlockDevice.SECTOR_BYTES) {
        to += block;
      }
      refs.fetchAdd(1);
      inode.sb().device().submitBio(Bio.write(sector, bytes.slice(from, to), this::endIo));
      from = to;
    }
    put();
  }

  private void endIo(Bio bio) {
    if (bio.status() < 0) {
      error.compareAndSet(0, bio.status());
    }
    put();
  }

  private void put() {
    if (refs.addReturn(-1) > 0) {
      return;
    }
    int result = (int) error.loadAcquire();
    if (unwritten && result == 0) {
      inode
          .sb()
          .machine()
          .systemWorkqueue()
          .queueWork(new Work(inode.sb().machine(), "ext4-rsv-conversion", this::convert));
    } else {
      end.accept(result);
    }
  }

  private void convert() {
    Transaction transaction = Transaction.start(inode.sb());
    inode.blocks().convert(start, bytes.length());
    transaction.changes(inode);
    transaction.stop();
    end.accept(0);
  }
}
