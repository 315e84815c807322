package org.vfslab.litmus.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses expressions. An expression ends before the first token that cannot continue it. */
final class ExpressionParser {

  /** How many operands an expression may have, so that later walks over it stay shallow. */
  static final int OPERANDS_MAX = 1000;

  private final Cursor cursor;
  private int operandCount;

  ExpressionParser(Cursor cursor) {
    this.cursor = cursor;
  }

  Expression parse() {
    operandCount = 0;
    return expression();
  }

  private Expression expression() {
    return operation(1);
  }

  /** Operands joined by operators that bind at least this tightly. */
  private Expression operation(int precedenceMin) {
    Position start = cursor.position();
    Expression left = operand();
    Optional<BinaryOperator> operator = operatorHere(precedenceMin);
    while (operator.isPresent()) {
      cursor.advance();
      Expression right = operation(operator.get().precedence() + 1);
      left = new Expression.Binary(start, operator.get(), left, right);
      rejectChain(operator.get());
      operator = operatorHere(precedenceMin);
    }
    return left;
  }

  private Optional<BinaryOperator> operatorHere(int precedenceMin) {
    if (!(cursor.current() instanceof Token.Symbol symbol)) {
      return Optional.empty();
    }
    return Spelled.find(BinaryOperator.values(), symbol.spelling())
        .filter(operator -> operator.precedence() >= precedenceMin);
  }

  private void rejectChain(BinaryOperator before) {
    boolean chain =
        operatorHere(before.precedence()).filter(BinaryOperator::isComparison).isPresent();
    if (before.isComparison() && chain) {
      throw cursor.error(
          cursor.position(),
          "comparisons do not chain; join two of them with '&&', or add parentheses");
    }
  }

  private Expression operand() {
    Optional<UnaryOperator> operator =
        cursor.current() instanceof Token.Symbol symbol
            ? Spelled.find(UnaryOperator.values(), symbol.spelling())
            : Optional.empty();
    if (operator.isEmpty()) {
      return primary();
    }
    Position start = cursor.position();
    cursor.enter();
    cursor.advance();
    Expression operand = operand();
    cursor.leave();
    return new Expression.Unary(start, operator.get(), operand);
  }

  private Expression primary() {
    countOperand();
    return switch (cursor.current()) {
      case Token.Numeral _ -> cursor.expectNumber("a number");
      case Token.Text text -> {
        cursor.advance();
        yield new Expression.StringLiteral(text.position(), text.value());
      }
      case Token.Word word -> named(word);
      case Token.Symbol symbol -> bracketed(symbol);
      case Token.End _ -> throw cursor.expected("a value");
    };
  }

  private void countOperand() {
    operandCount++;
    if (operandCount > OPERANDS_MAX) {
      throw cursor.error(
          cursor.position(),
          "this expression has more than %d operands; split it".formatted(OPERANDS_MAX));
    }
  }

  private Expression bracketed(Token.Symbol symbol) {
    if (symbol.spelling().equals("&")) {
      throw cursor.error(
          symbol.position(), "there is no address operator; write the name without '&'");
    }
    if (!symbol.spelling().equals("(")) {
      throw cursor.expected("a value");
    }
    cursor.enter();
    cursor.advance();
    Expression inner = expression();
    cursor.expectClosing("to close the '(' at " + symbol.position());
    cursor.leave();
    return inner;
  }

  private Expression named(Token.Word word) {
    cursor.requireNotReserved(word);
    cursor.advance();
    if (cursor.atSymbol("(")) {
      return call(word);
    }
    if (cursor.skipSymbol(".")) {
      String field = cursor.expectName("the name of a field after '.'");
      if (cursor.atSymbol(".")) {
        throw cursor.error(cursor.position(), "a field has no fields of its own; write o.field");
      }
      return new Expression.FieldAccess(word.position(), word.text(), field);
    }
    return new Expression.Name(word.position(), word.text());
  }

  private Expression call(Token.Word function) {
    cursor.enter();
    cursor.advance();
    List<Expression> arguments = new ArrayList<>();
    List<Expression.NamedArgument> namedArguments = new ArrayList<>();
    if (!cursor.atSymbol(")")) {
      do {
        argument(arguments, namedArguments);
      } while (cursor.skipSymbol(","));
    }
    cursor.expectClosing("or ',' after an argument of " + function.description());
    cursor.leave();
    requireUnique(namedArguments);
    return new Expression.Call(function.position(), function.text(), arguments, namedArguments);
  }

  private void argument(List<Expression> arguments, List<Expression.NamedArgument> namedArguments) {
    Position start = cursor.position();
    Expression argument = expression();
    if (argument instanceof Expression.Name name && atNamedValue()) {
      namedArguments.add(new Expression.NamedArgument(start, name.name(), primary()));
    } else if (namedArguments.isEmpty()) {
      arguments.add(argument);
    } else {
      String name = Printable.quoted(namedArguments.getLast().name());
      throw cursor.error(
          start,
          "this argument must stand before the named argument %s; or is a ',' missing after %s?"
              .formatted(name, name));
    }
  }

  private boolean atNamedValue() {
    return switch (cursor.current()) {
      case Token.Word _, Token.Numeral _, Token.Text _ -> true;
      case Token.Symbol _, Token.End _ -> false;
    };
  }

  private void requireUnique(List<Expression.NamedArgument> namedArguments) {
    Set<String> seen = new HashSet<>();
    for (Expression.NamedArgument argument : namedArguments) {
      if (!seen.add(argument.name())) {
        throw cursor.error(
            argument.position(),
            "the argument %s is given twice".formatted(Printable.quoted(argument.name())));
      }
    }
  }
}
