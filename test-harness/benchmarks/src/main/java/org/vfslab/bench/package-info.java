/**
 * How fast it is, and how much memory it needs: {@code ./vfslab bench}.
 *
 * <p>Start with {@link org.vfslab.bench.Main}; each {@link org.vfslab.bench.Suite} is one question.
 * What is measured how, and figures, are in docs/benchmarks.md.
 */
@NullMarked
package org.vfslab.bench;

import org.jspecify.annotations.NullMarked;
