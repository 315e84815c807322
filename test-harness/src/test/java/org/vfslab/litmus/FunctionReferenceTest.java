package org.vfslab.litmus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reference lists exactly the functions that there are. */
final class FunctionReferenceTest {

  private static final Path REFERENCE = Path.of("..", "docs", "litmus.md");

  /** The first cell of a table's row, such as {@code | `down_read(rwsem)` |}. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z_0-9]+)\\(([^`]*)\\)` \\|");

  @Test
  void steps_areThoseOfTheReference() throws IOException {
    Set<String> listed = new TreeSet<>(names(section("System calls")));
    listed.addAll(names(section("Kernel-level steps")));

    assertThat(listed).isEqualTo(Compiler.STEPS.keySet());
  }

  @Test
  void systemCalls_standInTheirSection() throws IOException {
    assertThat(names(section("System calls")))
        .isEqualTo(
            Stream.of(SystemCalls.ALL, AioCalls.ALL, FileCalls.ALL, MemoryCalls.ALL, UringCalls.ALL)
                .flatMap(List::stream)
                .map(Function::name)
                .collect(Collectors.toSet()));
  }

  @Test
  void functionsInProperties_areThoseOfTheReference() throws IOException {
    assertThat(names(section("Functions in properties"))).isEqualTo(Compiler.STATE.keySet());
  }

  @Test
  void parameters_areAsManyAsInTheReference() throws IOException {
    ROW.matcher(Files.readString(REFERENCE))
        .results()
        .forEach(
            row -> {
              Function step = Compiler.STEPS.get(row.group(1));
              Function known =
                  step == null
                      ? Objects.requireNonNull(Compiler.STATE.get(row.group(1)), row.group(1))
                      : step;
              int parameters = row.group(2).isEmpty() ? 0 : row.group(2).split(",", -1).length;
              assertThat(parameters).as(row.group()).isEqualTo(known.parameters().size());
            });
  }

  @Test
  void namedArguments_areInTheReference() throws IOException {
    String reference = Files.readString(REFERENCE);
    Compiler.STEPS
        .values()
        .forEach(
            function ->
                assertThat(function.named())
                    .allSatisfy(name -> assertThat(reference).contains("`" + name + "`")));
  }

  private static String section(String title) throws IOException {
    String reference = Files.readString(REFERENCE);
    int start = reference.indexOf("\n## " + title + "\n");
    assertThat(start).as(title).isPositive();
    int end = reference.indexOf("\n## ", start + 4);
    return reference.substring(start, end);
  }

  private static Set<String> names(String text) {
    return ROW.matcher(text).results().map(row -> row.group(1)).collect(Collectors.toSet());
  }
}
