package org.vfslab.vfs;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.lockdep.Mode;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;

/**
 * A regular file or a directory: {@code struct inode} with its {@code address_space}.
 *
 * <p>Locks: {@link #iRwsem} orders writers and truncation, and changes of a directory; what it
 * protects stands at the fields.
 */
public final class Inode {

  /** The size of a page of the page cache. */
  public static final int PAGE_BYTES = 4096;

  /** What an inode is. */
  public enum Kind {
    /** {@code S_IFREG}. */
    FILE,
    /** {@code S_IFDIR}. */
    DIRECTORY
  }

  private final SuperBlock sb;
  private final Kind kind;
  private final long number;
  private final String name;
  private final RwSemaphore iRwsem;
  private final RwSemaphore invalidateLock;
  private final DioCount dioCount;
  private final PageCache pages;
  private final BlockMap blocks;

  /** {@code i_size}: written with i_rwsem held exclusively, read without. */
  private final AtomicWord size;

  /** {@code i_disksize}: the size that transactions have made; changed inside of them. */
  private volatile long diskSize;

  /**
   * {@code i_sync_tid}, {@code i_datasync_tid}: the last transaction that changed it, and the last
   * that changed what a read of its data needs. With a journal only.
   */
  private final AtomicWord syncTid;

  private final AtomicWord datasyncTid;

  /** {@code dirtied_when} in nanoseconds; a hint of the flusher's only. */
  private volatile long dirtiedNs;

  /** {@code I_FREEING}: nobody can reach it any more. */
  private volatile boolean evicted;

  /** {@code ext4_free_inode}: the inode is nobody's; changed inside of a transaction. */
  private volatile boolean freed;

  /** {@code i_nlink}: written with i_rwsem of the inode held exclusively. */
  private final AtomicWord links;

  /** {@code i_count}: open files and mappings; names are counted by {@link #links}. */
  private final AtomicWord users;

  /** The permission bits of {@code i_mode}; i_rwsem held exclusively. Nobody is refused by them. */
  private final AtomicWord mode;

  /** {@code i_mtime} in nanoseconds; nothing depends on it. */
  private volatile long modifiedNs;

  /**
   * The names in a directory. Never changed once shown: with i_rwsem held exclusively a new one
   * takes its place, and a look-up needs no lock, as in the kernel's RCU walk.
   */
  private final AtomicRef<Map<String, Inode>> entries;

  /** The directory in which a directory is; its own for the root. i_rwsem of both when changed. */
  private volatile Inode parent;

  /** The name under which it was seen last ({@code d_parent}, {@code d_name}); null for a root. */
  private volatile @Nullable Place place;

  private final NotifyPoint notifyPoint;

  @SuppressWarnings("this-escape") // the root is its own parent
  Inode(SuperBlock sb, Kind kind, long number, String name) {
    this.sb = sb;
    this.kind = kind;
    this.number = number;
    this.name = name;
    boolean directory = kind == Kind.DIRECTORY;
    this.iRwsem = new RwSemaphore(sb.lockdep(), directory ? "i_mutex_dir_key" : "i_rwsem");
    this.invalidateLock = new RwSemaphore(sb.lockdep(), "mapping.invalidate_lock");
    this.dioCount = new DioCount(sb.machine());
    this.pages = new PageCache(this);
    this.blocks = new BlockMap(sb);
    this.size = new AtomicWord(sb.machine(), "i_size of " + name, 0);
    this.syncTid = new AtomicWord(sb.machine(), "i_sync_tid of " + name, 0);
    this.datasyncTid = new AtomicWord(sb.machine(), "i_datasync_tid of " + name, 0);
    this.links = new AtomicWord(sb.machine(), "i_nlink of " + name, directory ? 2 : 1);
    this.users = new AtomicWord(sb.machine(), "i_count of " + name, 0);
    this.mode = new AtomicWord(sb.machine(), "i_mode of " + name, directory ? 0755 : 0644);
    this.entries = new AtomicRef<>(sb.machine(), "names in " + name, Map.of());
    this.parent = this;
    this.notifyPoint = new NotifyPoint(sb.machine(), name);
  }

  /** Set-up: gives the file a size and blocks of zeroes. */
  void preallocate(long sizeBytes) {
    int count = Math.toIntExact((sizeBytes + sb.blockBytes() - 1) / sb.blockBytes());
    if (!blocks.preallocate(count)) {
      throw new IllegalArgumentException(
          name + " of " + sizeBytes + " bytes does not fit on " + sb.device().name());
    }
    size.writeOnce(sizeBytes);
    diskSize = sizeBytes;
  }

  /** Mount: what was found on the device. */
  void load(InodeRecord record) {
    size.writeOnce(record.sizeBytes());
    diskSize = record.sizeBytes();
    links.writeOnce(record.links());
    mode.writeOnce(record.mode());
    modifiedNs = record.modifiedNs();
    blocks.load(record.blocks());
  }

  /** Mount: the names that were found on the device. */
  void loadEntries(Map<String, Inode> names) {
    entries.storeRelease(Collections.unmodifiableSortedMap(new TreeMap<>(names)));
  }

  /** The filesystem. */
  public SuperBlock sb() {
    return sb;
  }

  /** What it is. */
  public Kind kind() {
    return kind;
  }

  /** Whether this is a directory. */
  public boolean isDirectory() {
    return kind == Kind.DIRECTORY;
  }

  /** {@code i_ino}. */
  public long number() {
    return number;
  }

  /** The path under which it was made. */
  public String name() {
    return name;
  }

  // ---- locks

  /** {@code i_rwsem}. */
  public RwSemaphore iRwsem() {
    return iRwsem;
  }

  /** Gives i_rwsem back ({@code inode_unlock}, {@code inode_unlock_shared}). */
  void unlock(Mode held) {
    if (held == Mode.WRITE) {
      iRwsem.upWrite();
    } else {
      iRwsem.upRead();
    }
  }

  /**
   * {@code mapping->invalidate_lock}: shared while a page comes into being, exclusive while blocks
   * go away, so that no page is filled from a block that is being freed.
   */
  public RwSemaphore invalidateLock() {
    return invalidateLock;
  }

  /** {@code i_dio_count}. */
  public DioCount dioCount() {
    return dioCount;
  }

  // ---- data

  /** {@code i_mapping}. */
  public PageCache pages() {
    return pages;
  }

  BlockMap blocks() {
    return blocks;
  }

  /** {@code i_size_read}. */
  public long size() {
    return size.readOnce();
  }

  /** {@code i_size_write}; i_rwsem held exclusively. */
  void size(long newSize) {
    iRwsem.assertHeldWrite("i_size_write");
    size.writeOnce(newSize);
  }

  /**
   * {@code i_size_write} at the end of a write whose hold of i_rwsem lockdep no longer ascribes to
   * anybody.
   */
  void sizeAtCompletion(long newSize) {
    size.writeOnce(newSize);
  }

  /** The size for printing and for properties. */
  public long sizeNow() {
    return size.peek();
  }

  long diskSize() {
    return diskSize;
  }

  /** Inside a transaction, with {@link #size} changed before or after it. */
  void diskSize(long newSize) {
    diskSize = newSize;
  }

  long dirtiedNs() {
    return dirtiedNs;
  }

  void dirtiedNs(long newNs) {
    dirtiedNs = newNs;
  }

  AtomicWord syncTid() {
    return syncTid;
  }

  AtomicWord datasyncTid() {
    return datasyncTid;
  }

  /**
   * {@code ext4_inode_datasync_dirty}: whether a read of its data after a power cut would need a
   * transaction that is not durable.
   */
  boolean isDatasyncDirty() {
    Journal journal = sb.journal();
    return journal != null && !journal.isCommitted(datasyncTid.readOnce());
  }

  /** Whether the block at this offset has a place on the device. */
  public boolean isMapped(long pos) {
    return blocks.isMapped(pos);
  }

  /** Whether the block at this offset has a place with data on it. */
  public boolean isWritten(long pos) {
    return blocks.isWritten(pos);
  }

  /** The device sector of this offset, which must be mapped. */
  public long sectorOf(long pos) {
    return blocks.sectorOf(pos);
  }

  // ---- names, links, attributes

  AtomicWord links() {
    return links;
  }

  /** {@code i_nlink} for printing and for properties. */
  public long linksNow() {
    return links.peek();
  }

  AtomicWord mode() {
    return mode;
  }

  long modifiedNs() {
    return modifiedNs;
  }

  void modifiedNs(long newNs) {
    modifiedNs = newNs;
  }

  Inode parent() {
    return parent;
  }

  void parent(Inode newParent) {
    parent = newParent;
  }

  /** The name by which listeners know it, or null for the root. */
  public @Nullable Place place() {
    return place;
  }

  void place(Place newPlace) {
    place = newPlace;
  }

  /** Where its marks hang. */
  public NotifyPoint notifyPoint() {
    return notifyPoint;
  }

  /** The names of a directory at this moment; no lock needed. */
  Map<String, Inode> entries() {
    return Objects.requireNonNull(entries.loadAcquire());
  }

  /** The same for printing, for properties and for a commit. */
  Map<String, Inode> entriesNow() {
    return Objects.requireNonNull(entries.peek());
  }

  /** Whether the transactions that ended by now have freed it; no handle is open. */
  boolean isFreed() {
    return freed;
  }

  /** Changes the names of a directory; i_rwsem held exclusively. */
  void entries(Map<String, Inode> newEntries) {
    iRwsem.assertHeldWrite("d_add");
    entries.storeRelease(Collections.unmodifiableSortedMap(new TreeMap<>(newEntries)));
  }

  /** {@code ihold}: the caller has a name or a reference. */
  void get() {
    users.fetchAdd(1);
  }

  /** {@code iput}: the last user of a file without names has it evicted. May sleep then. */
  void put() {
    if (dropUser()) {
      evict();
    }
  }

  /** The part of {@link #put} that never sleeps: whether the caller has to evict the inode. */
  boolean dropUser() {
    return users.addReturn(-1) == 0 && links.readOnce() == 0;
  }

  /** A name is gone: evicts the inode if it was the last one and nobody uses it. May sleep. */
  void evictIfUnused() {
    if (links.readOnce() == 0 && users.loadAcquire() == 0) {
      evict();
    }
  }

  /** {@code ext4_evict_inode}: nobody can reach it any more. Only once; may sleep. */
  void evict() {
    if (isDirectory() ? evicted : !sb.forget(this)) {
      return; // somebody else does
    }
    evicted = true;
    sb.events().removed(this);
    pages.truncate(0);
    Transaction transaction = Transaction.start(sb);
    blocks.free(0, LabFs.BYTES_MAX);
    freed = true;
    transaction.changes(this);
    transaction.stop();
  }

  @Override
  public String toString() {
    return name;
  }
}
