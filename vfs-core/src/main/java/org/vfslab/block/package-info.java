/**
 * Block devices.
 *
 * <p>A bio goes to a {@link org.vfslab.block.BlockDevice}. A disk makes a request of it and gives
 * it a tag ({@code RequestQueue}, {@code Tags}); its driver hands it to the drive and takes the
 * answer, or gives it up ({@code DiskDriver}, {@code TimeoutScanner}); what a volatile cache needs
 * is done by the {@code FlushMachine}. The {@code Drive} is the hardware, with its cache and its
 * faults. A {@link org.vfslab.block.MappedDevice} hands bios to other devices.
 *
 * <p>Stands on {@code memory} and {@code machine}. Start with {@link
 * org.vfslab.block.BlockDevice#submitBio}.
 */
@NullMarked
package org.vfslab.block;

import org.jspecify.annotations.NullMarked;
