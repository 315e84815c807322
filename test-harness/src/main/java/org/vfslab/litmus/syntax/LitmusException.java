package org.vfslab.litmus.syntax;

/** A litmus file cannot be used. The message names the file and says why in one sentence. */
public abstract class LitmusException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final String sentence;

  /**
   * Creates an exception.
   *
   * @param file the file as the user named it
   * @param place the file, with the position if there is one
   * @param sentence what is wrong and what would be right
   */
  protected LitmusException(String file, String place, String sentence) {
    super(place + ": " + sentence);
    this.file = file;
    this.sentence = sentence;
  }

  /** The file as the user named it. */
  public final String file() {
    return file;
  }

  /** What is wrong and what would be right, without the place. */
  public final String sentence() {
    return sentence;
  }

  /** What to show a user: the place, the sentence and, where there is one, the source line. */
  public abstract String rendered();
}
