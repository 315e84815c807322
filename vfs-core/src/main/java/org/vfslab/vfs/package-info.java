/**
 * Inodes, files, superblocks, the page cache, direct I/O and a small filesystem.
 *
 * <p>The write path calls narrow seams that the modules above fill in: {@link
 * org.vfslab.vfs.WriteProtection} and {@link org.vfslab.vfs.Barriers} (freeze), {@link
 * org.vfslab.vfs.ModifyEvents} (fsnotify). Stands on {@code block} and {@code locking}. Start with
 * {@link org.vfslab.vfs.ReadWrite#vfsWrite}.
 */
@NullMarked
package org.vfslab.vfs;

import org.jspecify.annotations.NullMarked;
