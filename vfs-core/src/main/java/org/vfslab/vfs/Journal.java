package org.vfslab.vfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.vfslab.block.BlockDevice;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Context;
import org.vfslab.machine.RawLock;
import org.vfslab.memory.AtomicWord;

/**
 * The journal of a filesystem, in the manner of {@code fs/jbd2}: what the transactions have changed
 * since the last commit goes to the device all together or not at all.
 *
 * <p>A commit writes the records of the inodes that were changed into the journal, then the commit
 * block, then (the checkpoint) the records to their places. Data is ordered before it by way of
 * unwritten blocks: a block counts as written only after its data has arrived. Blocks that were
 * freed can be used again only when the commit that frees them is on the device.
 */
final class Journal {

  /*
   * Overview. One transaction at a time lies in the journal, and it was checkpointed before the
   * next one is written over it. So the commit block is all that tells whether the journal counts:
   *
   *   descriptor   magic, sequence, how many records, their inodes
   *   records      of 4 KiB each
   *   commit       magic, the same sequence, a checksum over descriptor and records
   *
   * A journal that does not fit together is that of a commit that was cut short, and the records
   * in their places are those of the commit before.
   */
  static final long MAGIC = 0x7666_736c_6162_6a31L;

  private final SuperBlock sb;
  private final DiskLayout layout;

  /** {@code j_barrier}: a commit looks at the inodes while no handle is open. */
  private final RwSemaphore handles;

  /** Only one commit at a time. */
  private final RwSemaphore commits;

  private final RawLock lock;

  // Protected by lock.
  private final TreeMap<Long, Inode> changed = new TreeMap<>();
  private List<Long> freed = new ArrayList<>();

  /** How many inodes have changed; and the number of the last commit, under commits. */
  private final AtomicWord changes;

  private final AtomicWord sequence;

  Journal(SuperBlock sb, DiskLayout layout) {
    this.sb = sb;
    this.layout = layout;
    this.handles = new RwSemaphore(sb.lockdep(), "jbd2_handle");
    this.commits = new RwSemaphore(sb.lockdep(), "j_checkpoint_mutex");
    this.lock = new RawLock(sb.machine(), "j_list_lock");
    this.changes = new AtomicWord(sb.machine(), "running transaction", 0);
    this.sequence = new AtomicWord(sb.machine(), "j_commit_sequence", 0);
  }

  DiskLayout layout() {
    return layout;
  }

  void sequence(long last) {
    sequence.storeRelease(last);
  }

  // ---- handles

  /** {@code start_this_handle}: sleeps while a commit looks at the inodes. */
  void startHandle() {
    handles.downRead();
  }

  void stopHandle() {
    handles.upRead();
  }

  /** {@code jbd2_journal_dirty_metadata}: with a handle open. */
  void dirty(Inode inode) {
    Context me = lock.beginLockedCall(lock);
    if (changed.put(inode.number(), inode) == null) {
      changes.fetchAdd(1);
    }
    lock.endLockedCall(me);
  }

  /** The block belongs to nobody once the running transaction is committed. */
  void freeAtCommit(long block) {
    Context me = lock.beginLockedCall(lock);
    freed.add(block);
    lock.endLockedCall(me);
  }

  // ---- the commit

  /**
   * {@code jbd2_journal_commit_transaction} and its checkpoint: returns when all that was changed
   * before the call is on the device. May sleep.
   *
   * @return 0 or a negative errno; then nothing counts as committed
   */
  int commit() {
    commits.downWrite();
    int error = changes.loadAcquire() == 0 ? 0 : commitChanges();
    commits.upWrite();
    return error;
  }

  private int commitChanges() {
    handles.downWrite();
    Context me = lock.beginLockedCall(lock);
    TreeMap<Long, Inode> committing = new TreeMap<>(changed);
    List<Long> freeing = freed;
    changed.clear();
    freed = new ArrayList<>();
    changes.fetchAdd(-committing.size());
    lock.endLockedCall(me);
    List<Long> numbers = List.copyOf(committing.keySet());
    List<byte[]> records = new ArrayList<>();
    for (Inode inode : committing.values()) {
      records.add(InodeRecord.of(inode).toBytes());
    }
    handles.upWrite();
    int error = write(numbers, records);
    if (error < 0) {
      again(committing, freeing);
      return error;
    }
    freeing.forEach(sb.bitmap()::free);
    committing.values().stream().filter(Inode::isEvicted).forEach(sb::freeNumber);
    return 0;
  }

  private int write(List<Long> numbers, List<byte[]> records) {
    long number = sequence.readOnce() + 1;
    byte[] descriptor = descriptor(number, numbers);
    DeviceWrites journal = new DeviceWrites(sb.device());
    journal.write(layout.descriptor(), descriptor);
    for (int i = 0; i < records.size(); i++) {
      journal.write(layout.journalled(i), records.get(i));
    }
    int error = journal.waitAndFlush(sb.writeCache());
    if (error == 0) {
      DeviceWrites commit = new DeviceWrites(sb.device());
      commit.write(layout.commit(), commitBlock(number, descriptor, records));
      error = commit.waitAndFlush(sb.writeCache());
    }
    if (error == 0) {
      sequence.storeRelease(number);
      error = checkpoint(numbers, records);
    }
    return error;
  }

  private int checkpoint(List<Long> numbers, List<byte[]> records) {
    DeviceWrites places = new DeviceWrites(sb.device());
    for (int i = 0; i < records.size(); i++) {
      places.write(layout.record(numbers.get(i)), records.get(i));
    }
    return places.waitAndFlush(sb.writeCache());
  }

  /** The commit failed: what it should have committed belongs to the next one. */
  private void again(Map<Long, Inode> committing, List<Long> freeing) {
    committing.values().forEach(this::dirty);
    freeing.forEach(this::freeAtCommit);
  }

  // ---- blocks of the journal

  static byte[] descriptor(long number, List<Long> inodes) {
    ByteBuffer out = ByteBuffer.allocate(BlockDevice.SECTOR_BYTES);
    out.putLong(MAGIC).putLong(number).putInt(inodes.size());
    inodes.forEach(inode -> out.putInt(inode.intValue()));
    return out.array();
  }

  static byte[] commitBlock(long number, byte[] descriptor, List<byte[]> records) {
    CRC32 sum = new CRC32();
    sum.update(descriptor);
    records.forEach(sum::update);
    return ByteBuffer.allocate(BlockDevice.SECTOR_BYTES)
        .putLong(MAGIC)
        .putLong(number)
        .putLong(sum.getValue())
        .array();
  }

  /** How many inodes have changed since the last commit; for printing and for properties. */
  long changesNow() {
    return changes.peek();
  }
}
