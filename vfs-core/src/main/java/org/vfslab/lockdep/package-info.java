/**
 * The lock validator. It listens to acquire, release and interrupt events of one machine and
 * decides nothing for the locks.
 *
 * <p>Stands on {@code machine}. Start with {@link org.vfslab.lockdep.Lockdep}; the graph of classes
 * is {@code Graph}, and a search through it {@code Search}.
 */
@NullMarked
package org.vfslab.lockdep;

import org.jspecify.annotations.NullMarked;
