package org.vfslab.litmus.syntax;

import java.util.List;

/** Something with a value. */
public sealed interface Expression extends Node {

  /**
   * {@code 42}, {@code 0x11}, {@code 4k}, {@code 10us}.
   *
   * @param value as written, before the unit; negative only for a hexadecimal number of 64 bits
   */
  record IntegerLiteral(Position position, long value, Unit unit) implements Expression {
    /** The value in bytes, nanoseconds or, without a unit, as it is. */
    public long scaled() {
      return value * unit.factor();
    }
  }

  /** A string, without its quotes and escapes. */
  record StringLiteral(Position position, String value) implements Expression {}

  /** What can be assigned to, as far as the syntax goes. */
  sealed interface Place extends Expression {}

  /** A variable, lock, file, context, constant or anything else that has a name. */
  record Name(Position position, String name) implements Place {}

  /** {@code o.refs}. */
  record FieldAccess(Position position, String object, String field) implements Place {}

  /** {@code pwrite(fd, 0, 512, fill 0x11)}: arguments by position, then arguments by name. */
  record Call(
      Position position,
      String function,
      List<Expression> arguments,
      List<NamedArgument> namedArguments)
      implements Expression {
    /** Copies the lists. */
    public Call {
      arguments = List.copyOf(arguments);
      namedArguments = List.copyOf(namedArguments);
    }
  }

  /** {@code fill 0x11}; names are unique in their call. */
  record NamedArgument(Position position, String name, Expression value) implements Node {}

  /** An operator and its operand. */
  record Unary(Position position, UnaryOperator operator, Expression operand)
      implements Expression {}

  /** An operator between its operands. */
  record Binary(Position position, BinaryOperator operator, Expression left, Expression right)
      implements Expression {}
}
