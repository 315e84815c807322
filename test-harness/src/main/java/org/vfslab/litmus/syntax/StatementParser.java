package org.vfslab.litmus.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses blocks and the statements in them. */
final class StatementParser {

  private final Cursor cursor;
  private final ExpressionParser expressions;

  StatementParser(Cursor cursor, ExpressionParser expressions) {
    this.cursor = cursor;
    this.expressions = expressions;
  }

  /** Parses {@code { ... }}; {@code where} completes the sentence "expected '{' ...". */
  Block block(String where) {
    Position start = cursor.position();
    cursor.expectSymbol("{", where);
    cursor.enter();
    List<Statement> statements = new ArrayList<>();
    skipSemicolons();
    while (!cursor.atSymbol("}")) {
      if (cursor.atEnd()) {
        throw cursor.error(
            cursor.position(), "the file ends before a '}' closes the '{' at %s".formatted(start));
      }
      statements.add(statement());
      skipSemicolons();
    }
    cursor.advance();
    cursor.leave();
    return new Block(start, statements);
  }

  private void skipSemicolons() {
    while (cursor.skipSymbol(";")) {}
  }

  private Statement statement() {
    if (!(cursor.current() instanceof Token.Word word)) {
      return expressionOrAssignment();
    }
    return switch (word.text()) {
      case "if" -> ifStatement();
      case "while" -> whileStatement();
      case "do" -> doStatement();
      case "assert" -> assertion();
      case "else" -> throw cursor.error(word.position(), "this 'else' belongs to no 'if'");
      default -> expressionOrAssignment();
    };
  }

  private Statement ifStatement() {
    Position start = cursor.position();
    cursor.advance();
    Expression condition = condition("if");
    Block thenBranch = branch();
    Optional<Block> elseBranch = cursor.skipWord("else") ? Optional.of(branch()) : Optional.empty();
    return new Statement.If(start, condition, thenBranch, elseBranch);
  }

  private Statement whileStatement() {
    Position start = cursor.position();
    cursor.advance();
    Expression condition = condition("while");
    return new Statement.While(start, condition, branch());
  }

  private Statement doStatement() {
    Position start = cursor.position();
    cursor.advance();
    Block body = branch();
    cursor.expectWord("while", "after the body of the 'do' at " + start);
    return new Statement.DoWhile(start, body, condition("while"));
  }

  private Statement assertion() {
    Position start = cursor.position();
    cursor.advance();
    return new Statement.Assert(start, expressions.parse());
  }

  private Expression condition(String keyword) {
    cursor.expectSymbol("(", "after '%s'".formatted(keyword));
    Expression condition = expressions.parse();
    cursor.expectClosing("after the condition of '%s'".formatted(keyword));
    return condition;
  }

  private Block branch() {
    if (cursor.atSymbol("{")) {
      return block("");
    }
    if (cursor.atSymbol(";")) {
      throw cursor.error(cursor.position(), "this body is empty; if that is meant, write { }");
    }
    cursor.enter();
    Statement only = statement();
    cursor.skipSymbol(";");
    cursor.leave();
    return new Block(only.position(), List.of(only));
  }

  private Statement expressionOrAssignment() {
    Token first = cursor.current();
    requireStatementStart(first);
    Expression expression = expressions.parse();
    if (cursor.atSymbol("=")) {
      return assignment(expression);
    }
    requireNotTopLevel(expression);
    requireEffect(expression);
    return new Statement.ExpressionStatement(first.position(), expression);
  }

  private Statement assignment(Expression target) {
    if (!(target instanceof Expression.Place place)) {
      throw cursor.error(
          cursor.position(),
          "only a variable or a field can stand before '='; to compare, write '=='");
    }
    cursor.advance();
    return new Statement.Assign(place.position(), place, expressions.parse());
  }

  private void requireStatementStart(Token first) {
    switch (first) {
      case Token.Word word -> {
        if (Keywords.FOREIGN.contains(word.text())) {
          throw cursor.error(
              word.position(),
              "there is no '%s'; use 'if', 'while' and 'do'".formatted(word.text()));
        }
      }
      case Token.Symbol symbol -> {
        if (symbol.spelling().equals("{")) {
          throw cursor.error(
              symbol.position(), "a block stands only after 'if', 'else', 'while' or 'do'");
        }
        boolean startsExpression =
            symbol.spelling().equals("(")
                || symbol.spelling().equals("&")
                || Spelled.find(UnaryOperator.values(), symbol.spelling()).isPresent();
        if (!startsExpression) {
          throw cursor.expected("a statement");
        }
      }
      case Token.End _ -> throw cursor.expected("a statement");
      case Token.Numeral _, Token.Text _ -> {}
    }
  }

  private void requireNotTopLevel(Expression expression) {
    if (!(expression instanceof Expression.Name name)
        || !Keywords.TOP_LEVEL.contains(name.name())) {
      return;
    }
    boolean variable = Spelled.find(Declaration.VariableKind.values(), name.name()).isPresent();
    String hint =
        variable
            ? "a local variable is not declared, only assigned"
            : "is a '}' missing before it?";
    throw cursor.error(
        name.position(), "'%s' cannot begin a statement; %s".formatted(name.name(), hint));
  }

  private void requireEffect(Expression expression) {
    boolean effect =
        switch (expression) {
          case Expression.Call _, Expression.Name _ -> true;
          case Expression.Binary binary -> binary.operator().isTruth();
          case Expression.Unary unary -> unary.operator() == UnaryOperator.NOT;
          case Expression.IntegerLiteral _, Expression.StringLiteral _, Expression.FieldAccess _ ->
              false;
        };
    if (!effect) {
      throw cursor.error(
          expression.position(),
          "nobody uses this value; a statement is a call, an assignment or a comparison");
    }
  }
}
