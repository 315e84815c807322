package org.vfslab.vfs;

/** What a filesystem type adds to its superblocks ({@code struct super_operations}). */
public interface SuperOperations {

  /** {@code ->sync_fs}: writes what the filesystem keeps besides data. */
  default int syncFs(SuperBlock sb, boolean wait) {
    return 0;
  }

  /** {@code ->freeze_fs}: makes the medium clean; all levels are closed. */
  default int freezeFs(SuperBlock sb) {
    return 0;
  }

  /** {@code ->open} of its files: each open but of a path. May sleep. */
  default void fileOpen(SuperBlock sb) {}

  /** {@code ->unfreeze_fs}. */
  default int unfreezeFs(SuperBlock sb) {
    return 0;
  }

  /** {@code ->reconfigure}: writers are kept out, and what was dirty is written. */
  default int reconfigure(SuperBlock sb, boolean readOnly) {
    return 0;
  }

  /** {@code ->put_super}: nobody uses the filesystem any more. */
  default void putSuper(SuperBlock sb) {}
}
