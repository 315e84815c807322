/**
 * Freezing a filesystem, thawing it, and what waits for writes: fills the seams {@link
 * org.vfslab.vfs.WriteProtection} and {@link org.vfslab.vfs.Barriers}.
 *
 * <p>Stands on {@code vfs-core}. Start with {@link org.vfslab.freeze.SuperFreeze#freezeSuper}.
 */
@NullMarked
package org.vfslab.freeze;

import org.jspecify.annotations.NullMarked;
