package org.vfslab.bench;

/** Something that the user has to know, in one sentence. */
final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BenchException(String sentence) {
    super(sentence);
  }
}
