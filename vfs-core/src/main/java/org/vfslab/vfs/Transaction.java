package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;

/**
 * A change of metadata that is made as a whole: a journal handle.
 *
 * <p>Takes {@code SB_FREEZE_FS} ({@code sb_start_intwrite}, as {@code xfs_trans_alloc} does, 7.2),
 * and with a journal a handle, so it is inside of everything but the block map's lock; it must not
 * be nested.
 */
final class Transaction {
  private final SuperBlock sb;
  private final @Nullable Journal journal;

  private Transaction(SuperBlock sb) {
    this.sb = sb;
    this.journal = sb.journal();
  }

  /** {@code ext4_journal_start}: sleeps, uninterruptibly, while the level is frozen. */
  static Transaction start(SuperBlock sb) {
    sb.writeProtection().startWrite(FreezeLevel.FS);
    Transaction transaction = new Transaction(sb);
    if (transaction.journal != null) {
      transaction.journal.startHandle();
    }
    return transaction;
  }

  /**
   * {@code ext4_mark_inode_dirty}: what was changed here goes into the journal. A read of the data
   * needs it, so {@code fdatasync} has to wait for it too.
   */
  void changes(Inode inode) {
    if (journal != null) {
      long tid = journal.dirty(inode);
      inode.syncTid().writeOnce(tid);
      inode.datasyncTid().writeOnce(tid);
    }
  }

  /** The same of times, mode or links: {@code fdatasync} leaves them for later. */
  void changesAttributes(Inode inode) {
    if (journal != null) {
      inode.syncTid().writeOnce(journal.dirty(inode));
    }
  }

  /** {@code ext4_journal_stop}. */
  void stop() {
    if (journal != null) {
      journal.stopHandle();
    }
    sb.writeProtection().endWrite(FreezeLevel.FS);
  }
}
