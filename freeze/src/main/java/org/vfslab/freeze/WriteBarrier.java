package org.vfslab.freeze;

import org.vfslab.vfs.WriteSection;

/** A way to wait for the writes in flight that is not in mainline; one per superblock. */
public interface WriteBarrier extends WriteSection {

  /** Waits for every write that has begun. Process context with nothing held; sleeps. */
  void waitForWrites();
}
