/**
 * What JMH runs: locks of a live machine beside those of the JDK. JMH needs public classes, so they
 * have a package for themselves; {@code LocksSuite} starts them.
 */
@NullMarked
package org.vfslab.bench.jmh;

import org.jspecify.annotations.NullMarked;
