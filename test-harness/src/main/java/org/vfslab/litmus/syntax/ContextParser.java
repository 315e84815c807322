package org.vfslab.litmus.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses tasks, interrupt handlers, work items and timers. */
final class ContextParser {

  private final Cursor cursor;
  private final StatementParser statements;

  ContextParser(Cursor cursor, ExpressionParser expressions) {
    this.cursor = cursor;
    this.statements = new StatementParser(cursor, expressions);
  }

  /** Parses a context, if this word, at which the cursor stands, begins one. */
  Optional<Context> parseAt(Token.Word keyword) {
    return Spelled.find(Context.Kind.values(), keyword.text()).map(this::context);
  }

  private Context context(Context.Kind kind) {
    Position start = cursor.position();
    cursor.advance();
    String name = cursor.expectName("a name after '%s'".formatted(kind.spelling()));
    List<Context.Parameter> parameters = parameters(kind);
    Optional<Expression.IntegerLiteral> cpu = cpu();
    String title = "%s %s".formatted(kind.spelling(), Printable.quoted(name));
    return new Context(
        start, kind, name, parameters, cpu, statements.block("before the body of " + title));
  }

  private List<Context.Parameter> parameters(Context.Kind kind) {
    Position start = cursor.position();
    if (!cursor.skipSymbol("(")) {
      return List.of();
    }
    if (kind == Context.Kind.TASK) {
      throw cursor.error(start, "a task has no parameters, because it starts by itself");
    }
    List<Context.Parameter> parameters = new ArrayList<>();
    if (!cursor.atSymbol(")")) {
      do {
        Position position = cursor.position();
        parameters.add(new Context.Parameter(position, cursor.expectName("a parameter")));
      } while (cursor.skipSymbol(","));
    }
    cursor.expectSymbol(")", "or ',' after a parameter");
    return parameters;
  }

  private Optional<Expression.IntegerLiteral> cpu() {
    if (!cursor.skipWord("on")) {
      return Optional.empty();
    }
    cursor.expectWord("cpu", "and a number after 'on'");
    return Optional.of(cursor.expectNumber("the number of a cpu"));
  }
}
