package org.vfslab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vfslab.explore.Exploration;
import org.vfslab.explore.Finding;
import org.vfslab.explore.FoundFailure;
import org.vfslab.explore.Recording;
import org.vfslab.explore.Verdict;
import org.vfslab.machine.MachineConfig;

final class ResultJsonTest {

  private static final Finding DEADLOCK =
      new Finding(Finding.Kind.DEADLOCK, "deadlock of a, b", "a waits\nb waits \u00fc");

  private static final Finding SPLAT = new Finding(Finding.Kind.SPLAT, "WARNING", "WARNING");

  private static final ScenarioResult RESULT =
      new ScenarioResult(
          "freeze",
          List.of("upstream"),
          "holds",
          false,
          MachineConfig.DEFAULT,
          new Exploration(
              Verdict.VIOLATED,
              "dfs",
              1_000,
              0,
              12_345,
              1_500_000_000L,
              List.of(
                  new FoundFailure(DEADLOCK, new Recording(), 17),
                  new FoundFailure(SPLAT, new Recording(), 20)),
              List.of(3L),
              new TreeMap<>(Map.of("x=1", 2L, "x=0", 998L)),
              ""),
          List.of("a is first", "b is first"),
          List.of("freeze-1.replay.json"));

  @TempDir private Path directory;

  @Test
  void file_isWhatIsExpected() throws IOException {
    Path file = directory.resolve("result.json");
    ResultJson.write(file.toString(), ResultJson.tree(RESULT), unused());

    Golden.requireSame("result.json", Files.readAllLines(file));
  }

  @Test
  void severalResults_areAnArray() {
    assertThat(ResultJson.tree(List.of(RESULT, RESULT))).hasSize(2);
    assertThat(ResultJson.tree(List.of())).isEmpty();
  }

  @Test
  void minus_isTheStandardOutputInAscii() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ResultJson.write(
        "-", ResultJson.tree(RESULT), new PrintStream(out, true, StandardCharsets.UTF_16));

    assertThat(out.toString(StandardCharsets.UTF_16))
        .contains("b waits \\u00fc\"")
        .endsWith("}\n")
        .matches(text -> text.chars().allMatch(c -> c < 0x7f));
  }

  @Test
  void closedOutput_isASentence() {
    PrintStream broken =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("pipe");
              }
            });

    assertThat(
            catchThrowableOfType(
                ReportException.class,
                () -> ResultJson.write("-", ResultJson.tree(RESULT), broken)))
        .hasMessage("standard output: the result cannot be written there");
  }

  @Test
  void impossibleName_isASentence() {
    assertThat(
            catchThrowableOfType(
                ReportException.class,
                () -> ResultJson.write("a\0b", ResultJson.tree(RESULT), unused())))
        .hasMessage("a?b: this is not the name of a file");
  }

  private static PrintStream unused() {
    return new PrintStream(OutputStream.nullOutputStream());
  }
}
