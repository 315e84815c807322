/**
 * The command line: one class a command, each of which reads its options, has the work done by
 * {@link org.vfslab.explore} and prints what came of it.
 *
 * <p>Start with {@link org.vfslab.cli.Main}. Exit codes are in {@link org.vfslab.cli.ExitStatus}; a
 * mistake of the user is a {@link org.vfslab.cli.BadInputException}, whose message is the one
 * sentence that is shown.
 */
@NullMarked
package org.vfslab.cli;

import org.jspecify.annotations.NullMarked;
