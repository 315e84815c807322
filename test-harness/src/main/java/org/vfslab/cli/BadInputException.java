package org.vfslab.cli;

/** The user asked for something that cannot be done. The message is one sentence that says why. */
final class BadInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadInputException(String sentence) {
    super(sentence);
  }
}
