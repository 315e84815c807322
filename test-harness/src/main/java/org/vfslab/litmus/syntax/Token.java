package org.vfslab.litmus.syntax;

/** A word, number, string or sign of a litmus file. */
sealed interface Token {

  Position position();

  /** How a sentence calls this token. */
  String description();

  /** A name or keyword. */
  record Word(Position position, String text) implements Token {
    @Override
    public String description() {
      return Printable.quoted(text);
    }
  }

  /** A number with its unit. */
  record Numeral(Position position, String spelling, long value, Unit unit) implements Token {
    @Override
    public String description() {
      return Printable.quoted(spelling);
    }
  }

  /** A string, without its quotes and escapes. */
  record Text(Position position, String value) implements Token {
    @Override
    public String description() {
      return "the string " + Printable.quoted(value);
    }
  }

  /** An operator, bracket or separator. */
  record Symbol(Position position, String spelling) implements Token {
    @Override
    public String description() {
      return Printable.quoted(spelling);
    }
  }

  /** What follows the last token; its position is where that one ended. */
  record End(Position position) implements Token {
    @Override
    public String description() {
      return "the end of the file";
    }
  }
}
