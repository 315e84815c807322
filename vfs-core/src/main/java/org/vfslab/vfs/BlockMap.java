package org.vfslab.vfs;

import java.util.Arrays;
import java.util.Objects;
import org.vfslab.block.BlockDevice;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Errno;
import org.vfslab.memory.AtomicRef;
import org.vfslab.trace.Happening;

/**
 * Where the blocks of one file lie on the device.
 *
 * <p>A block is a hole, unwritten (it has a place, and reads as zeroes until its first write has
 * ended), or written. Changed with i_data_sem held exclusively, innermost of the sleeping locks;
 * looked at with i_rwsem held, which keeps blocks from being freed.
 */
final class BlockMap {
  static final long HOLE = -1;
  private static final long UNWRITTEN = 1L << 62;

  private final SuperBlock sb;
  private final RwSemaphore iDataSem;

  /** Never changed once it is shown: a new one takes its place. */
  private final AtomicRef<long[]> blocks;

  BlockMap(SuperBlock sb) {
    this.sb = sb;
    this.iDataSem = new RwSemaphore(sb.lockdep(), "i_data_sem");
    this.blocks = new AtomicRef<>(sb.machine(), "block map", new long[0]);
  }

  /** Set-up: the whole file has written blocks of zeroes. Returns false if they don't fit. */
  boolean preallocate(int count) {
    long[] mapped = new long[count];
    for (int i = 0; i < count; i++) {
      mapped[i] = sb.bitmap().allocate();
      if (mapped[i] < 0) {
        return false;
      }
    }
    blocks.storeRelease(mapped);
    return true;
  }

  /** Mount: the places that were found on the device. */
  void load(long[] found) {
    for (long place : found) {
      if (place != HOLE) {
        sb.bitmap().take(place & ~UNWRITTEN);
      }
    }
    blocks.storeRelease(found);
  }

  /** The places as the device keeps them. */
  long[] placesNow() {
    return now();
  }

  private long at(long pos) {
    long[] now = now();
    long index = pos / sb.blockBytes();
    return index < now.length ? now[(int) index] : HOLE;
  }

  private long[] now() {
    return Objects.requireNonNull(blocks.peek());
  }

  /** Whether the block at this offset has a place. */
  boolean isMapped(long pos) {
    return at(pos) != HOLE;
  }

  /** Whether the block at this offset has a place with data on it. */
  boolean isWritten(long pos) {
    long block = at(pos);
    return block != HOLE && (block & UNWRITTEN) == 0;
  }

  /** {@code ext4_overwrite_io}: whether all blocks of a range are written. */
  boolean isWritten(long pos, long bytes) {
    // A partial block may be converted by the end of another write at this moment.
    boolean partial = ((pos | bytes) & (sb.blockBytes() - 1)) != 0;
    if (partial) {
      iDataSem.downRead();
    }
    boolean all = true;
    for (long at = start(pos); at < pos + bytes; at += sb.blockBytes()) {
      all &= isWritten(at);
    }
    if (partial) {
      iDataSem.upRead();
    }
    return all;
  }

  /** The device sector of this offset, which must have a place. */
  long sectorOf(long pos) {
    long block = at(pos) & ~UNWRITTEN;
    return block * (sb.blockBytes() / BlockDevice.SECTOR_BYTES)
        + pos % sb.blockBytes() / BlockDevice.SECTOR_BYTES;
  }

  /**
   * Gives all blocks of a range a place, unwritten where they had none. Inside a transaction; may
   * sleep.
   *
   * @return 0, or -ENOSPC, and then nothing has changed
   */
  int allocate(long pos, long bytes) {
    iDataSem.downWrite();
    long[] old = now();
    int first = index(pos);
    int end = index(pos + bytes + sb.blockBytes() - 1);
    long[] next = Arrays.copyOf(old, Math.max(old.length, end));
    Arrays.fill(next, old.length, next.length, HOLE);
    int error =
        sb.journal() != null && InodeRecord.runs(old) > InodeRecord.RUNS_MAX ? -Errno.ENOSPC : 0;
    for (int i = first; i < end && error == 0; i++) {
      if (next[i] == HOLE) {
        long block = sb.bitmap().allocate();
        if (block < 0) {
          error = -Errno.ENOSPC;
          freeAll(next, old, first, i);
        } else {
          next[i] = block | UNWRITTEN;
        }
      }
    }
    if (error == 0) {
      blocks.storeRelease(next);
    }
    iDataSem.upWrite();
    return error;
  }

  private void freeAll(long[] next, long[] old, int first, int end) {
    for (int i = first; i < end; i++) {
      if (i >= old.length || old[i] == HOLE) {
        sb.bitmap().free(next[i] & ~UNWRITTEN);
      }
    }
  }

  /** {@code ext4_convert_unwritten_extents}: the blocks of a range have data now. May sleep. */
  void convert(long pos, long bytes) {
    iDataSem.downWrite();
    long[] next = now().clone();
    for (int i = index(pos); i < Math.min(next.length, index(pos + bytes - 1) + 1); i++) {
      if (next[i] != HOLE) {
        next[i] &= ~UNWRITTEN;
      }
    }
    blocks.storeRelease(next);
    iDataSem.upWrite();
  }

  /** Makes the blocks of a range read as zeroes, keeping their places. Inside a transaction. */
  void markUnwritten(long pos, long bytes) {
    iDataSem.downWrite();
    long[] next = now().clone();
    for (int i = index(pos); i < Math.min(next.length, index(pos + bytes)); i++) {
      if (next[i] != HOLE) {
        next[i] |= UNWRITTEN;
      }
    }
    blocks.storeRelease(next);
    iDataSem.upWrite();
  }

  /**
   * Frees the blocks that lie wholly in a range. Inside a transaction; i_rwsem is held exclusively
   * and no transfer of the file is in flight. May sleep.
   */
  void free(long pos, long end) {
    iDataSem.downWrite();
    long[] old = now();
    int first = index(pos + sb.blockBytes() - 1);
    int last = (int) Math.min(old.length, end / sb.blockBytes());
    long[] next = old.clone();
    for (int i = first; i < last; i++) {
      next[i] = HOLE;
    }
    int length = next.length;
    while (length > 0 && next[length - 1] == HOLE) {
      length--;
    }
    blocks.storeRelease(Arrays.copyOf(next, length));
    if (first < last && sb.machine().tracing()) {
      sb.machine()
          .trace(
              new Happening.Noted(
                  "frees the file's blocks from byte " + first * (long) sb.blockBytes() + " on"));
    }
    for (int i = first; i < last; i++) {
      if (old[i] != HOLE) {
        sb.freeBlock(old[i] & ~UNWRITTEN);
      }
    }
    iDataSem.upWrite();
  }

  /** How many blocks have a place; for {@code stat}. */
  long mappedNow() {
    return Arrays.stream(now()).filter(block -> block != HOLE).count();
  }

  private long start(long pos) {
    return pos - pos % sb.blockBytes();
  }

  private int index(long pos) {
    return Math.toIntExact(pos / sb.blockBytes());
  }
}
