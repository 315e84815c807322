package org.vfslab.litmus.syntax;

/**
 * A place in a litmus file.
 *
 * @param line counts from one
 * @param column counts Unicode characters from one; a tab is one character
 */
public record Position(int line, int column) {

  /** The first character of a file. */
  public static final Position START = new Position(1, 1);

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
