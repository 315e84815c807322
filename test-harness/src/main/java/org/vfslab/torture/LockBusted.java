package org.vfslab.torture;

/**
 * No lock at all: {@code lock_busted} of locktorture. It must fail, and shows what that looks like.
 */
final class LockBusted implements Torture {

  @Override
  public String name() {
    return "lock-busted";
  }

  @Override
  public String about() {
    return "no lock at all, to see what a failure looks like";
  }

  @Override
  public void setUp(LockTorture torture) {
    torture.writers(Stress::holdWrite);
    torture.readers(Stress::holdRead);
  }
}
