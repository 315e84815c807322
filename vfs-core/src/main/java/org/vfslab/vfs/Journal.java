package org.vfslab.vfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.vfslab.block.BlockDevice;
import org.vfslab.locking.Mutex;
import org.vfslab.locking.RwSemaphore;
import org.vfslab.machine.Context;
import org.vfslab.machine.Errno;
import org.vfslab.machine.RawLock;
import org.vfslab.memory.AtomicWord;

/**
 * The journal of a filesystem, in the manner of {@code fs/jbd2}: what the transactions have changed
 * since the last commit goes to the device all together or not at all.
 *
 * <p>A commit writes the records of the inodes that were changed into the journal, and when they
 * have arrived the commit block with {@code REQ_PREFLUSH | REQ_FUA}: so records and data that had
 * completed are durable before it, and it is when its write ends. Data is ordered before it by way
 * of unwritten blocks: a block counts as written only after its data has arrived. The records go to
 * their places (the checkpoint) before the journal is written again. Blocks that were freed can be
 * used again only when the commit that frees them is on the device.
 *
 * <p>An error while writing aborts the journal: nothing is written any more, and what was changed
 * since then is lost.
 */
final class Journal {

  /*
   * Overview. One transaction at a time lies in the journal, and it is checkpointed before the
   * next one is written over it. So the commit block is all that tells whether the journal counts:
   *
   *   descriptor   magic, sequence, how many records, their inodes
   *   records      of 4 KiB each
   *   commit       magic, the same sequence, a checksum over descriptor and records
   *
   * A journal that does not fit together is that of a commit that was cut short, and the records
   * in their places are those of the commit before.
   *
   * Transactions have numbers (tid). The running one is what handles change now; commit_sequence
   * is the last that is durable; flushing the one whose commit block, and flush, has been sent.
   */
  static final long MAGIC = 0x7666_736c_6162_6a31L;

  private final SuperBlock sb;
  private final DiskLayout layout;

  /** {@code j_barrier}: a commit looks at the inodes while no handle is open. */
  private final RwSemaphore handles;

  /** {@code j_checkpoint_mutex}: only one commit or checkpoint at a time. */
  private final Mutex commits;

  /** {@code j_list_lock}. */
  private final RawLock lock;

  // Protected by lock, and the number of the running transaction too.
  private final TreeMap<Long, Inode> changed = new TreeMap<>();
  private List<Long> freed = new ArrayList<>();

  /** How many inodes have changed since the last commit. */
  private final AtomicWord changes;

  private final AtomicWord running;
  private final AtomicWord flushing;
  private final AtomicWord commitSequence;

  /** {@code JBD2_ABORT}. */
  private final AtomicWord aborted;

  /** {@code j_checkpoint_transactions}: committed, and not in its place yet; under commits. */
  private Checkpoint toCheckpoint = new Checkpoint(List.of(), List.of());

  /** Records of inodes, and which. */
  private record Checkpoint(List<Long> numbers, List<byte[]> records) {}

  Journal(SuperBlock sb, DiskLayout layout) {
    this.sb = sb;
    this.layout = layout;
    this.handles = new RwSemaphore(sb.lockdep(), "jbd2_handle");
    this.commits = new Mutex(sb.lockdep(), "j_checkpoint_mutex");
    this.lock = new RawLock(sb.machine(), "j_list_lock");
    this.changes = new AtomicWord(sb.machine(), "running transaction", 0);
    this.running = new AtomicWord(sb.machine(), "j_transaction_sequence", 1);
    this.flushing = new AtomicWord(sb.machine(), "T_COMMIT_JFLUSH", 0);
    this.commitSequence = new AtomicWord(sb.machine(), "j_commit_sequence", 0);
    this.aborted = new AtomicWord(sb.machine(), "JBD2_ABORT", 0);
  }

  DiskLayout layout() {
    return layout;
  }

  /** Mount: the last transaction that was replayed. */
  void recovered(long last) {
    commitSequence.storeRelease(last);
    running.storeRelease(last + 1);
  }

  // ---- handles

  /** {@code start_this_handle}: sleeps while a commit looks at the inodes. */
  void startHandle() {
    handles.downRead();
  }

  void stopHandle() {
    handles.upRead();
  }

  /** {@code jbd2_journal_dirty_metadata}: with a handle open. Returns the transaction. */
  long dirty(Inode inode) {
    Context me = lock.beginLockedCall(lock);
    if (changed.put(inode.number(), inode) == null) {
      changes.fetchAdd(1);
    }
    lock.endLockedCall(me);
    return running.readOnce();
  }

  /** The block belongs to nobody once the running transaction is committed. */
  void freeAtCommit(long block) {
    Context me = lock.beginLockedCall(lock);
    freed.add(block);
    lock.endLockedCall(me);
  }

  // ---- transactions

  /** {@code jbd2_get_latest_transaction}. */
  long latest() {
    Context me = lock.beginLockedCall(lock);
    long tid = running.readOnce() - (changed.isEmpty() ? 1 : 0);
    lock.endLockedCall(me);
    return tid;
  }

  /** {@code jbd2_transaction_committed}. */
  boolean isCommitted(long tid) {
    return commitSequence.loadAcquire() >= tid;
  }

  /**
   * {@code jbd2_trans_will_send_data_barrier}: whether the commit of this transaction is still to
   * make durable what has completed by now.
   */
  boolean willFlush(long tid) {
    return !isCommitted(tid) && flushing.loadAcquire() != tid;
  }

  /** {@code is_journal_aborted}. */
  boolean isAborted() {
    return aborted.readOnce() != 0;
  }

  /**
   * {@code jbd2_complete_transaction}: returns when the transaction is durable. May sleep.
   *
   * @return 0, or -EIO when the journal is aborted
   */
  int complete(long tid) {
    if (isAborted()) {
      return -Errno.EIO;
    }
    if (isCommitted(tid)) {
      return 0;
    }
    commits.lock();
    int error = isCommitted(tid) ? 0 : commit();
    commits.unlock();
    return error;
  }

  /** Commits whatever was changed before the call: {@code jbd2_journal_force_commit}. */
  int completeAll() {
    return complete(latest());
  }

  /**
   * {@code jbd2_journal_flush}: commits, puts everything into its place and makes that durable;
   * nothing in the journal is needed any more. May sleep.
   *
   * @return 0 or -EIO
   */
  int flush() {
    int error = completeAll();
    if (error == 0) {
      commits.lock();
      error = checkpoint();
      commits.unlock();
    }
    return error;
  }

  /** {@code jbd2_journal_commit_transaction}: commits held. */
  private int commit() {
    int error = checkpoint();
    if (error < 0) {
      return error;
    }
    handles.downWrite();
    Context me = lock.beginLockedCall(lock);
    List<Inode> committing = List.copyOf(changed.values());
    List<Long> freeing = freed;
    changed.clear();
    freed = new ArrayList<>();
    changes.fetchAdd(-committing.size());
    long tid = running.fetchAdd(1);
    lock.endLockedCall(me);
    List<Long> numbers = committing.stream().map(Inode::number).toList();
    List<Inode> gone = committing.stream().filter(Inode::isFreed).toList();
    List<byte[]> records = new ArrayList<>();
    for (Inode inode : committing) {
      records.add(InodeRecord.of(inode).toBytes());
    }
    handles.upWrite();
    error = write(tid, numbers, records);
    if (error < 0) {
      return abort();
    }
    toCheckpoint = new Checkpoint(numbers, records);
    freeing.forEach(sb.bitmap()::free);
    gone.forEach(sb::freeNumber);
    return 0;
  }

  private int write(long tid, List<Long> numbers, List<byte[]> records) {
    byte[] descriptor = descriptor(tid, numbers);
    DeviceWrites blocks = new DeviceWrites(sb.device());
    blocks.write(layout.descriptor(), descriptor);
    for (int i = 0; i < records.size(); i++) {
      blocks.write(layout.journalled(i), records.get(i));
    }
    int error = blocks.waitForAll();
    if (error < 0) {
      return error;
    }
    flushing.storeRelease(tid);
    DeviceWrites commit = new DeviceWrites(sb.device());
    commit.write(
        layout.commit(), commitBlock(tid, descriptor, records), sb.writeCache().commitFlags());
    error = commit.waitForAll();
    if (error == 0) {
      commitSequence.storeRelease(tid);
    }
    return error;
  }

  /** {@code jbd2_log_do_checkpoint} and {@code jbd2_cleanup_journal_tail}: commits held. */
  private int checkpoint() {
    Checkpoint old = toCheckpoint;
    if (isAborted()) {
      return -Errno.EIO;
    }
    if (old.numbers.isEmpty()) {
      return 0;
    }
    DeviceWrites places = new DeviceWrites(sb.device());
    for (int i = 0; i < old.numbers.size(); i++) {
      places.write(layout.record(old.numbers.get(i)), old.records.get(i));
    }
    int error = places.waitForAll();
    if (error == 0) {
      error = sb.writeCache().flush(sb.device());
    }
    if (error < 0) {
      return abort();
    }
    toCheckpoint = new Checkpoint(List.of(), List.of());
    return 0;
  }

  /** {@code jbd2_journal_abort}: the device is not written any more. */
  private int abort() {
    aborted.storeRelease(1);
    return -Errno.EIO;
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
