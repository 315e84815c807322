/**
 * Torture of locks on real threads, in the manner of the kernel's {@code locktorture}: many threads
 * take and give back one lock for as long as one likes, and count what they see inside.
 *
 * <p>{@link org.vfslab.torture.LockTorture} is the harness; a lock says in a {@link
 * org.vfslab.torture.Torture} what its writers and readers do, and is listed in {@link
 * org.vfslab.torture.Tortures}. Nothing is steered here, so nothing is proved; what the explorer
 * does not have is found here: the JVM's memory model, and time.
 */
@NullMarked
package org.vfslab.torture;

import org.jspecify.annotations.NullMarked;
