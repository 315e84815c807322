package org.vfslab.vfs;

/** What a filesystem asks of the volatile cache of its device. */
public interface WriteCache {

  /** A device whose writes are on the medium when they end. */
  WriteCache NONE =
      new WriteCache() {
        @Override
        public boolean writesThrough() {
          return true;
        }

        @Override
        public int flush() {
          return 0;
        }
      };

  /**
   * Whether a write can be made durable by itself: the device has no volatile cache, or it has FUA
   * ({@code bdev_fua || !bdev_write_cache}).
   */
  boolean writesThrough();

  /** {@code blkdev_issue_flush}: 0 or a negative errno. May sleep. */
  int flush();
}
