/**
 * Events about files for whoever listens: fills the seam {@link org.vfslab.vfs.ModifyEvents}.
 *
 * <p>So far groups, inode marks, queued events in order, and the check that a permission hook never
 * runs inside freeze protection. Stands on {@code vfs-core}; start with {@link
 * org.vfslab.fsnotify.Fsnotify}.
 */
@NullMarked
package org.vfslab.fsnotify;

import org.jspecify.annotations.NullMarked;
