/**
 * The shared cells: every word of the model that two contexts may touch.
 *
 * <p>Three kinds: an atomic word, an atomic reference, and plain data, whose unordered use is
 * reported as a data race. On the deterministic engine each access to the first two is a scheduling
 * point at the granularity of words, and what they order is tracked by happens-before; on the live
 * engine each access costs one predictable branch. Stands on {@code machine}.
 *
 * <p>Orders follow the kernel's memory model ({@code tools/memory-model}): {@code readOnce} and
 * {@code writeOnce} order nothing, successful read-modify-writes are fully ordered.
 */
@NullMarked
package org.vfslab.memory;

import org.jspecify.annotations.NullMarked;
