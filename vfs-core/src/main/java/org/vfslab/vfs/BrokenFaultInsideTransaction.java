package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;

/**
 * Broken: the bytes of a buffered write are taken while a transaction is open, so that a page fault
 * takes mmap_lock inside of {@code SB_FREEZE_FS}, where a write fault takes both the other way
 * round.
 *
 * <p>The deadlock for which {@code generic_perform_write} faults pages in before {@code
 * ->write_begin}. Patch name: {@code fault-inside-transaction}.
 */
public final class BrokenFaultInsideTransaction implements CopyIn {

  @Override
  public byte @Nullable [] copy(SuperBlock sb, UserBuffer buffer, int offset, int bytes) {
    Transaction transaction = Transaction.start(sb);
    byte[] data = buffer.copy(offset, bytes);
    transaction.stop();
    return data;
  }
}
