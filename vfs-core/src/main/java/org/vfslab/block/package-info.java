/**
 * Block devices: they take bios, keep them in flight for as long as their latency model or chance
 * says, and complete them in an interrupt.
 *
 * <p>Stands on {@code locking}, {@code memory} and {@code machine}. Start with {@link
 * org.vfslab.block.BlockDevice#submitBio}.
 */
@NullMarked
package org.vfslab.block;

import org.jspecify.annotations.NullMarked;
