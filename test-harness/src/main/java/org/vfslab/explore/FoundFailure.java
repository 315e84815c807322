package org.vfslab.explore;

/**
 * A finding and how to see it again.
 *
 * @param finding what was found
 * @param recording the schedule that shows it
 * @param execution in which execution, from 1
 */
public record FoundFailure(Finding finding, Recording recording, long execution) {}
