package org.vfslab.vfs;

/**
 * Broken: all of the end of a direct write is done in the interrupt, what may sleep too.
 *
 * <p>The kind of bug for which fstests has generic/323. Patch name: {@code dio-end-in-interrupt}.
 */
public final class BrokenEndInInterrupt implements DirectIoEnd {

  @Override
  public boolean usesWorker() {
    return false;
  }
}
