package org.vfslab.vfs;

/**
 * Broken: the file is longer as soon as an extending direct write is submitted, so that others read
 * what the blocks held before.
 *
 * <p>What fstests generic/465 looks for. Patch name: {@code dio-size-before-data}.
 */
public final class BrokenSizeBeforeData implements DirectIoEnd {

  @Override
  public void extendsTo(Inode inode, long sizeBytes) {
    inode.size(sizeBytes);
  }
}
