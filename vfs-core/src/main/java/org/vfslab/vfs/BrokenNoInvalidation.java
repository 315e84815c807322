package org.vfslab.vfs;

/**
 * Broken: pages that were read while a direct write was in flight stay, with the old data.
 *
 * <p>What fstests generic/451 and generic/209 look for; repaired for aio by "fs: Fix page cache
 * inconsistency when mixing buffered and AIO DIO" (Linux 4.14). Patch name: {@code
 * dio-without-invalidation}.
 */
public final class BrokenNoInvalidation implements DirectIoEnd {

  @Override
  public boolean invalidates() {
    return false;
  }
}
