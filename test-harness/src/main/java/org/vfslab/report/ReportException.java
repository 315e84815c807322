package org.vfslab.report;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A report cannot be written or read. The message names the file and says why in one sentence. */
public final class ReportException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String file;
  private final String sentence;

  ReportException(String file, String sentence) {
    this(file, sentence, null);
  }

  ReportException(String file, String sentence, @Nullable Throwable cause) {
    super(Plain.line(file) + ": " + sentence, cause);
    this.file = file;
    this.sentence = sentence;
  }

  /** The file as the user named it. */
  public String file() {
    return file;
  }

  /** What is wrong, without the name of the file. */
  public String sentence() {
    return sentence;
  }

  /** What the system says about {@code e}, without the names of files. */
  static String reason(IOException e) {
    String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return Plain.line(Objects.requireNonNullElse(said, e.getClass().getSimpleName()));
  }
}
