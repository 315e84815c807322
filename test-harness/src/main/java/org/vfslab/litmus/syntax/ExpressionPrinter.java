package org.vfslab.litmus.syntax;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes an expression as in a litmus file, with as few parentheses as the tree allows. */
public final class ExpressionPrinter {

  private static final int OPERAND = 10;

  private ExpressionPrinter() {}

  /** The text of an expression. */
  public static String print(Expression expression) {
    return print(expression, 0);
  }

  /** A string in quotes, with its escapes. */
  static String quoted(String value) {
    String escaped =
        value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t");
    return "\"" + escaped + "\"";
  }

  /** The text where only operators that bind at least this tightly need no parentheses. */
  private static String print(Expression expression, int precedenceMin) {
    return switch (expression) {
      case Expression.IntegerLiteral number -> number(number);
      case Expression.StringLiteral string -> quoted(string.value());
      case Expression.Name name -> name.name();
      case Expression.FieldAccess access -> access.object() + "." + access.field();
      case Expression.Call call -> call(call);
      case Expression.Unary unary -> unary(unary);
      case Expression.Binary binary -> binary(binary, precedenceMin);
    };
  }

  private static String number(Expression.IntegerLiteral number) {
    return number.value() < 0
        ? "0x" + Long.toHexString(number.value())
        : number.value() + number.unit().spelling();
  }

  private static String call(Expression.Call call) {
    Stream<String> named =
        call.namedArguments().stream().map(each -> each.name() + " " + print(each.value()));
    return Stream.concat(call.arguments().stream().map(ExpressionPrinter::print), named)
        .collect(Collectors.joining(", ", call.function() + "(", ")"));
  }

  private static String unary(Expression.Unary unary) {
    String operand = print(unary.operand(), OPERAND);
    return unary.operator().spelling() + (operand.startsWith("-") ? "(" + operand + ")" : operand);
  }

  private static String binary(Expression.Binary binary, int precedenceMin) {
    int precedence = binary.operator().precedence();
    int leftMin = binary.operator().isComparison() ? precedence + 1 : precedence;
    String text =
        "%s %s %s"
            .formatted(
                print(binary.left(), leftMin),
                binary.operator().spelling(),
                print(binary.right(), precedence + 1));
    return precedence < precedenceMin ? "(" + text + ")" : text;
  }
}
