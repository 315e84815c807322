package org.vfslab.litmus.syntax;

import java.util.List;

/** Statements in order; a branch or loop without braces is a block of one statement. */
public record Block(Position position, List<Statement> statements) implements Node {

  /** Copies the list. */
  public Block {
    statements = List.copyOf(statements);
  }
}
