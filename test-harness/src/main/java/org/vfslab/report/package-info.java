/**
 * What a user gets to see of an exploration: the story of a failure, the replay file that shows it
 * again, and the result as JSON.
 *
 * <p>Stands on {@link org.vfslab.trace} for what happened, on {@link org.vfslab.explore} for what
 * came of it, and on {@link org.vfslab.machine} for who waits at the end. Start with {@link
 * org.vfslab.report.StoryTable} and {@link org.vfslab.report.WhoWaits}, which are printed one after
 * the other; then {@link org.vfslab.report.ReplayFile}.
 *
 * <p>All text is in ASCII but for the names that the user gave: terminals of any system, mails and
 * issue trackers are its readers. The same trace always gives the same text.
 */
@NullMarked
package org.vfslab.report;

import org.jspecify.annotations.NullMarked;
