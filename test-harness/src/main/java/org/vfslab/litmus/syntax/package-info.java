/**
 * The words and sentences of a litmus file: from bytes to a syntax tree, and no further.
 *
 * <p>A file becomes a {@link org.vfslab.litmus.syntax.LitmusSource}, its text becomes tokens
 * ({@link org.vfslab.litmus.syntax.Lexer}), and the tokens become a {@link
 * org.vfslab.litmus.syntax.LitmusFile}: declarations, contexts and properties. Nothing here knows
 * what a name or a call means; whoever gives them a meaning reads the tree and reports mistakes
 * through {@link org.vfslab.litmus.syntax.LitmusSource#error}.
 *
 * <p>The package stands on the JDK alone. Start at {@link org.vfslab.litmus.syntax.LitmusParser};
 * the grammar is in {@code docs/litmus.md}.
 */
@NullMarked
package org.vfslab.litmus.syntax;

import org.jspecify.annotations.NullMarked;
