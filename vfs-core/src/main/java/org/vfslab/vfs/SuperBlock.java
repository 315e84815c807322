package org.vfslab.vfs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.machine.Workqueue;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;

/** A mounted filesystem: {@code struct super_block}, and the one mount that it has. */
public final class SuperBlock {
  private final Machine machine;
  private final Lockdep lockdep;
  private final String id;
  private final BlockDevice device;
  private final SuperOperations operations;
  private final int blockBytes;
  private final RwSemaphore sUmount;
  private final AtomicWord active;

  /** {@code SB_DEAD}: its device is anybody's again. */
  private final AtomicWord dead;

  private final MountWriters mountWriters;

  /** {@code mnt_count} beyond the mount itself: open files, {@code O_PATH} ones too. */
  private final AtomicWord mountUsers;

  private final BlockBitmap bitmap;
  private final Inode root;
  private final AtomicWord nextNumber;

  /** Which numbers are taken, where the device has room for so many only. */
  private final BlockBitmap numbers;

  private final @Nullable Journal journal;

  /** {@code s_inodes}, regular files only. Never changed once shown. */
  private final AtomicRef<List<Inode>> inodes;

  /** {@code s_wb_err}: told to syncfs. */
  private final ErrSeq writebackErrors;

  /** {@code s_dio_done_wq}: ends direct writes that need a task. */
  private final Workqueue dioDone;

  /**
   * {@code s_fsnotify_info}: marks on the superblock, and how many on anything of it by priority.
   */
  private final NotifyPoint notifyPoint;

  private final List<AtomicWord> watchers;

  /** {@code mnt_fsnotify_marks} of the one mount. */
  private final NotifyPoint mountNotifyPoint;

  private @Nullable WriteProtection writeProtection;
  private ModifyEvents events = ModifyEvents.NONE;
  private WriteSection writeSection = WriteSection.NONE;
  private HookPlace askPlace = HookPlace.BEFORE_PROTECTION;
  private HookPlace preModifyPlace = HookPlace.BEFORE_PROTECTION;
  private DataLocking dataLocking = DataLocking.UPSTREAM;
  private CopyIn copyIn = CopyIn.UPSTREAM;
  private WriteCache writeCache = WriteCache.UPSTREAM;
  private DirectIoEnd directIoEnd = DirectIoEnd.UPSTREAM;
  private @Nullable Flusher flusher;

  /**
   * A mounted filesystem on {@code device}.
   *
   * @param id the mount point, for reports
   * @param blockBytes the size of a filesystem block; a power of two and at least a sector
   */
  public SuperBlock(
      Lockdep lockdep,
      String id,
      BlockDevice device,
      SuperOperations operations,
      int blockBytes,
      boolean readOnly) {
    this(lockdep, id, device, operations, blockBytes, readOnly, false);
  }

  /** The same, with a format on the device and a journal if {@code journalled}. */
  @SuppressWarnings("this-escape") // the root directory belongs to it
  public SuperBlock(
      Lockdep lockdep,
      String id,
      BlockDevice device,
      SuperOperations operations,
      int blockBytes,
      boolean readOnly,
      boolean journalled) {
    if (Integer.bitCount(blockBytes) != 1
        || blockBytes < BlockDevice.SECTOR_BYTES
        || blockBytes > Inode.PAGE_BYTES) {
      throw new IllegalArgumentException(
          "a filesystem block is a power of two from "
              + BlockDevice.SECTOR_BYTES
              + " to "
              + Inode.PAGE_BYTES
              + " bytes, not "
              + blockBytes);
    }
    this.lockdep = lockdep;
    this.machine = lockdep.machine();
    this.id = id;
    this.device = device;
    this.operations = operations;
    this.blockBytes = blockBytes;
    this.sUmount = new RwSemaphore(lockdep, "s_umount");
    this.active = new AtomicWord(machine, "s_active", 1);
    this.dead = new AtomicWord(machine, "SB_DEAD", 0);
    this.mountWriters = new MountWriters(machine, readOnly);
    this.mountUsers = new AtomicWord(machine, "mnt_count", 0);
    long sectors = device.sectors();
    DiskLayout layout = journalled ? new DiskLayout(sectors, blockBytes) : null;
    long blocks =
        layout == null ? sectors / (blockBytes / BlockDevice.SECTOR_BYTES) : layout.dataBlocks();
    this.bitmap = new BlockBitmap(machine, "blocks of " + id, Math.toIntExact(blocks));
    this.inodes = new AtomicRef<>(machine, "s_inodes", List.of());
    this.nextNumber = new AtomicWord(machine, "next inode number", DiskLayout.ROOT + 1);
    this.numbers = new BlockBitmap(machine, "inode numbers of " + id, DiskLayout.INODES);
    for (int number = 0; number <= DiskLayout.ROOT; number++) {
      numbers.take(number);
    }
    this.journal = layout == null ? null : new Journal(this, layout);
    this.writebackErrors = new ErrSeq(machine, "s_wb_err");
    this.dioDone = new Workqueue(machine, "dio/" + id);
    this.notifyPoint = new NotifyPoint(machine, "superblock " + id);
    this.mountNotifyPoint = new NotifyPoint(machine, "mount " + id);
    this.watchers =
        List.of(
            new AtomicWord(machine, "watchers of " + id, 0),
            new AtomicWord(machine, "content watchers of " + id, 0),
            new AtomicWord(machine, "pre-content watchers of " + id, 0));
    this.root = new Inode(this, Inode.Kind.DIRECTORY, DiskLayout.ROOT, id);
  }

  /** The machine. */
  public Machine machine() {
    return machine;
  }

  /** The validator of the machine. */
  public Lockdep lockdep() {
    return lockdep;
  }

  /** The mount point. */
  public String id() {
    return id;
  }

  /** {@code s_bdev}. */
  public BlockDevice device() {
    return device;
  }

  /** {@code s_op}. */
  public SuperOperations operations() {
    return operations;
  }

  /** {@code s_umount}: mount state; shared while syncing, exclusive while freezing. */
  public RwSemaphore sUmount() {
    return sUmount;
  }

  /** {@code s_active}: keeps the superblock alive; a freeze holds one. */
  public AtomicWord active() {
    return active;
  }

  /** {@code SB_DEAD}: nobody has it any more, and its device is anybody's. */
  public boolean isDead() {
    return dead.loadAcquire() != 0;
  }

  /** Says whether it is dead; s_umount held exclusively. */
  void dead(boolean isDead) {
    dead.storeRelease(isDead ? 1 : 0);
  }

  /** {@code s_blocksize}. */
  public int blockBytes() {
    return blockBytes;
  }

  // ---- the mount

  /** {@code SB_RDONLY}. */
  public boolean isReadOnly() {
    return mountWriters.isReadOnly();
  }

  MountWriters mountWriters() {
    return mountWriters;
  }

  AtomicWord mountUsers() {
    return mountUsers;
  }

  /** How many files of it are open; for properties. */
  public long openFilesNow() {
    return mountUsers.peek();
  }

  /**
   * {@code mnt_want_write}: begins a change that is not made through an open file. May sleep while
   * the filesystem is frozen.
   *
   * @return 0, or -EROFS, and then nothing was begun
   */
  int wantWrite() {
    writeProtection().startWrite(FreezeLevel.WRITE);
    int error = emergencyState();
    if (error == 0) {
      error = mountWriters.get();
    }
    if (error < 0) {
      writeProtection().endWrite(FreezeLevel.WRITE);
    }
    return error;
  }

  /**
   * {@code ext4_emergency_state}: 0, or -EROFS once the journal is aborted: nothing may be changed
   * any more.
   */
  int emergencyState() {
    return journal != null && journal.isAborted() ? -Errno.EROFS : 0;
  }

  /** {@code mnt_drop_write}. */
  void dropWrite() {
    mountWriters.put();
    writeProtection().endWrite(FreezeLevel.WRITE);
  }

  // ---- the seams

  /** Fills the seam of freeze protection; once, before the first write. */
  public void protectWritesBy(WriteProtection protection) {
    writeProtection = protection;
  }

  /** The seam of freeze protection. */
  public WriteProtection writeProtection() {
    WriteProtection filled = writeProtection;
    if (filled == null) {
      throw new IllegalStateException(id + " has no write protection: call protectWritesBy first");
    }
    return filled;
  }

  /** Fills the seam of barriers that wait for writes; before the first write. */
  public void bracketWritesBy(WriteSection section) {
    writeSection = section;
  }

  /** The seam of barriers that wait for writes. */
  public WriteSection writeSection() {
    return writeSection;
  }

  /** Fills the seam of modify events. */
  public void notifyBy(ModifyEvents modifyEvents) {
    events = modifyEvents;
  }

  /** The seam of modify events. */
  public ModifyEvents events() {
    return events;
  }

  /** Says where listeners are asked, and told before a change; before the machine runs. */
  public void hookAt(HookPlace asked, HookPlace preModify) {
    askPlace = asked;
    preModifyPlace = preModify;
  }

  /** Where listeners of permission events are asked. */
  public HookPlace askPlace() {
    return askPlace;
  }

  /** Where pre-modify events are raised. */
  HookPlace preModifyPlace() {
    return preModifyPlace;
  }

  /** Where marks for the whole filesystem hang. */
  public NotifyPoint notifyPoint() {
    return notifyPoint;
  }

  /** Where marks for its one mount hang. */
  public NotifyPoint mountNotifyPoint() {
    return mountNotifyPoint;
  }

  /**
   * {@code watched_objects}: how many marks there are on anything of it, of groups with at least
   * this priority, from 0.
   */
  public AtomicWord watchers(int priority) {
    return watchers.get(priority);
  }

  /** Fills the seam of data locking; before the machine runs. */
  public void lockDataBy(DataLocking locking) {
    dataLocking = locking;
  }

  /** The seam of data locking. */
  public DataLocking dataLocking() {
    return dataLocking;
  }

  /** Fills the seam of copying from user memory; before the machine runs. */
  public void copyInBy(CopyIn copy) {
    copyIn = copy;
  }

  /** The seam of copying from user memory. */
  public CopyIn copyIn() {
    return copyIn;
  }

  /** Fills the seam of the end of direct writes; before the machine runs. */
  public void endDirectIoBy(DirectIoEnd end) {
    directIoEnd = end;
  }

  /** The seam of the end of direct writes. */
  DirectIoEnd directIoEnd() {
    return directIoEnd;
  }

  /** Fills the seam of the device's volatile cache; before the machine runs. */
  public void flushBy(WriteCache cache) {
    writeCache = cache;
  }

  /** The seam of the device's volatile cache. */
  public WriteCache writeCache() {
    return writeCache;
  }

  /**
   * Has dirty data written back in the background; before the machine runs. Otherwise nobody does
   * who was not asked to.
   *
   * @param intervalNs {@code dirty_writeback_centisecs}: how often the flusher looks
   * @param expireNs {@code dirty_expire_centisecs}: how old dirty data is when it is written
   */
  public void writeBackEvery(long intervalNs, long expireNs) {
    flusher = new Flusher(this, intervalNs, expireNs);
  }

  /** The flusher of the device, or null. */
  @Nullable Flusher flusher() {
    return flusher;
  }

  // ---- inodes and blocks

  /** The directory at the mount point. */
  public Inode root() {
    return root;
  }

  /**
   * Adds a regular file, and the directories on the way to it; before the machine runs.
   *
   * @param name its path, under the mount point
   */
  public Inode addFile(String name, long sizeBytes) {
    Inode inode = requireInode(newInode(Inode.Kind.FILE, name));
    inode.preallocate(sizeBytes);
    String inside = name.startsWith(id + "/") ? name.substring(id.length() + 1) : name;
    String[] parts = inside.split("/", -1);
    Inode directory = root;
    for (int i = 0; i < parts.length - 1; i++) {
      Inode next = directory.entries().get(parts[i]);
      if (next == null) {
        next = requireInode(newInode(Inode.Kind.DIRECTORY, directory.name() + "/" + parts[i]));
        next.parent(directory);
        directory.links().fetchAdd(1);
        add(directory, parts[i], next);
      }
      directory = next;
    }
    add(directory, parts[parts.length - 1], inode);
    return inode;
  }

  private static void add(Inode directory, String name, Inode inode) {
    Map<String, Inode> names = new TreeMap<>(directory.entries());
    names.put(name, inode);
    directory.entries(names);
    inode.place(new Place(directory, name));
  }

  private Inode requireInode(@Nullable Inode inode) {
    if (inode == null) {
      throw new IllegalArgumentException(
          id + " has room for " + DiskLayout.INODES + " inodes, and no more");
    }
    return inode;
  }

  /** A new inode without a name, or null if there is no number for it (ENOSPC). */
  @Nullable Inode newInode(Inode.Kind kind, String path) {
    long number = journal == null ? nextNumber.fetchAdd(1) : numbers.allocate();
    return number < 0 ? null : listed(new Inode(this, kind, number, path));
  }

  /** Mount: an inode that was found on the device. */
  Inode loadInode(Inode.Kind kind, long number, String path) {
    numbers.take(number);
    return listed(new Inode(this, kind, number, path));
  }

  /** The commit that frees an inode is on the device. */
  void freeNumber(Inode inode) {
    numbers.free(inode.number());
  }

  private Inode listed(Inode inode) {
    Inode.Kind kind = inode.kind();
    while (kind == Inode.Kind.FILE) {
      List<Inode> old = inodes();
      List<Inode> next = new ArrayList<>(old);
      next.add(inode);
      if (inodes.compareAndSet(old, next)) {
        break;
      }
    }
    return inode;
  }

  /** Takes a file off the list of inodes; returns whether it was there. */
  boolean forget(Inode inode) {
    while (true) {
      List<Inode> old = inodes();
      List<Inode> next = new ArrayList<>(old);
      if (!next.remove(inode)) {
        return false;
      }
      if (inodes.compareAndSet(old, next)) {
        return true;
      }
    }
  }

  /** All regular files that have not been evicted, in the order of their creation. */
  public List<Inode> inodes() {
    return Objects.requireNonNull(inodes.peek());
  }

  /** The journal, or null: then metadata is in memory only. */
  @Nullable Journal journal() {
    return journal;
  }

  /** Whether it has a format on its device, and a journal. */
  public boolean isJournalled() {
    return journal != null;
  }

  Journal requireJournal() {
    return Objects.requireNonNull(journal);
  }

  /** A block is freed: at once, or when the commit that frees it is on the device. */
  void freeBlock(long block) {
    if (journal == null) {
      bitmap.free(block);
    } else {
      journal.freeAtCommit(block);
    }
  }

  /** Which blocks are in use. */
  public BlockBitmap bitmap() {
    return bitmap;
  }

  ErrSeq writebackErrors() {
    return writebackErrors;
  }

  Workqueue dioDone() {
    return dioDone;
  }

  @Override
  public String toString() {
    return id;
  }
}
