package org.vfslab.vfs;

import java.util.Arrays;
import org.vfslab.block.BlockDevice;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.memory.AtomicWord;

/**
 * A regular file: {@code struct inode} with its {@code address_space}.
 *
 * <p>Locks: {@link #iRwsem} orders writers and truncation; what it protects stands at the fields.
 */
public final class Inode {

  /** The size of a page of the page cache. */
  public static final int PAGE_BYTES = 4096;

  private static final long HOLE = -1;

  private final SuperBlock sb;
  private final String name;
  private final RwSemaphore iRwsem;
  private final DioCount dioCount;
  private final PageCache pages;

  /** {@code i_size}: written with i_rwsem held exclusively, read without. */
  private final AtomicWord size;

  // Changed with iRwsem held exclusively: the device block of each block of the file. Writeback
  // looks at it without, so a longer array is shown only once it is filled.
  private volatile long[] blocks;

  Inode(SuperBlock sb, String name, long sizeBytes) {
    this.sb = sb;
    this.name = name;
    this.iRwsem = new RwSemaphore(sb.lockdep(), "i_rwsem");
    this.dioCount = new DioCount(sb.machine());
    this.pages = new PageCache(this);
    this.size = new AtomicWord(sb.machine(), "i_size of " + name, sizeBytes);
    int count = Math.toIntExact((sizeBytes + sb.blockBytes() - 1) / sb.blockBytes());
    long[] mapped = new long[count];
    blocks = mapped;
    for (int i = 0; i < count; i++) {
      mapped[i] = sb.allocateBlock();
      if (mapped[i] < 0) {
        throw new IllegalArgumentException(
            name + " of " + sizeBytes + " bytes does not fit on " + sb.device().name());
      }
    }
  }

  /** The filesystem. */
  public SuperBlock sb() {
    return sb;
  }

  /** The path. */
  public String name() {
    return name;
  }

  /** {@code i_rwsem}. */
  public RwSemaphore iRwsem() {
    return iRwsem;
  }

  /** {@code i_dio_count}. */
  public DioCount dioCount() {
    return dioCount;
  }

  /** {@code i_mapping}. */
  public PageCache pages() {
    return pages;
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

  /** The size for printing and for properties. */
  public long sizeNow() {
    return size.peek();
  }

  /** Whether the block at this offset has a place on the device. i_rwsem held in any mode. */
  boolean isMapped(long pos) {
    int index = Math.toIntExact(pos / sb.blockBytes());
    long[] known = blocks;
    return index < known.length && known[index] != HOLE;
  }

  /**
   * Gives the block at this offset a place on the device. i_rwsem held exclusively.
   *
   * @return 0 or -ENOSPC
   */
  int map(long pos) {
    int index = Math.toIntExact(pos / sb.blockBytes());
    long[] known = blocks;
    if (index >= known.length) {
      int old = known.length;
      known = Arrays.copyOf(known, index + 1);
      Arrays.fill(known, old, index + 1, HOLE);
      blocks = known;
    }
    if (known[index] == HOLE) {
      long block = sb.allocateBlock();
      if (block < 0) {
        return (int) block;
      }
      known[index] = block;
    }
    return 0;
  }

  /** The device sector of this offset, which must be mapped. */
  public long sectorOf(long pos) {
    int index = Math.toIntExact(pos / sb.blockBytes());
    long start = blocks[index] * (sb.blockBytes() / BlockDevice.SECTOR_BYTES);
    return start + pos % sb.blockBytes() / BlockDevice.SECTOR_BYTES;
  }

  @Override
  public String toString() {
    return name;
  }
}
