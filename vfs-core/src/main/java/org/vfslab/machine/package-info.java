/**
 * The simulated machine: CPUs, tasks, interrupts, wait queues, workqueues, timers, and the two
 * engines that run them.
 *
 * <p>Stands on {@code trace} only. Start with {@link org.vfslab.machine.Machine}, then {@link
 * org.vfslab.machine.Engine} for what differs between real threads and coroutines, and {@link
 * org.vfslab.machine.Chance} for the one place where everything that can vary is decided.
 */
@NullMarked
package org.vfslab.machine;

import org.jspecify.annotations.NullMarked;
