package org.vfslab.litmus.syntax;

import java.util.Optional;

/** Reads the value and the unit of a number: {@code 42}, {@code 0x2a}, {@code 4k}, {@code 10us}. */
final class NumeralReader {

  private static final String UNITS = "the units are k, M, G, ns, us, ms and s";

  private final LitmusSource source;
  private final Position position;
  private final String spelling;

  private NumeralReader(LitmusSource source, Position position, String spelling) {
    this.source = source;
    this.position = position;
    this.spelling = spelling;
  }

  static Token.Numeral read(LitmusSource source, Position position, String spelling) {
    NumeralReader reader = new NumeralReader(source, position, spelling);
    boolean hexadecimal = spelling.startsWith("0x") || spelling.startsWith("0X");
    return hexadecimal ? reader.hexadecimal() : reader.decimal();
  }

  private Token.Numeral hexadecimal() {
    String digits = spelling.substring(2);
    if (digits.isEmpty() || !digits.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
      throw error("is not a hexadecimal number; write 0x and digits 0 to 9 or a to f, no unit");
    }
    try {
      return numeral(Long.parseUnsignedLong(digits, 16), Unit.NONE);
    } catch (NumberFormatException e) {
      throw error("is too large; a hexadecimal number has at most 64 bits");
    }
  }

  private Token.Numeral decimal() {
    int digitCount = 0;
    while (digitCount < spelling.length() && Lexer.isDigit(spelling.charAt(digitCount))) {
      digitCount++;
    }
    String digits = spelling.substring(0, digitCount);
    Unit unit = unit(spelling.substring(digitCount));
    if (digits.length() > 1 && digits.startsWith("0")) {
      throw error("begins with a zero, which C reads as octal; write it without");
    }
    return numeral(scalable(digits, unit), unit);
  }

  private Unit unit(String letters) {
    Optional<Unit> unit = Spelled.find(Unit.values(), letters);
    return unit.orElseThrow(
        () -> error("has the unknown unit %s; %s".formatted(Printable.quoted(letters), UNITS)));
  }

  /** The value, if it can be counted in bytes or nanoseconds. */
  private long scalable(String digits, Unit unit) {
    try {
      long value = Long.parseLong(digits);
      if (value <= Long.MAX_VALUE / unit.factor()) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw tooLarge();
    }
    throw tooLarge();
  }

  private LitmusSyntaxException tooLarge() {
    return error("is too large; the largest number is " + Long.MAX_VALUE);
  }

  private Token.Numeral numeral(long value, Unit unit) {
    return new Token.Numeral(position, spelling, value, unit);
  }

  private LitmusSyntaxException error(String predicate) {
    return source.error(position, Printable.quoted(spelling) + " " + predicate);
  }
}
