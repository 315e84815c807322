package org.vfslab.report;

import java.util.ArrayList;
import java.util.List;

/** Text for lines of a fixed width. Widths are in characters: Unicode code points. */
final class Plain {

  private static final String INDENT = "  ";

  private Plain() {}

  /** The same on one line and without anything that a terminal would obey. */
  static String line(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c == '\n' || c == '\r' || c == '\t') {
                line.append(' ');
              } else if (Character.isISOControl(c)
                  || Character.getType(c) == Character.FORMAT
                  || Character.getType(c) == Character.SURROGATE) {
                line.append('?');
              } else {
                line.appendCodePoint(c);
              }
            });
    return line.toString();
  }

  /** How many columns {@code text} takes. */
  static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  /** {@code text}, filled up with blanks to {@code width}. */
  static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - width(text)));
  }

  /** {@code text}, cut to {@code width} if it is longer. */
  static String shortened(String text, int width) {
    return width(text) <= width
        ? text
        : text.substring(0, text.offsetByCodePoints(0, Math.max(0, width - 3))) + "...";
  }

  /**
   * {@code text} in lines of at most {@code width}, at least one; the lines after the first are
   * indented. It is broken between words, not inside of brackets, as far as the width allows.
   */
  static List<String> wrapped(String text, int width) {
    if (width(text) <= width) {
      return List.of(text);
    }
    Wrapper wrapper = new Wrapper(Math.max(width, INDENT.length() + 1));
    for (String unit : units(text)) {
      if (wrapper.fits(unit)) {
        wrapper.add(unit);
      } else {
        for (String word : unit.split(" ", -1)) {
          wrapper.add(word);
        }
      }
    }
    return wrapper.end();
  }

  /** The words of {@code text}, where what stands in brackets is one word. */
  private static List<String> units(String text) {
    List<String> units = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '(', '[' -> depth++;
        case ')', ']' -> depth--;
        case ' ' -> {
          if (depth <= 0) {
            units.add(text.substring(start, i));
            start = i + 1;
          }
        }
        default -> {}
      }
    }
    units.add(text.substring(start));
    return units;
  }

  private static final class Wrapper {
    private final int width;
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();
    private int used;
    private boolean lineHasWord;

    Wrapper(int width) {
      this.width = width;
    }

    /** Whether {@code word} need not be cut to pieces. */
    boolean fits(String word) {
      return width(word) <= width - (lines.isEmpty() && !lineHasWord ? 0 : INDENT.length());
    }

    void add(String word) {
      if (lineHasWord) {
        if (used + 1 + width(word) <= width) {
          line.append(' ');
          used++;
        } else {
          newLine();
        }
      }
      String rest = word;
      while (used + width(rest) > width) {
        int cut = rest.offsetByCodePoints(0, width - used);
        line.append(rest, 0, cut);
        rest = rest.substring(cut);
        newLine();
      }
      line.append(rest);
      used += width(rest);
      lineHasWord = true;
    }

    private void newLine() {
      lines.add(line.toString());
      line.setLength(0);
      line.append(INDENT);
      used = INDENT.length();
      lineHasWord = false;
    }

    List<String> end() {
      lines.add(line.toString());
      return lines;
    }
  }
}
