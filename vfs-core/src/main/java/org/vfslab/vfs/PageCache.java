package org.vfslab.vfs;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.Bio;
import org.vfslab.block.Data;
import org.vfslab.machine.Access;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Context;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.Shared;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;

/**
 * The pages of one file that are in memory: {@code struct address_space}.
 *
 * <p>Pages are found under one lock, {@code i_pages}; their bytes are protected by i_rwsem here,
 * where the kernel has a lock per folio.
 */
public final class PageCache extends Shared {
  private static final Data ZEROES = Data.zeroes(Inode.PAGE_BYTES);

  private final Inode inode;
  private final RawLock iPages;

  // Protected by iPages.
  private final TreeMap<Long, Page> pages = new TreeMap<>();
  private long drops;

  // Counts of pages, changed under iPages; those that are being read are present already.
  private final AtomicWord present;
  private final AtomicWord dirty;

  /** Pages on their way to the device ({@code PG_writeback}). */
  private final AtomicWord writeback;

  private final WaitQueue writebackWait;

  /** A page of the cache. */
  private static final class Page {
    private Data bytes = ZEROES;
    private boolean dirty;
  }

  PageCache(Inode inode) {
    super(inode.sb().machine(), "i_pages of " + inode.name());
    this.inode = inode;
    this.iPages = new RawLock(machine(), name());
    this.dirty = new AtomicWord(machine(), "dirty pages of " + inode.name(), 0);
    this.writeback = new AtomicWord(machine(), "writeback of " + inode.name(), 0);
    this.writebackWait = new WaitQueue(machine(), "writeback of " + inode.name());
    this.present = new AtomicWord(machine(), "pages of " + inode.name(), 0);
  }

  /** {@code mapping->nrpages != 0}. */
  boolean isPopulated() {
    return present.readOnce() > 0;
  }

  /** How many pages are dirty; for printing and for properties. */
  public long dirtyNow() {
    return dirty.peek();
  }

  /**
   * Copies bytes into the cache and makes their pages dirty. i_rwsem held exclusively; may sleep to
   * read what a page is only partly overwritten by.
   *
   * @return 0 or a negative errno
   */
  int write(long pos, byte[] data) {
    for (long index = pos / Inode.PAGE_BYTES;
        index * Inode.PAGE_BYTES < pos + data.length;
        index++) {
      long start = index * Inode.PAGE_BYTES;
      int from = (int) Math.max(0, pos - start);
      int to = (int) Math.min(Inode.PAGE_BYTES, pos + data.length - start);
      Page page = find(index);
      if (page == null) {
        page = new Page();
        if (to - from < Inode.PAGE_BYTES) {
          int error = fill(start, page);
          if (error < 0) {
            return error;
          }
        }
      }
      int first = (int) (start + from - pos);
      page.bytes = page.bytes.with(from, Data.copyOf(data, first, first + to - from));
      insertDirty(index, page);
    }
    return 0;
  }

  /** Copies bytes out of the cache, reading pages from the device where needed. May sleep. */
  int read(long pos, byte[] data) {
    for (long index = pos / Inode.PAGE_BYTES;
        index * Inode.PAGE_BYTES < pos + data.length;
        index++) {
      long start = index * Inode.PAGE_BYTES;
      Page page = find(index);
      if (page == null) {
        page = new Page();
        int error = fillAndInsert(index, page);
        if (error < 0) {
          return error;
        }
      }
      int from = (int) Math.max(0, pos - start);
      int to = (int) Math.min(Inode.PAGE_BYTES, pos + data.length - start);
      page.bytes.copyTo(from, data, (int) (start + from - pos), to - from);
    }
    return 0;
  }

  /**
   * Reads a page that is not there. It stays only if none was dropped meanwhile: a direct write may
   * have ended after its old bytes were read, and the kernel's invalidation waits for such a page.
   */
  private int fillAndInsert(long index, Page page) {
    lock();
    long dropsBefore = drops;
    present.fetchAdd(1);
    unlock();
    int error = fill(index * Inode.PAGE_BYTES, page);
    lock();
    if (error < 0 || drops != dropsBefore || pages.putIfAbsent(index, page) != null) {
      present.fetchAdd(-1);
    }
    unlock();
    return error;
  }

  private int fill(long start, Page page) {
    for (int offset = 0; offset < Inode.PAGE_BYTES; offset += inode.sb().blockBytes()) {
      if (inode.isMapped(start + offset)) {
        long sector = inode.sectorOf(start + offset);
        Bio bio = transfer(done -> Bio.read(sector, inode.sb().blockBytes(), done), "page read");
        if (bio.status() < 0) {
          return bio.status();
        }
        page.bytes = page.bytes.with(offset, bio.data());
      }
    }
    return 0;
  }

  /**
   * {@code filemap_write_and_wait}: writes all dirty pages and waits for them. May sleep.
   *
   * @return 0, or the first error as negative errno
   */
  public int writeAndWait() {
    if (dirty.loadAcquire() == 0 && writeback.loadAcquire() == 0) {
      return 0;
    }
    int result = 0;
    for (Long index : dirtyPages()) {
      Data bytes = startWriteback(index);
      if (bytes != null) {
        int error = writePage(index * Inode.PAGE_BYTES, bytes);
        result = result == 0 ? error : result;
        if (writeback.addReturn(-1) == 0) {
          writebackWait.wakeUpAll();
        }
      }
    }
    // Pages that somebody else writes count as well.
    writebackWait.waitEvent("folio_wait_writeback", () -> writeback.loadAcquire() == 0);
    return result;
  }

  private int writePage(long start, Data bytes) {
    int blockBytes = inode.sb().blockBytes();
    for (int offset = 0; offset < bytes.length(); offset += blockBytes) {
      if (inode.isMapped(start + offset)) {
        long sector = inode.sectorOf(start + offset);
        Data block = bytes.slice(offset, offset + blockBytes);
        Bio bio = transfer(done -> Bio.write(sector, block, done), "writeback");
        if (bio.status() < 0) {
          return bio.status();
        }
      }
    }
    return 0;
  }

  /** Submits the bio that is made with this end, and waits for it. */
  private Bio transfer(Function<Bio.EndIo, Bio> make, String what) {
    Completion done = new Completion(machine(), what);
    Bio bio = make.apply(ended -> done.complete());
    inode.sb().device().submitBio(bio);
    done.waitForCompletion();
    return bio;
  }

  /**
   * {@code kiocb_invalidate_pages}: writes back and drops the pages of a range. May sleep.
   *
   * @return 0 or a negative errno
   */
  int invalidate(long pos, long bytes) {
    if (!isPopulated()) {
      return 0;
    }
    int error = writeAndWait();
    if (error < 0) {
      return error;
    }
    drop(pos, bytes);
    return 0;
  }

  /** Drops the clean pages of a range; any context. */
  void drop(long pos, long bytes) {
    lock();
    drops++;
    List<Long> range =
        List.copyOf(
            pages
                .subMap(pos / Inode.PAGE_BYTES, true, (pos + bytes - 1) / Inode.PAGE_BYTES, true)
                .keySet());
    for (Long index : range) {
      Page page = pages.get(index);
      if (page != null && !page.dirty) {
        pages.remove(index);
        present.fetchAdd(-1);
      }
    }
    unlock();
  }

  private @Nullable Page find(long index) {
    lock();
    Page page = pages.get(index);
    unlock();
    return page;
  }

  private void insertDirty(long index, Page page) {
    lock();
    if (pages.put(index, page) == null) {
      present.fetchAdd(1);
    }
    if (!page.dirty) {
      page.dirty = true;
      dirty.fetchAdd(1);
    }
    unlock();
  }

  private List<Long> dirtyPages() {
    List<Long> indexes = new ArrayList<>();
    lock();
    pages.forEach(
        (index, page) -> {
          if (page.dirty) {
            indexes.add(index);
          }
        });
    unlock();
    return indexes;
  }

  /**
   * Takes the dirty mark off a page; returns its bytes as they are now, or null if it was clean.
   */
  private @Nullable Data startWriteback(long index) {
    lock();
    Page page = pages.get(index);
    Data bytes = null;
    if (page != null && page.dirty) {
      page.dirty = false;
      dirty.fetchAdd(-1);
      writeback.fetchAdd(1);
      bytes = page.bytes;
    }
    unlock();
    return bytes;
  }

  private void lock() {
    Machine machine = machine();
    Context me = machine.current();
    machine.beginCall(this, Access.WRITE);
    iPages.lockIrqSave(me);
  }

  private void unlock() {
    Machine machine = machine();
    Context me = machine.current();
    iPages.unlockIrqRestore(me);
    machine.endCall();
  }
}
