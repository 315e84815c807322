package org.vfslab.vfs;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.Bio;
import org.vfslab.block.Data;
import org.vfslab.machine.Completion;
import org.vfslab.machine.Errno;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.Shared;
import org.vfslab.machine.WaitQueue;
import org.vfslab.memory.AtomicWord;

/**
 * The pages of one file that are in memory: {@code struct address_space}.
 *
 * <p>Pages are found under one lock, {@code i_pages}, which protects their state and bytes too;
 * {@link Page#locked} and {@link Page#writeback} are the bits of the kernel's folios on which
 * somebody can wait. A write fault keeps a page locked from the moment it is dirty until the
 * mapping may write to it, so that a write-back in between comes after and takes the permission
 * away again.
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

  /** Pages on their way to the device. */
  private final AtomicWord writeback;

  /** Who waits for pages to come back from the device, or for a page's lock. */
  private final WaitQueue pageWait;

  /** {@code wb_err}: told to each open file once. */
  private final ErrSeq errors;

  /** {@code AS_EIO} and {@code AS_ENOSPC}: told to whoever asks first. */
  private final AtomicWord flags;

  /** A page of the cache: {@code struct folio} of one page. All under iPages. */
  private static final class Page {
    private Data bytes = ZEROES;

    /** {@code PG_dirty}. */
    private boolean dirty;

    /** {@code PG_locked}, across more than one step. */
    private boolean locked;

    /** {@code PG_writeback}. */
    private boolean writeback;

    /** The mappings that can read it without a fault, and those that can write to it. */
    private final List<Vma> readers = new ArrayList<>(0);

    private final List<Vma> writers = new ArrayList<>(0);
  }

  PageCache(Inode inode) {
    super(inode.sb().machine(), "i_pages of " + inode.name());
    this.inode = inode;
    this.iPages = new RawLock(machine(), name());
    this.dirty = new AtomicWord(machine(), "dirty pages of " + inode.name(), 0);
    this.writeback = new AtomicWord(machine(), "writeback of " + inode.name(), 0);
    this.pageWait = new WaitQueue(machine(), "writeback of " + inode.name());
    this.present = new AtomicWord(machine(), "pages of " + inode.name(), 0);
    this.errors = new ErrSeq(machine(), "wb_err of " + inode.name());
    this.flags = new AtomicWord(machine(), "AS_EIO of " + inode.name(), 0);
  }

  /** {@code mapping->nrpages != 0}. */
  boolean isPopulated() {
    return present.readOnce() > 0;
  }

  /** How many pages are dirty; for printing and for properties. */
  public long dirtyNow() {
    return dirty.peek();
  }

  ErrSeq errors() {
    return errors;
  }

  // ---- reading and writing

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
      int error = change(index, data, (int) (start + from - pos), from, to);
      if (error < 0) {
        return error;
      }
    }
    return 0;
  }

  /** Replaces bytes of one page, which is dirty then. */
  private int change(long index, byte[] data, int offset, int from, int to) {
    boolean whole = to - from == Inode.PAGE_BYTES;
    while (true) {
      if (find(index) == null && !whole) {
        int error = fillAndInsert(index);
        if (error < 0) {
          return error;
        }
      }
      lockUnlocked(index);
      Page page = pages.get(index);
      if (page == null && whole) {
        page = new Page();
        pages.put(index, page);
        present.fetchAdd(1);
      }
      boolean first = false;
      if (page != null) {
        page.bytes = page.bytes.with(from, Data.copyOf(data, offset, offset + to - from));
        first = markDirty(page);
      }
      unlock();
      if (page != null) {
        inodeDirty(first);
        return 0;
      }
    }
  }

  /** {@code folio_mark_dirty}: whether no other page was dirty. */
  private boolean markDirty(Page page) {
    boolean was = page.dirty;
    page.dirty = true;
    return !was && dirty.fetchAdd(1) == 0;
  }

  /** {@code __mark_inode_dirty}, where somebody writes back by himself. */
  private void inodeDirty(boolean first) {
    Flusher flusher = inode.sb().flusher();
    if (first && flusher != null) {
      flusher.dirtied(inode);
    }
  }

  /** {@code mapping_tagged(PAGECACHE_TAG_DIRTY)}. */
  boolean hasDirty() {
    return dirty.loadAcquire() > 0;
  }

  /** Copies bytes out of the cache, reading pages from the device where needed. May sleep. */
  int read(long pos, byte[] data) {
    for (long index = pos / Inode.PAGE_BYTES;
        index * Inode.PAGE_BYTES < pos + data.length;
        index++) {
      long start = index * Inode.PAGE_BYTES;
      Data bytes = find(index);
      if (bytes == null) {
        Page page = new Page();
        inode.invalidateLock().downRead();
        int error = fillAndInsert(index, page);
        inode.invalidateLock().upRead();
        if (error < 0) {
          return error;
        }
        bytes = page.bytes;
      }
      int from = (int) Math.max(0, pos - start);
      int to = (int) Math.min(Inode.PAGE_BYTES, pos + data.length - start);
      bytes.copyTo(from, data, (int) (start + from - pos), to - from);
    }
    return 0;
  }

  /** Whether all pages of a range are there. */
  boolean isCached(long pos, long bytes) {
    for (long index = pos / Inode.PAGE_BYTES; index * Inode.PAGE_BYTES < pos + bytes; index++) {
      if (find(index) == null) {
        return false;
      }
    }
    return true;
  }

  /**
   * Has a page read if it is not there; invalidate_lock held, or i_rwsem exclusively. May sleep.
   *
   * @return 0 or a negative errno
   */
  int populate(long index) {
    return find(index) == null ? fillAndInsert(index) : 0;
  }

  private int fillAndInsert(long index) {
    return fillAndInsert(index, new Page());
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
      if (inode.isWritten(start + offset)) {
        Bio bio = readBlock(start + offset);
        if (bio.status() < 0) {
          return bio.status();
        }
        page.bytes = page.bytes.with(offset, bio.data());
      }
    }
    return 0;
  }

  private Bio readBlock(long pos) {
    Completion done = new Completion(machine(), "page read");
    Bio bio = Bio.read(inode.sectorOf(pos), inode.sb().blockBytes(), ended -> done.complete());
    inode.sb().device().submitBio(bio);
    done.waitForCompletion();
    return bio;
  }

  // ---- write-back

  /**
   * {@code filemap_write_and_wait}: writes all dirty pages and waits for them. May sleep.
   *
   * @return 0, or an error since somebody asked this last, as negative errno
   */
  public int writeAndWait() {
    writeAll();
    return flags.peek() == 0 ? 0 : (int) flags.xchg(0);
  }

  /** The same, or -EAGAIN where it would sleep. */
  int writeAndWait(boolean nowait) {
    if (nowait) {
      return dirty.loadAcquire() == 0 && writeback.loadAcquire() == 0 ? 0 : -Errno.EAGAIN;
    }
    return writeAndWait();
  }

  /** Writes all dirty pages and waits for them, also for those that somebody else writes. */
  void writeAll() {
    if (dirty.loadAcquire() == 0 && writeback.loadAcquire() == 0) {
      return;
    }
    startWriteback();
    waitForWriteback();
  }

  /** {@code filemap_fdatawait}. */
  void waitForWriteback() {
    pageWait.waitEvent("folio_wait_writeback", () -> writeback.loadAcquire() == 0);
  }

  /** {@code do_writepages}: sends all dirty pages on their way. May sleep for a page or a tag. */
  void startWriteback() {
    if (dirty.loadAcquire() == 0) {
      return;
    }
    for (Long index : dirtyPages()) {
      Data bytes = takeDirty(index);
      if (bytes != null) {
        new PageWrite(inode, index * Inode.PAGE_BYTES, bytes, error -> written(index, error))
            .submit();
      }
    }
  }

  /** {@code folio_end_writeback}: any context. */
  private void written(long index, int error) {
    if (error < 0) {
      errors.set(error);
      inode.sb().writebackErrors().set(error);
      flags.writeOnce(error);
    }
    lock();
    Page page = pages.get(index);
    if (page != null) {
      page.writeback = false;
    }
    writeback.fetchAdd(-1);
    unlock();
    pageWait.wakeUpAll();
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
   * {@code folio_clear_dirty_for_io} and {@code folio_start_writeback}: takes the dirty mark off a
   * page and the permission to write from its mappings; returns its bytes as they are now, or null
   * if it was clean.
   */
  private @Nullable Data takeDirty(long index) {
    lockIdle(index, index);
    Page page = pages.get(index);
    Data bytes = null;
    if (page != null && page.dirty) {
      page.dirty = false;
      page.writeback = true;
      page.writers.clear();
      dirty.fetchAdd(-1);
      writeback.fetchAdd(1);
      bytes = page.bytes;
    }
    unlock();
    return bytes;
  }

  // ---- taking pages away

  /**
   * {@code kiocb_invalidate_pages}: writes back and drops the pages of a range. May sleep.
   *
   * @return 0; -EAGAIN where it would sleep and must not; -ENOTBLK if a page is dirty again
   */
  int invalidate(long pos, long bytes, boolean nowait) {
    if (!isPopulated()) {
      return 0;
    }
    if (nowait) {
      return hasPages(pos, bytes) ? -Errno.EAGAIN : 0;
    }
    int error = writeAndWait();
    if (error < 0) {
      return error;
    }
    return drop(pos, bytes) ? 0 : -Errno.ENOTBLK;
  }

  private boolean hasPages(long pos, long bytes) {
    lock();
    boolean some = !range(pos, bytes).isEmpty();
    unlock();
    return some;
  }

  /** {@code invalidate_inode_pages2}: drops clean pages; whether none is left. May sleep. */
  boolean drop(long pos, long bytes) {
    lockIdle(pos / Inode.PAGE_BYTES, (pos + bytes - 1) / Inode.PAGE_BYTES);
    drops++;
    boolean all = true;
    for (Long index : range(pos, bytes)) {
      Page page = pages.get(index);
      if (page != null && page.dirty) {
        all = false;
      } else {
        pages.remove(index);
        present.fetchAdd(-1);
      }
    }
    unlock();
    return all;
  }

  private List<Long> range(long pos, long bytes) {
    return List.copyOf(
        pages
            .subMap(pos / Inode.PAGE_BYTES, true, (pos + bytes - 1) / Inode.PAGE_BYTES, true)
            .keySet());
  }

  /**
   * {@code truncate_pagecache}: drops all pages behind a size, dirty or not, and zeroes the rest of
   * the last one. invalidate_lock held exclusively; waits for write-back.
   */
  void truncate(long size) {
    if (!isPopulated()) {
      return;
    }
    lockIdle(size / Inode.PAGE_BYTES, Long.MAX_VALUE);
    drops++;
    int tail = (int) (size % Inode.PAGE_BYTES);
    Page last = tail == 0 ? null : pages.get(size / Inode.PAGE_BYTES);
    if (last != null) {
      last.bytes = last.bytes.with(tail, Data.zeroes(Inode.PAGE_BYTES - tail));
    }
    long first = (size + Inode.PAGE_BYTES - 1) / Inode.PAGE_BYTES;
    for (Page page : pages.tailMap(first, true).values()) {
      present.fetchAdd(-1);
      if (page.dirty) {
        dirty.fetchAdd(-1);
      }
    }
    pages.tailMap(first, true).clear();
    unlock();
  }

  /**
   * {@code ext4_block_zero_page_range}: zeroes a part of one block, from {@code pos} to {@code end}
   * or the end of the block. i_rwsem held exclusively; may sleep to read the page.
   *
   * @return 0 or a negative errno
   */
  int zero(long pos, long end) {
    long block = inode.sb().blockBytes();
    long until = Math.min(end, (pos / block + 1) * block);
    if (pos >= until || (pos % block == 0 && until - pos == block) || !inode.isMapped(pos)) {
      return 0;
    }
    return write(pos, new byte[(int) (until - pos)]);
  }

  // ---- mappings

  /**
   * The end of {@code page_mkwrite}: a page that is there is dirty, and stays locked; whether it is
   * there. May sleep.
   */
  boolean dirtyForMapping(long index) {
    lockUnlocked(index);
    Page page = pages.get(index);
    boolean first = false;
    if (page != null) {
      first = markDirty(page);
      page.locked = true;
    }
    unlock();
    inodeDirty(first);
    return page != null;
  }

  /** {@code finish_fault} after {@link #dirtyForMapping}: the mapping may write; unlocks. */
  void mapWritable(long index, Vma vma) {
    lock();
    Page page = pages.get(index);
    if (page != null) {
      add(page.readers, vma);
      add(page.writers, vma);
      page.locked = false;
    }
    unlock();
    pageWait.wakeUpAll();
  }

  /** {@code finish_fault} of a read: the mapping may read; false if the page is gone again. */
  boolean mapReadable(long index, Vma vma) {
    lock();
    Page page = pages.get(index);
    if (page != null) {
      add(page.readers, vma);
    }
    unlock();
    return page != null;
  }

  private static void add(List<Vma> mappings, Vma vma) {
    if (!mappings.contains(vma)) {
      mappings.add(vma);
    }
  }

  /** {@code unmap_page_range}: the mapping sees the page no longer. */
  void unmap(Vma vma) {
    lock();
    for (Page page : pages.values()) {
      page.readers.remove(vma);
      page.writers.remove(vma);
    }
    unlock();
  }

  /** What the processor reads through a mapping; null where it faults. */
  byte @Nullable [] load(long pos, int bytes, Vma vma) {
    lock();
    Page page = pages.get(pos / Inode.PAGE_BYTES);
    Data now = page != null && page.readers.contains(vma) ? page.bytes : null;
    unlock();
    int from = (int) (pos % Inode.PAGE_BYTES);
    return now == null ? null : now.slice(from, from + bytes).toBytes();
  }

  /** What the processor writes through a mapping; false where it faults. */
  boolean store(long pos, byte value, Vma vma) {
    lock();
    Page page = pages.get(pos / Inode.PAGE_BYTES);
    boolean may = page != null && page.writers.contains(vma);
    if (page != null && may) {
      page.bytes = page.bytes.with((int) (pos % Inode.PAGE_BYTES), new Data.Uniform(value, 1));
    }
    unlock();
    return may;
  }

  // ---- i_pages

  /** The bytes of a page as they are now, or null if it is not there. */
  private @Nullable Data find(long index) {
    lock();
    Page page = pages.get(index);
    Data bytes = page == null ? null : page.bytes;
    unlock();
    return bytes;
  }

  /** Takes i_pages at a moment when nobody has this page locked. */
  private void lockUnlocked(long index) {
    lock();
    while (isBusy(index, index, false)) {
      unlock();
      waitUntilIdle(index, index, false);
      lock();
    }
  }

  /** Takes i_pages at a moment when no page of a range is locked or on its way to the device. */
  private void lockIdle(long first, long last) {
    lock();
    while (isBusy(first, last, true)) {
      unlock();
      waitUntilIdle(first, last, true);
      lock();
    }
  }

  private void waitUntilIdle(long first, long last, boolean writesToo) {
    pageWait.waitEvent(
        "folio_lock",
        () -> {
          lock();
          boolean busy = isBusy(first, last, writesToo);
          unlock();
          return !busy;
        });
  }

  private boolean isBusy(long first, long last, boolean writesToo) {
    for (Page page : pages.subMap(first, true, last, true).values()) {
      if (page.locked || (writesToo && page.writeback)) {
        return true;
      }
    }
    return false;
  }

  private void lock() {
    iPages.beginLockedCall(this);
  }

  private void unlock() {
    iPages.endLockedCall(machine().current());
  }
}
