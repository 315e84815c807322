package org.vfslab.litmus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Litmus files that come with the program. */
public final class BundledText {

  private BundledText() {}

  /** The text of a resource of the program, which must be there. */
  public static String of(String resource) {
    try (InputStream in = BundledText.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the program has no resource " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a file asks: the comment at its top, on one line. */
  public static String question(String text) {
    StringBuilder question = new StringBuilder();
    for (String line : text.lines().takeWhile(line -> line.startsWith("#")).toList()) {
      question.append(question.isEmpty() ? "" : " ").append(line.substring(1).strip());
    }
    return question.toString();
  }
}
