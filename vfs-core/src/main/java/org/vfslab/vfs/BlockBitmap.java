package org.vfslab.vfs;

import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import org.vfslab.machine.Context;
import org.vfslab.machine.Errno;
import org.vfslab.machine.KernelFault;
import org.vfslab.machine.Machine;
import org.vfslab.machine.RawLock;
import org.vfslab.machine.ReportKind;
import org.vfslab.machine.Shared;

/**
 * Which blocks of a filesystem are in use. The lowest free one is taken next, so that a block that
 * was freed too early is soon somebody else's.
 */
public final class BlockBitmap extends Shared {
  private static final int WORD_BITS = 64;

  private final RawLock lock;
  private final int blocks;

  // Written under the lock; properties look without it.
  private final AtomicLongArray used;

  BlockBitmap(Machine machine, String name, int blocks) {
    super(machine, name);
    this.lock = new RawLock(machine, name);
    this.blocks = blocks;
    this.used = new AtomicLongArray((blocks + WORD_BITS - 1) / WORD_BITS);
  }

  /** How many blocks there are. */
  public int blocks() {
    return blocks;
  }

  /** Takes the lowest free block; {@code -ENOSPC} when there is none. Never sleeps. */
  long allocate() {
    @Nullable Context me = begin();
    long found = -Errno.ENOSPC;
    for (int i = 0; i < used.length() && found < 0; i++) {
      int bit = Long.numberOfTrailingZeros(~used.get(i));
      if (bit < WORD_BITS && i * WORD_BITS + bit < blocks) {
        used.set(i, used.get(i) | 1L << bit);
        found = (long) i * WORD_BITS + bit;
      }
    }
    end(me);
    return found;
  }

  /** Set-up and mount: this one is in use; returns whether it was free. */
  boolean take(long block) {
    @Nullable Context me = begin();
    boolean was = isFreeNow(block);
    int word = (int) (block / WORD_BITS);
    used.set(word, used.get(word) | 1L << block % WORD_BITS);
    end(me);
    return was;
  }

  /**
   * Gives a block back. Never sleeps.
   *
   * @throws KernelFault if it is free already
   */
  void free(long block) {
    @Nullable Context me = begin();
    boolean was = isFreeNow(block);
    int word = (int) (block / WORD_BITS);
    used.set(word, used.get(word) & ~(1L << block % WORD_BITS));
    end(me);
    if (was) {
      throw new KernelFault(
          ReportKind.BUG, "BUG: block " + block + " of " + name() + " is freed twice");
    }
  }

  /** Set-up happens outside of the run, where nobody is there to hold a lock. */
  private @Nullable Context begin() {
    return machine().currentOrNull() == null ? null : lock.beginLockedCall(this);
  }

  private void end(@Nullable Context me) {
    if (me != null) {
      lock.endLockedCall(me);
    }
  }

  /** Whether a block is free; for printing and for properties. */
  public boolean isFreeNow(long block) {
    return (used.get((int) (block / WORD_BITS)) & 1L << block % WORD_BITS) == 0;
  }

  /** How many blocks are free; for printing, properties and {@code statfs}. */
  public long freeNow() {
    long free = blocks;
    for (int i = 0; i < used.length(); i++) {
      free -= Long.bitCount(used.get(i));
    }
    return free;
  }
}
