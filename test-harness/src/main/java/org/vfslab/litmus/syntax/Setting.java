package org.vfslab.litmus.syntax;

import java.util.List;

/** One {@code key value} entry of a machine, disk or filesystem; keys are unique in their block. */
public record Setting(Position position, String key, Value value) implements Node {

  /** What a key is set to. */
  public sealed interface Value extends Node {}

  /** {@code 512}, {@code 4k}, {@code 10us}. */
  public record Quantity(Expression.IntegerLiteral number) implements Value {
    @Override
    public Position position() {
      return number.position();
    }
  }

  /** A string. */
  public record Text(Position position, String value) implements Value {}

  /** A word, with the numbers that follow it: {@code any}, {@code uniform 10us 100us}. */
  public record Choice(Position position, String word, List<Expression.IntegerLiteral> arguments)
      implements Value {
    /** Copies the list. */
    public Choice {
      arguments = List.copyOf(arguments);
    }
  }
}
