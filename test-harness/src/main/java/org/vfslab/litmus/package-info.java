/**
 * The meaning of litmus files: from the syntax tree to a scenario that can be explored.
 *
 * <p>Start with {@link org.vfslab.litmus.LitmusScenario#compile}. A file is compiled once, into
 * code that is run in every execution: names become slots of a {@code World}, statements and
 * expressions become small functions over a {@code Frame}.
 */
@NullMarked
package org.vfslab.litmus;

import org.jspecify.annotations.NullMarked;
