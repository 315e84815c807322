package org.vfslab.cli;

import java.util.ArrayList;
import java.util.List;

/** Prose in lines. */
final class Paragraph {

  private static final int WIDTH = 100;

  private Paragraph() {}

  /** {@code text}, broken between words, each line behind {@code indent}. */
  static List<String> lines(String text, String indent) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(indent);
    for (String word : text.split(" ", -1)) {
      if (line.length() > indent.length() && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(indent.length());
      }
      line.append(line.length() > indent.length() ? " " : "").append(word);
    }
    if (line.length() > indent.length()) {
      lines.add(line.toString());
    }
    return lines;
  }
}
