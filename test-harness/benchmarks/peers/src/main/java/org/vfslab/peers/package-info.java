/**
 * The programs of {@code ./vfslab bench peers} in plain Java, and the tools that run them. They are
 * the twins of {@code org.vfslab.bench.Twins}: the same tasks with the same shared accesses.
 */
@NullMarked
package org.vfslab.peers;

import org.jspecify.annotations.NullMarked;
