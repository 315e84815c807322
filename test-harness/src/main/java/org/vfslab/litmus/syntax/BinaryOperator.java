package org.vfslab.litmus.syntax;

/**
 * An operator between two operands. All bind as in C, except that the six comparisons bind equally
 * and do not chain.
 */
public enum BinaryOperator implements Spelled {
  /** Logical or; the right side counts only if the left is false. */
  OR("||", 1),
  /** Logical and; the right side counts only if the left is true. */
  AND("&&", 2),
  /** Or of all bits. */
  BIT_OR("|", 3),
  /** Exclusive or of all bits. */
  BIT_XOR("^", 4),
  /** And of all bits. */
  BIT_AND("&", 5),
  /** Equal. */
  EQUAL("==", 6),
  /** Not equal. */
  NOT_EQUAL("!=", 6),
  /** Less. */
  LESS("<", 6),
  /** Less or equal. */
  LESS_EQUAL("<=", 6),
  /** Greater. */
  GREATER(">", 6),
  /** Greater or equal. */
  GREATER_EQUAL(">=", 6),
  /** Shift to the left. */
  SHIFT_LEFT("<<", 7),
  /** Shift to the right. */
  SHIFT_RIGHT(">>", 7),
  /** Sum. */
  ADD("+", 8),
  /** Difference. */
  SUBTRACT("-", 8),
  /** Product. */
  MULTIPLY("*", 9),
  /** Quotient, rounded towards zero. */
  DIVIDE("/", 9),
  /** Remainder, with the sign of the left side. */
  REMAINDER("%", 9);

  private final String spelling;
  private final int precedence;

  BinaryOperator(String spelling, int precedence) {
    this.spelling = spelling;
    this.precedence = precedence;
  }

  @Override
  public String spelling() {
    return spelling;
  }

  /** How tightly this operator binds; more is tighter. */
  public int precedence() {
    return precedence;
  }

  /** True for the operators that compare two numbers. */
  public boolean isComparison() {
    return precedence == EQUAL.precedence;
  }

  /** True for the operators whose result is true or false. */
  public boolean isTruth() {
    return isComparison() || this == OR || this == AND;
  }
}
