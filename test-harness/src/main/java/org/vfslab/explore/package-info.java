/**
 * Trying schedules: what a scenario is, the strategies that pick schedules, and what comes of it.
 *
 * <p>Start with {@link org.vfslab.explore.Scenario} and {@link org.vfslab.explore.Explorer}; each
 * {@link org.vfslab.explore.Strategy} is a file of its own.
 */
@NullMarked
package org.vfslab.explore;

import org.jspecify.annotations.NullMarked;
