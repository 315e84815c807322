package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Texts that are kept as files beside the tests, so that a worse one fails the build.
 *
 * <p>To write them anew after a change that is meant, run the tests with the system property {@code
 * golden.write} set to the folder of these files, and read the diff.
 */
final class Golden {

  private Golden() {}

  /** Requires {@code lines} to be those of the file called {@code name}. */
  static void requireSame(String name, List<String> lines) {
    String folder = System.getProperty("golden.write");
    if (folder != null) {
      write(Path.of(folder, name), lines);
    }
    assertThat(String.join("\n", lines)).as(name).isEqualTo(String.join("\n", expected(name)));
  }

  private static void write(Path file, List<String> lines) {
    try {
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> expected(String name) {
    String folder = System.getProperty("golden.write");
    try (InputStream in =
        folder == null
            ? Golden.class.getResourceAsStream(name)
            : Files.newInputStream(Path.of(folder, name))) {
      if (in == null) {
        throw new AssertionError("there is no expected file " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
