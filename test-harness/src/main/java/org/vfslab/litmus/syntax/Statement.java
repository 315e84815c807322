package org.vfslab.litmus.syntax;

import java.util.Optional;

/** One step of a context. */
public sealed interface Statement extends Node {

  /** {@code fd = open("/mnt/a", O_RDWR)}. */
  record Assign(Position position, Expression.Place target, Expression value)
      implements Statement {}

  /**
   * A call, a bare word such as {@code exit_to_user}, or a comparison that must be true when it
   * runs, such as {@code syncfs("/mnt") == 0}. The parser lets no other expression stand alone.
   */
  record ExpressionStatement(Position position, Expression expression) implements Statement {}

  /** {@code if (condition) ... else ...}. */
  record If(Position position, Expression condition, Block thenBranch, Optional<Block> elseBranch)
      implements Statement {}

  /** {@code while (condition) ...}. */
  record While(Position position, Expression condition, Block body) implements Statement {}

  /** {@code do ... while (condition)}. */
  record DoWhile(Position position, Block body, Expression condition) implements Statement {}

  /** {@code assert condition}. */
  record Assert(Position position, Expression condition) implements Statement {}
}
