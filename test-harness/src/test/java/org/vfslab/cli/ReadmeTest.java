package org.vfslab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vfslab.cli.Vfslab.Outcome;

/**
 * What the README shows is what the program prints.
 *
 * <p>To write it anew after a change that is meant, run this test with the system property {@code
 * readme.write} set, and read the diff.
 */
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

  /** The commands whose output is shown. */
  static List<String> commands() throws IOException {
    return Files.readString(README)
        .lines()
        .filter(line -> line.startsWith("$ ./vfslab "))
        .map(line -> line.substring("$ ./vfslab ".length()))
        .toList();
  }

  /** Without what differs from computer to computer: times and folders. */
  private static List<String> comparable(List<String> lines) {
    return lines.stream()
        .map(line -> line.replaceAll(", [0-9.]+ (ms|s), ", ", TIME, "))
        .map(line -> line.replaceAll("(To see it again: ).*/", "$1"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void command_printsWhatIsShown(String command) throws IOException {
    List<String> args = new ArrayList<>(List.of(command.split(" ", -1)));
    args.addAll(List.of("--replay-dir", folder.toString()));

    requireShown("./vfslab " + command, Vfslab.run(args.toArray(String[]::new)));
  }

  private static void requireShown(String command, Outcome outcome) throws IOException {
    List<String> printed = outcome.out().lines().toList();
    if (System.getProperty("readme.write") != null) {
      write("$ " + command, printed);
    }
    assertThat(comparable(printed)).isEqualTo(comparable(block("$ " + command)));
  }

  private static void write(String first, List<String> printed) throws IOException {
    String readme = Files.readString(README);
    int start = readme.indexOf(first + "\n") + first.length() + 1;
    String shown =
        String.join("\n", printed)
            .replaceAll("(To see it again: ).*/", "$1./vfslab replay replays/");
    Files.writeString(
        README,
        readme.substring(0, start) + shown + readme.substring(readme.indexOf("\n```", start - 1)));
  }

  @Test
  void scenario_isTheBundledOne() throws IOException {
    String shown = String.join("\n", block("```litmus"));

    assertThat(BundledScenarios.text("freeze-waits-for-aio")).contains(shown);
  }
}
