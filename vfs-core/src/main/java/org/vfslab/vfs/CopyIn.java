package org.vfslab.vfs;

import org.jspecify.annotations.Nullable;

/** The seam for when a buffered write takes its bytes from the memory of the process. */
public interface CopyIn {

  /** Mainline: with freeze protection and i_rwsem held, and no transaction open. */
  CopyIn UPSTREAM = (sb, buffer, offset, bytes) -> buffer.copy(offset, bytes);

  /** The bytes, or null (EFAULT). May sleep in a page fault. */
  byte @Nullable [] copy(SuperBlock sb, UserBuffer buffer, int offset, int bytes);
}
