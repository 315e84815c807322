package org.vfslab.litmus.syntax;

/** A litmus file has a mistake at a known place. */
public final class LitmusSyntaxException extends LitmusException {

  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;
  private final String rendered;

  LitmusSyntaxException(LitmusSource source, Position position, String sentence) {
    super(source.fileName(), place(source, position), sentence);
    this.line = position.line();
    this.column = position.column();
    this.rendered =
        "%s: %s%n%s"
            .formatted(
                place(source, position), sentence, Printable.excerpt(source.line(line), column));
  }

  private static String place(LitmusSource source, Position position) {
    return Printable.name(source.fileName()) + ":" + position;
  }

  /** The line of the mistake, counted from one. */
  public int line() {
    return line;
  }

  /** The column of the mistake, counted in Unicode characters from one. */
  public int column() {
    return column;
  }

  /** {@code file:line:column: sentence}, then the source line, then a caret below the mistake. */
  @Override
  public String rendered() {
    return rendered;
  }
}
