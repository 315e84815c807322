package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfslab.cli.Vfslab.Outcome;

/** What the README shows is what the program prints. */
final class ReadmeTest {

  private static final Path README = Path.of("..", "README.md");

  @TempDir private Path folder;

  /** The lines of the fenced block that begins with {@code first}. */
  private static List<String> block(String first) throws IOException {
    return Files.readString(README)
        .lines()
        .dropWhile(line -> !line.equals(first))
        .skip(1)
        .takeWhile(line -> !line.startsWith("```"))
        .toList();
  }

  private Outcome explore(String... args) {
    String[] all = {
      "explore", "scenarios/freeze-waits-for-aio.litmus", "--replay-dir", folder + ""
    };
    String[] line = java.util.Arrays.copyOf(all, all.length + args.length);
    System.arraycopy(args, 0, line, all.length, args.length);
    return Vfslab.run(line);
  }

  /** Without what differs from computer to computer: times and folders. */
  private static List<String> comparable(List<String> lines) {
    return lines.stream()
        .map(line -> line.replaceAll(", [0-9.]+ (ms|s), ", ", TIME, "))
        .map(line -> line.replaceAll("(To see it again: ).*/", "$1"))
        .toList();
  }

  @Test
  void firstCommand_printsWhatIsShown() throws IOException {
    String command = "./vfslab explore scenarios/freeze-waits-for-aio.litmus";

    assertThat(comparable(explore().out().lines().toList()))
        .isEqualTo(comparable(block("$ " + command)));
  }

  @Test
  void secondCommand_printsWhatIsShown() throws IOException {
    String patch = "--patch pre-4.10-aio-freeze";
    String command = "./vfslab explore scenarios/freeze-waits-for-aio.litmus " + patch;

    assertThat(comparable(explore(patch.split(" ", -1)).out().lines().toList()))
        .isEqualTo(comparable(block("$ " + command)));
  }

  @Test
  void scenario_isTheBundledOne() throws IOException {
    String shown = String.join("\n", block("```litmus"));

    assertThat(BundledScenarios.text("freeze-waits-for-aio")).contains(shown);
  }
}
