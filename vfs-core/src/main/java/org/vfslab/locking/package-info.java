/**
 * The kernel's locks, with its algorithms and its words: each state word can be watched.
 *
 * <p>Stands on {@code memory}, {@code lockdep} and {@code machine}. Start with {@link
 * org.vfslab.locking.RwSemaphore}. What each lock leaves out is in {@code docs/fidelity.md}.
 */
@NullMarked
package org.vfslab.locking;

import org.jspecify.annotations.NullMarked;
