/**
 * The locking API test-suite: bug shapes by kinds of locks, each run on a machine of its own, and
 * what lockdep must say to it. Start with {@link org.vfslab.selftest.LockingSelftest}; another kind
 * of lock is one more entry in {@link org.vfslab.selftest.LockKind}.
 */
@NullMarked
package org.vfslab.selftest;

import org.jspecify.annotations.NullMarked;
