package org.vfslab.vfs;

/**
 * Broken: opening a file, if only to read it, begins a transaction, and so waits for a thaw.
 *
 * <p>What ext4 did at the first open after a mount, to note where it is mounted, until it learned
 * to try only (fstests generic/491). Patch name: {@code transaction-at-open}.
 */
public final class BrokenTransactionAtOpen implements SuperOperations {

  @Override
  public int syncFs(SuperBlock sb, boolean wait) {
    return LabFs.TYPE.syncFs(sb, wait);
  }

  @Override
  public int freezeFs(SuperBlock sb) {
    return LabFs.TYPE.freezeFs(sb);
  }

  @Override
  public void fileOpen(SuperBlock sb) {
    sb.writeProtection().startWrite(FreezeLevel.FS);
    sb.writeProtection().endWrite(FreezeLevel.FS);
  }
}
