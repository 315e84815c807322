/**
 * The lock validator. It listens to acquire, release and exit-to-user events of one machine and
 * decides nothing for the locks.
 *
 * <p>So far it keeps the stack of held locks per context and checks what can be checked with that:
 * unlock balance, locks held at the return to user space and at exit, and {@code assert_held}.
 * Dependencies between lock classes are not followed yet. Stands on {@code machine}; start with
 * {@link org.vfslab.lockdep.Lockdep}.
 */
@NullMarked
package org.vfslab.lockdep;

import org.jspecify.annotations.NullMarked;
