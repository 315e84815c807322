package org.vfslab.block;

import java.util.ArrayList;
import java.util.List;
import org.vfslab.machine.Machine;
import org.vfslab.memory.AtomicRef;
import org.vfslab.memory.AtomicWord;

/**
 * A bio in several parts, which ends when the last of them has: {@code bio_split} and {@code
 * bio_chain} with {@code __bi_remaining}. The first error is the error of the whole.
 */
final class BioSplit {
  private final Bio parent;
  private final AtomicWord remaining;
  private final AtomicRef<BlkStatus> error;
  private final List<Bio> parts = new ArrayList<>();

  /** For {@code parent}; its submitter holds one reference until {@link #allAdded}. */
  BioSplit(Machine machine, Bio parent) {
    this.parent = parent;
    this.remaining = new AtomicWord(machine, "__bi_remaining", 1);
    this.error = new AtomicRef<>(machine, "bi_status", null);
  }

  /** The next part: so many sectors after those before it, at this place. */
  Bio add(int from, int count, long atSector) {
    remaining.fetchAdd(1);
    Bio part = parent.clone(from, count, atSector, this::partEnded);
    parts.add(part);
    return part;
  }

  /** Says that no more parts come; ends the whole if all have ended by now. */
  void allAdded() {
    put();
  }

  private void partEnded(Bio part) {
    part.struckBy().forEach(parent::struckBy);
    if (part.blkStatus() != BlkStatus.OK) {
      error.compareAndSet(null, part.blkStatus());
    }
    put();
  }

  private void put() {
    if (remaining.addReturn(-1) > 0) {
      return;
    }
    BlkStatus failed = error.loadAcquire();
    if (failed == null && parent.op() == BioOp.READ) {
      parent.filled(joined());
    }
    parent.end(failed == null ? BlkStatus.OK : failed);
  }

  private Data joined() {
    if (parts.size() == 1) {
      return parts.getFirst().data();
    }
    byte[] bytes = new byte[parent.sectors() * BlockDevice.SECTOR_BYTES];
    int at = 0;
    for (Bio part : parts) {
      part.data().copyTo(0, bytes, at, part.data().length());
      at += part.data().length();
    }
    return Data.copyOf(bytes);
  }
}
