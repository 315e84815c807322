package org.vfslab.litmus.syntax;

/** A litmus file cannot be read, or is not text. */
public final class LitmusSourceException extends LitmusException {

  private static final long serialVersionUID = 1L;

  LitmusSourceException(String file, String sentence) {
    super(file, Printable.name(file), sentence);
  }

  @Override
  public String rendered() {
    return Printable.name(file()) + ": " + sentence();
  }
}
