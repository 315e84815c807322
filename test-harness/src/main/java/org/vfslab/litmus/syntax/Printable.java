package org.vfslab.litmus.syntax;

/** Makes text from a file fit to be shown: short, on one line, free of terminal escapes. */
final class Printable {

  private static final int NAME_LENGTH_MAX = 200;
  private static final int WORD_LENGTH_MAX = 40;
  private static final int EXCERPT_LENGTH_MAX = 100;
  private static final String ELLIPSIS = "...";

  private Printable() {}

  /** The name of a file. */
  static String name(String fileName) {
    return shorten(harmless(fileName.replace('\t', '?')), NAME_LENGTH_MAX);
  }

  /** A word of the file, in quotes. */
  static String quoted(String word) {
    return "'" + shorten(harmless(word), WORD_LENGTH_MAX) + "'";
  }

  /** A character of the file: itself where it can be seen, and always its number if not ASCII. */
  static String character(int codePoint) {
    String number = "U+%04X".formatted(codePoint);
    if (isHidden(codePoint)) {
      return number;
    }
    String itself = "'" + Character.toString(codePoint) + "'";
    return codePoint < 0x80 ? itself : itself + " (" + number + ")";
  }

  /** A source line with a caret below the column; of a long line, the part around the column. */
  static String excerpt(String line, int column) {
    int[] codePoints = harmless(line).codePoints().toArray();
    int caret = Math.min(column - 1, codePoints.length);
    boolean whole = codePoints.length <= EXCERPT_LENGTH_MAX;
    int from = whole ? 0 : Math.max(0, caret - EXCERPT_LENGTH_MAX / 2);
    int to = Math.min(codePoints.length, from + EXCERPT_LENGTH_MAX);
    String before = (from > 0 ? ELLIPSIS : "") + new String(codePoints, from, caret - from);
    String after = new String(codePoints, caret, to - caret);
    String more = to < codePoints.length ? ELLIPSIS : "";
    return "%s%s%s%n%s^".formatted(before, after, more, blanksUnder(before));
  }

  private static String blanksUnder(String text) {
    StringBuilder blanks = new StringBuilder();
    text.codePoints().forEach(c -> blanks.append(c == '\t' ? '\t' : ' '));
    return blanks.toString();
  }

  private static String shorten(String text, int lengthMax) {
    if (text.codePointCount(0, text.length()) <= lengthMax) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, lengthMax)) + ELLIPSIS;
  }

  private static String harmless(String text) {
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints().forEach(c -> result.appendCodePoint(c != '\t' && isHidden(c) ? '?' : c));
    return result.toString();
  }

  /** True for characters that move the cursor, change the direction or show nothing at all. */
  static boolean isHidden(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          codePoint != ' ';
      default -> false;
    };
  }
}
