package org.vfslab.lockdep;

/**
 * An entry of a context's stack of held locks ({@code held_lock}).
 *
 * @param map the lock
 * @param mode how it is held
 * @param site the operation that took it
 */
record HeldLock(LockMap map, Mode mode, String site) {}
