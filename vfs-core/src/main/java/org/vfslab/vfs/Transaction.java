package org.vfslab.vfs;

/**
 * A change of metadata that is made as a whole: a journal handle.
 *
 * <p>Takes {@code SB_FREEZE_FS} ({@code sb_start_intwrite}, as {@code xfs_trans_alloc} does, 7.2),
 * so it is inside of everything but the block map's lock; it must not be nested.
 */
final class Transaction {
  private final SuperBlock sb;

  private Transaction(SuperBlock sb) {
    this.sb = sb;
  }

  /** {@code ext4_journal_start}: sleeps, uninterruptibly, while the level is frozen. */
  static Transaction start(SuperBlock sb) {
    sb.writeProtection().startWrite(FreezeLevel.FS);
    return new Transaction(sb);
  }

  /** {@code ext4_journal_stop}. */
  void stop() {
    sb.writeProtection().endWrite(FreezeLevel.FS);
  }
}
