package org.vfslab.vfs;

/**
 * Broken: two writes to parts of one new block run at the same time, and each writes zeroes over
 * what the other has written.
 *
 * <p>What ext4 and xfs serialise for; before "xfs: serialise unaligned direct IOs" (fstests
 * generic/240) it looked like this. Patch name: {@code unserialised-subblock}.
 */
public final class BrokenUnserialisedSubblock extends CountedDirectIo {

  @Override
  public boolean serialisesPartialBlocks() {
    return false;
  }

  @Override
  public boolean waitsForOwnWrite() {
    return false;
  }
}
