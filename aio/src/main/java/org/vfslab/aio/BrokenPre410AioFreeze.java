package org.vfslab.aio;

import org.vfslab.vfs.Kiocb;

/**
 * Broken, as before Linux 4.10: freeze protection covers the submission only, so a write in flight
 * reaches the disk of a frozen filesystem.
 *
 * <p>Repaired by commit 70fe2f48152e, "aio: fix freeze protection of aio writes" (Jan Kara, October
 * 2016). Patch name: {@code pre-4.10-aio-freeze}.
 */
public final class BrokenPre410AioFreeze implements WriteHold {

  @Override
  public void submits(Kiocb iocb) {
    iocb.file().startWrite();
  }

  @Override
  public void submitted(Kiocb iocb) {
    iocb.file().endWrite();
  }

  @Override
  public void completes(Kiocb iocb) {}
}
