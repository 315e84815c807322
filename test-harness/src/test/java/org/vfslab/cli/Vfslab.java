package org.vfslab.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs commands in this process. */
final class Vfslab {

  private Vfslab() {}

  /** What a command printed and returned. */
  record Outcome(int status, String out, String err) {

    /** The lines from the head of the story's table on, without the hint at the replay file. */
    List<String> story() {
      return out
          .lines()
          .dropWhile(line -> !line.startsWith("step |"))
          .takeWhile(line -> !line.startsWith("To see it again"))
          .toList()
          .reversed()
          .stream()
          .dropWhile(String::isEmpty)
          .toList()
          .reversed();
    }
  }

  static Outcome run(String... args) {
    return run(new Interruption(), args);
  }

  static Outcome run(Interruption interruption, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams = new Streams(stream(out), stream(err), false, interruption);
    int status = Main.run(streams, args);
    return new Outcome(status, text(out), text(err));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
