/**
 * JUnit tests that explore schedules instead of running once.
 *
 * <p>Start with {@link org.vfslab.junit.Explore}, which stands on a test method, and {@link
 * org.vfslab.junit.Demands}, which takes what must hold. {@code docs/junit.md} has an example.
 *
 * <p>Stands on {@code org.vfslab.explore} and {@code org.vfslab.report}. The only package that
 * needs JUnit, which whoever uses it brings along; the command line does without.
 */
@NullMarked
package org.vfslab.junit;

import org.jspecify.annotations.NullMarked;
