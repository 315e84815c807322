/**
 * Barriers side by side: what each of them waits for, keeps out and promises.
 *
 * <p>Nothing in the table is written by hand: each cell is the answer of an exploration of a litmus
 * file in which the barrier was put. Stands on {@code litmus}; start with {@link
 * org.vfslab.compare.Comparison}.
 */
@NullMarked
package org.vfslab.compare;

import org.jspecify.annotations.NullMarked;
