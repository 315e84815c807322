package org.vfslab.litmus.syntax;

import java.util.List;
import java.util.Optional;

/**
 * A body of statements with somebody to run it: {@code task writer on cpu 1 { ... }}.
 *
 * @param parameters what the body receives from whoever starts it; a task has none
 * @param cpu the number after {@code on cpu}
 */
public record Context(
    Position position,
    Kind kind,
    String name,
    List<Parameter> parameters,
    Optional<Expression.IntegerLiteral> cpu,
    Block body)
    implements Node {

  /** Copies the list. */
  public Context {
    parameters = List.copyOf(parameters);
  }

  /** A name for a value that the body receives. */
  public record Parameter(Position position, String name) implements Node {}

  /** What runs the body. */
  public enum Kind implements Spelled {
    /** A task; it starts by itself. */
    TASK("task"),
    /** An interrupt handler. */
    IRQ("irq"),
    /** An item for a work queue. */
    WORK("work"),
    /** A timer's function. */
    TIMER("timer");

    private final String spelling;

    Kind(String spelling) {
      this.spelling = spelling;
    }

    @Override
    public String spelling() {
      return spelling;
    }
  }
}
