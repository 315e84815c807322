package org.vfslab.litmus.syntax;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Cuts the text of a litmus file into tokens, one at a time. */
final class Lexer {

  /** Longer ones first, so that {@code ==} is not read as two {@code =}. */
  private static final List<String> SYMBOLS =
      List.of(
          "||", "&&", "==", "!=", "<=", ">=", "<<", ">>", "{", "}", "(", ")", ",", ";", ".", "=",
          "!", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "~");

  /** Signs that kernel developers reach for and that mean nothing here. */
  private static final Map<String, String> FOREIGN =
      Map.ofEntries(
          Map.entry("++", "write x = x + 1"),
          Map.entry("--", "write x = x - 1"),
          Map.entry("+=", "write x = x + 1"),
          Map.entry("-=", "write x = x - 1"),
          Map.entry("*=", "write x = x * 2"),
          Map.entry("/=", "write x = x / 2"),
          Map.entry("|=", "write x = x | 1"),
          Map.entry("&=", "write x = x & 1"),
          Map.entry("->", "a field is written with '.'"),
          Map.entry("/*", "a comment begins with '#' and ends with its line"),
          Map.entry("'", "a string stands in double quotes"),
          Map.entry("\u201c", "a string stands in straight double quotes"),
          Map.entry("\u201d", "a string stands in straight double quotes"),
          Map.entry("?", "use 'if' and 'else'"),
          Map.entry("[", "there are no arrays"),
          Map.entry(":", "there are no labels"));

  private final LitmusSource source;
  private final String text;
  private int index;
  private int line = 1;
  private int column = 1;
  private Position endOfLastToken = Position.START;

  Lexer(LitmusSource source) {
    this.source = source;
    this.text = source.text();
  }

  /** The next token. Past the last one, always {@link Token.End}. */
  Token next() {
    skipBlanksAndComments();
    if (atEnd()) {
      return new Token.End(endOfLastToken);
    }
    Token token = read();
    endOfLastToken = here();
    return token;
  }

  /**
   * The next token where the grammar asks for the name of a patch: a string, or a word that may
   * contain dashes and dots.
   */
  Token nextPatchName() {
    skipBlanksAndComments();
    Position start = here();
    String name = take(c -> isWordPart(c) || c == '-' || c == '.');
    if (name.isEmpty()) {
      return next();
    }
    endOfLastToken = here();
    return new Token.Word(start, name);
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordStart(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isWordPart(int c) {
    return isWordStart(c) || isDigit(c);
  }

  private Token read() {
    int c = text.codePointAt(index);
    if (isWordStart(c)) {
      Position start = here();
      return new Token.Word(start, take(Lexer::isWordPart));
    }
    if (isDigit(c)) {
      return numeral();
    }
    return c == '"' ? string() : symbol();
  }

  private Token numeral() {
    Position start = here();
    String spelling = take(Lexer::isWordPart);
    boolean fraction =
        text.startsWith(".", index) && index + 1 < text.length() && isDigit(text.charAt(index + 1));
    if (fraction) {
      throw source.error(
          start, "a number has no fraction; use a smaller unit, such as 1500us for 1.5ms");
    }
    return NumeralReader.read(source, start, spelling);
  }

  private Token string() {
    Position start = here();
    StringBuilder value = new StringBuilder();
    skip();
    while (!text.startsWith("\"", index)) {
      if (atEnd() || text.charAt(index) == '\n') {
        throw source.error(start, "this string has no end; a '\"' is missing in its line");
      }
      value.appendCodePoint(stringCharacter());
    }
    skip();
    return new Token.Text(start, value.toString());
  }

  private int stringCharacter() {
    Position start = here();
    int c = skip();
    if (c == '\\') {
      return escaped(start);
    }
    if (c != '\t' && Printable.isHidden(c)) {
      throw source.error(start, "a string cannot contain the character " + Printable.character(c));
    }
    return c;
  }

  private int escaped(Position start) {
    int c = atEnd() ? '\n' : skip();
    return switch (c) {
      case '"', '\\' -> c;
      case 'n' -> '\n';
      case 't' -> '\t';
      default ->
          throw source.error(
              start, "after a backslash in a string comes one of \" \\ n t, and nothing else");
    };
  }

  private Token symbol() {
    Position start = here();
    for (Map.Entry<String, String> foreign : FOREIGN.entrySet()) {
      if (text.startsWith(foreign.getKey(), index)) {
        throw source.error(
            start, "there is no %s; %s".formatted(shown(foreign.getKey()), foreign.getValue()));
      }
    }
    Optional<String> symbol = SYMBOLS.stream().filter(s -> text.startsWith(s, index)).findFirst();
    if (symbol.isEmpty()) {
      throw source.error(
          start,
          "the character %s has no meaning outside strings and comments"
              .formatted(Printable.character(text.codePointAt(index))));
    }
    symbol.get().chars().forEach(c -> skip());
    return new Token.Symbol(start, symbol.get());
  }

  private static String shown(String sign) {
    if (sign.equals("'")) {
      return "single quote";
    }
    return sign.length() == 1 ? Printable.character(sign.charAt(0)) : Printable.quoted(sign);
  }

  private void skipBlanksAndComments() {
    while (!atEnd()) {
      if (text.startsWith("#", index) || text.startsWith("//", index)) {
        take(c -> c != '\n');
      } else if (isBlank(text.charAt(index))) {
        skip();
      } else {
        return;
      }
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\f';
  }

  private String take(IntPredicate wanted) {
    int start = index;
    while (!atEnd() && wanted.test(text.codePointAt(index))) {
      skip();
    }
    return text.substring(start, index);
  }

  private int skip() {
    int c = text.codePointAt(index);
    index += Character.charCount(c);
    if (c == '\n') {
      line++;
      column = 1;
    } else {
      column++;
    }
    return c;
  }

  private boolean atEnd() {
    return index == text.length();
  }

  private Position here() {
    return new Position(line, column);
  }
}
