package org.vfslab.litmus.syntax;

/** The place in the tokens where the parsers stand: one token, which has not been used yet. */
final class Cursor {

  /** How deep brackets, blocks and operators in front of operands may stand in each other. */
  static final int DEPTH_MAX = 100;

  private final LitmusSource source;
  private final Lexer lexer;
  private Token current;
  private int depth;

  Cursor(LitmusSource source) {
    this.source = source;
    this.lexer = new Lexer(source);
    this.current = lexer.next();
  }

  Token current() {
    return current;
  }

  Position position() {
    return current.position();
  }

  boolean atEnd() {
    return current instanceof Token.End;
  }

  boolean atSymbol(String spelling) {
    return current instanceof Token.Symbol symbol && symbol.spelling().equals(spelling);
  }

  boolean atWord(String text) {
    return current instanceof Token.Word word && word.text().equals(text);
  }

  void advance() {
    current = lexer.next();
  }

  boolean skipSymbol(String spelling) {
    boolean found = atSymbol(spelling);
    if (found) {
      advance();
    }
    return found;
  }

  boolean skipWord(String text) {
    boolean found = atWord(text);
    if (found) {
      advance();
    }
    return found;
  }

  /** Skips a symbol; {@code where} completes the sentence "expected ')' ...". */
  void expectSymbol(String spelling, String where) {
    if (!skipSymbol(spelling)) {
      throw expected("'" + spelling + "' " + where);
    }
  }

  /** Skips the ')' after an expression; {@code where} completes "expected ')' ...". */
  void expectClosing(String where) {
    if (!skipSymbol(")")) {
      throw expectedAfterExpression("')' " + where);
    }
  }

  /** Skips a word that the grammar demands; {@code where} completes "expected 'on' ...". */
  void expectWord(String text, String where) {
    if (!skipWord(text)) {
      throw expected("'" + text + "' " + where);
    }
  }

  /** Reads a name that the user chose. */
  String expectName(String what) {
    if (!(current instanceof Token.Word word)) {
      throw expected(what);
    }
    requireNotReserved(word);
    advance();
    return word.text();
  }

  String expectString(String what) {
    if (!(current instanceof Token.Text text)) {
      throw expected(what);
    }
    advance();
    return text.value();
  }

  Expression.IntegerLiteral expectNumber(String what) {
    if (!(current instanceof Token.Numeral numeral)) {
      throw expected(what);
    }
    advance();
    return new Expression.IntegerLiteral(numeral.position(), numeral.value(), numeral.unit());
  }

  /** Reads the patch name that comes after the current token, and stands behind it. */
  String patchNameAfterCurrent() {
    current = lexer.nextPatchName();
    String name =
        switch (current) {
          case Token.Word word -> word.text();
          case Token.Text text -> text.value();
          case Token.Numeral _, Token.Symbol _, Token.End _ -> "";
        };
    if (name.isEmpty()) {
      throw expected("the name of a patch");
    }
    advance();
    return name;
  }

  void requireNotReserved(Token.Word word) {
    if (Keywords.RESERVED.contains(word.text())) {
      throw error(
          word.position(), "%s is a keyword and cannot be a name".formatted(word.description()));
    }
  }

  /** Goes one level into brackets or a block; every call is paired with {@link #leave}. */
  void enter() {
    depth++;
    if (depth > DEPTH_MAX) {
      throw error(position(), "this is nested more than %d levels deep".formatted(DEPTH_MAX));
    }
  }

  void leave() {
    depth--;
  }

  /** The current token is not what the grammar wants here. */
  LitmusSyntaxException expected(String what) {
    return error(position(), "expected %s but found %s".formatted(what, current.description()));
  }

  /** The current token neither continues an expression nor may follow one. */
  LitmusSyntaxException expectedAfterExpression(String what) {
    LitmusSyntaxException plain = expected(what);
    return atSymbol("=") ? error(position(), plain.sentence() + "; to compare, write '=='") : plain;
  }

  LitmusSyntaxException error(Position position, String sentence) {
    return source.error(position, sentence);
  }
}
