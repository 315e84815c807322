package org.vfslab.litmus;

import java.util.List;

/** A file is well-formed but needs what the model does not have yet. */
public final class LitmusUnsupportedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> missing;

  LitmusUnsupportedException(String file, List<String> missing) {
    super(file + ": not supported yet: " + String.join(", ", missing));
    this.missing = List.copyOf(missing);
  }

  /** What is missing, each with its line. */
  public List<String> missing() {
    return missing;
  }
}
