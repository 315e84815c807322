package org.vfslab.litmus.syntax;

/** An operator in front of its operand. */
public enum UnaryOperator implements Spelled {
  /** Logical not. */
  NOT("!"),
  /** Arithmetic minus. */
  NEGATE("-"),
  /** Every bit turned over. */
  COMPLEMENT("~");

  private final String spelling;

  UnaryOperator(String spelling) {
    this.spelling = spelling;
  }

  @Override
  public String spelling() {
    return spelling;
  }
}
