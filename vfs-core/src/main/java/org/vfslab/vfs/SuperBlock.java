package org.vfslab.vfs;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.vfslab.block.BlockDevice;
import org.vfslab.lockdep.Lockdep;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Errno;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicWord;

/** A mounted filesystem: {@code struct super_block}. */
public final class SuperBlock {
  private final Machine machine;
  private final Lockdep lockdep;
  private final String id;
  private final BlockDevice device;
  private final SuperOperations operations;
  private final int blockBytes;
  private final RwSemaphore sUmount;
  private final AtomicWord active;
  private final AtomicWord nextFreeBlock;
  private final List<Inode> inodes = new ArrayList<>();
  private final boolean readOnly;
  private @Nullable WriteProtection writeProtection;
  private ModifyEvents events = ModifyEvents.NONE;
  private WriteSection writeSection = WriteSection.NONE;

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
    this.readOnly = readOnly;
    this.sUmount = new RwSemaphore(lockdep, "s_umount");
    this.nextFreeBlock = new AtomicWord(machine, "next free block", 0);
    this.active = new AtomicWord(machine, "s_active", 1);
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

  /** {@code SB_RDONLY}. */
  public boolean isReadOnly() {
    return readOnly;
  }

  /** {@code s_blocksize}. */
  public int blockBytes() {
    return blockBytes;
  }

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

  /** Adds a regular file; before the machine runs. */
  public Inode addFile(String name, long sizeBytes) {
    Inode inode = new Inode(this, name, sizeBytes);
    inodes.add(inode);
    return inode;
  }

  /** All inodes, in the order of their creation. */
  public List<Inode> inodes() {
    return inodes;
  }

  /** Takes the next free block of the device; -ENOSPC when there is none. */
  long allocateBlock() {
    long block = nextFreeBlock.fetchAdd(1);
    long sectors = blockBytes / BlockDevice.SECTOR_BYTES;
    return (block + 1) * sectors > device.config().sectors() ? -Errno.ENOSPC : block;
  }
}
